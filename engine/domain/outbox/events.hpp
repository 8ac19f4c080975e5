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

/// An operator lets irrevocable effects be taken again after a reorg below the window halted them.
struct HaltLifted
{
    friend bool operator==(HaltLifted, HaltLifted) = default;
};

using Event = std::variant<EffectTaken, EffectSettled, EffectFailed, EffectRetried, HaltLifted>;
}  // namespace engine::outbox
