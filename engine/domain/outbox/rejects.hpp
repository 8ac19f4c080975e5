#pragma once

#include "engine/core/verdict.hpp"

namespace engine::outbox
{
inline constexpr Reject kUnknownEffect{0x0401, "outbox-unknown-effect", "there is no such effect"};
inline constexpr Reject kNotPending{
    0x0402, "outbox-not-pending", "only a pending effect can be taken"};
inline constexpr Reject kWrongAttempt{
    0x0403, "outbox-wrong-attempt", "attempts are numbered from 1 without gaps"};
inline constexpr Reject kNotTaken{0x0404, "outbox-not-taken", "the effect has not been taken"};
inline constexpr Reject kNotParked{0x0405, "outbox-not-parked", "the effect is not parked"};
inline constexpr Reject kHalted{0x0406, "outbox-halted",
    "irrevocable effects are halted, after a reorganisation below the window or by an operator"};
inline constexpr Reject kNotHalted{0x0407, "outbox-not-halted",
    "no reorganisation halts anything; an operator's order ends with halt_revoked"};
inline constexpr Reject kNothingToDo{
    0x0408, "outbox-nothing-to-do", "an effect is taken with the bytes that go outside"};
inline constexpr Reject kHaltOrderStands{
    0x0409, "outbox-halt-order-stands", "an operator has ordered the halt already"};
inline constexpr Reject kNoHaltOrder{0x040a, "outbox-no-halt-order",
    "no operator has ordered a halt; one after a reorganisation ends with halt_lifted"};
}  // namespace engine::outbox
