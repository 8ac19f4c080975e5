#pragma once

#include "engine/base/types.hpp"
#include "engine/core/changes.hpp"
#include "engine/core/verdict.hpp"

#include <vector>

namespace engine
{
/// Something the outside should do, as data. What to do is in its row in the outbox.
struct Effect
{
    EffectId id;
    std::uint16_t kind = 0;

    friend bool operator==(const Effect&, const Effect&) = default;
};

/// What becomes of an event.
enum class Fate : std::uint8_t
{
    applied,  ///< Enters the log and does what it says.
    ignored,  ///< An observation that is no valid operation: enters the log with its reason.
    refused,  ///< A command, or an event that its author may not write: leaves no trace.
    outside,  ///< A duplicate, a gap, over the rate: counted, leaves no trace.
};

constexpr bool enters_the_log(Fate fate) noexcept
{
    return fate == Fate::applied || fate == Fate::ignored;
}

/// Everything that one event does. An event that isn't accepted changes nothing, but for the
/// position of the source that it came from.
struct Outcome
{
    Verdict verdict;
    Fate fate = Fate::applied;
    Changes changes;
    std::vector<Effect> effects;

    void clear()
    {
        verdict = {};
        fate = Fate::applied;
        changes.clear();
        effects.clear();
    }

    friend bool operator==(const Outcome&, const Outcome&) = default;
};
}  // namespace engine
