#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"

#include <string>
#include <variant>

namespace engine::outbox
{
/// An executor is about to act for the first time in an attempt, with exactly these bytes. Recorded
/// before the act, so that after a crash it can be looked for outside.
struct EffectTaken
{
    EffectId id;
    std::uint32_t attempt = 0;  ///< From 1, without gaps.
    Bytes bytes;                ///< What goes outside, or the id under which it is found there.

    friend bool operator==(const EffectTaken&, const EffectTaken&) = default;
};

/// The outside has it.
struct EffectSettled
{
    EffectId id;
    Bytes evidence;  ///< What the outside answered: a txid, an entry number.

    friend bool operator==(const EffectSettled&, const EffectSettled&) = default;
};

/// The outside will never have this attempt. The effect waits for another, or for an operator.
struct EffectFailed
{
    EffectId id;
    std::uint32_t attempt = 0;
    std::string reason;
    bool park = false;  ///< No further attempt without an operator.

    friend bool operator==(const EffectFailed&, const EffectFailed&) = default;
};

/// An operator lets a parked effect be tried again.
struct EffectRetried
{
    EffectId id;
    friend bool operator==(const EffectRetried&, const EffectRetried&) = default;
};

/// An operator lets irrevocable effects be taken again after a reorg below the window halted them,
/// unless an order halts them, too.
struct HaltLifted
{
    friend bool operator==(HaltLifted, HaltLifted) = default;
};

/// An operator orders that irrevocable effects are not taken, whatever the chain does. What is
/// taken already is still looked for outside and settled, and deposits are still credited.
///
/// The order and the halt after a deep reorg are two halts, each with an end of its own: who has
/// ended an outage does not, without knowing, call off what a reorg asks somebody to look at.
struct HaltOrdered
{
    friend bool operator==(HaltOrdered, HaltOrdered) = default;
};

/// An operator takes the order back.
struct HaltRevoked
{
    friend bool operator==(HaltRevoked, HaltRevoked) = default;
};

using Event = std::variant<EffectTaken, EffectSettled, EffectFailed, EffectRetried, HaltLifted,
    HaltOrdered, HaltRevoked>;
}  // namespace engine::outbox
