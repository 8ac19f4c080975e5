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

/// Everything that one event does. An event that isn't accepted changes nothing, but for the
/// position of the source that it came from.
struct Outcome
{
    Verdict verdict;
    Changes changes;
    std::vector<Effect> effects;

    void clear()
    {
        verdict = {};
        changes.clear();
        effects.clear();
    }

    friend bool operator==(const Outcome&, const Outcome&) = default;
};
}  // namespace engine
