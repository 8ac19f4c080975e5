#include "engine/sbtc/peg_out_request.hpp"

#include "engine/sbtc/cursor.hpp"
#include "engine/sbtc/outputs.hpp"

#include <algorithm>

namespace engine::sbtc
{
namespace
{
constexpr std::size_t kPayloadMin = 8 + 1 + CompactSignature::kSize;
constexpr std::uint8_t kRecoveryIdMax = 3;
constexpr std::size_t kFeeOutput = 2;
}  // namespace

Result<PegOutRequest, Fault> parse_peg_out_request(
    ByteView payload, const btc::Transaction& transaction)
{
    Cursor data{payload};
    const auto raw_amount = data.take_number();
    const auto signature = data.take(1 + CompactSignature::kSize);
    if (!raw_amount || !signature)
        return Failure{Fault{FaultKind::cut_off, kPayloadMin, payload.size()}};
    if (*raw_amount == 0)
        return Failure{Fault{FaultKind::no_amount, 1}};
    const auto amount = Sats::from(*raw_amount);
    if (!amount)
        return Failure{Fault{FaultKind::amount_out_of_range, Sats::kMax, *raw_amount}};
    const auto recovery_id = (*signature)[0];
    if (recovery_id > kRecoveryIdMax)
        return Failure{Fault{FaultKind::bad_recovery_id, kRecoveryIdMax, recovery_id}};
    const auto recipient = payee_at(transaction, 1);
    if (!recipient)
        return Failure{recipient.error()};
    const auto fee = output_at(transaction, kFeeOutput);
    if (!fee)
        return Failure{fee.error()};
    if (fee->value == Sats{})
        return Failure{Fault{FaultKind::no_fee}};

    PegOutRequest request;
    request.amount = *amount;
    std::copy(signature->begin() + 1, signature->end(), request.signature.bytes.begin());
    request.recovery_id = recovery_id;
    request.recipient_script = recipient->script_pubkey;
    request.fee = fee->value;
    request.wallet_script = fee->script_pubkey;
    request.memo.assign(data.rest().begin(), data.rest().end());
    return request;
}
}  // namespace engine::sbtc
