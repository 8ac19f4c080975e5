#include "engine/sbtc/hand_off.hpp"

#include "engine/sbtc/cursor.hpp"
#include "engine/sbtc/outputs.hpp"

namespace engine::sbtc
{
Result<HandOff, Fault> parse_hand_off(ByteView payload, const btc::Transaction& transaction)
{
    Cursor data{payload};
    const auto reward_cycle = data.take_number();
    if (!reward_cycle)
        return Failure{Fault{FaultKind::cut_off, sizeof(std::uint64_t), payload.size()}};
    const auto payment = payee_at(transaction, 1);
    if (!payment)
        return Failure{payment.error()};
    if (payment->value == Sats{})
        return Failure{Fault{FaultKind::no_amount, 1}};
    return HandOff{*reward_cycle, payment->value, payment->script_pubkey,
        {data.rest().begin(), data.rest().end()}};
}
}  // namespace engine::sbtc
