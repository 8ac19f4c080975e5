#include "engine/sbtc/peg_out_fulfilment.hpp"

#include "engine/sbtc/cursor.hpp"
#include "engine/sbtc/outputs.hpp"

#include <algorithm>

namespace engine::sbtc
{
namespace
{
constexpr std::uint32_t kFeeOutput = 2;
}  // namespace

Result<PegOutFulfilment, Fault> parse_peg_out_fulfilment(
    ByteView payload, const btc::Transaction& transaction)
{
    Cursor data{payload};
    const auto chain_tip = data.take(Hash256::kSize);
    if (!chain_tip)
        return Failure{Fault{FaultKind::cut_off, Hash256::kSize, payload.size()}};
    if (transaction.inputs.empty())
        return Failure{Fault{FaultKind::no_input}};
    const auto& spent = transaction.inputs[0].previous;
    if (spent.index != kFeeOutput)
        return Failure{Fault{FaultKind::not_the_fee_output, kFeeOutput, spent.index}};
    const auto payment = payee_at(transaction, 1);
    if (!payment)
        return Failure{payment.error()};
    if (payment->value == Sats{})
        return Failure{Fault{FaultKind::no_amount, 1}};

    PegOutFulfilment fulfilment;
    std::copy(chain_tip->begin(), chain_tip->end(), fulfilment.chain_tip.bytes.begin());
    fulfilment.request = spent.txid;
    fulfilment.recipient_script = payment->script_pubkey;
    fulfilment.amount = payment->value;
    fulfilment.memo.assign(data.rest().begin(), data.rest().end());
    return fulfilment;
}
}  // namespace engine::sbtc
