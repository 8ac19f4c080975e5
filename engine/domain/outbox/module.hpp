#pragma once

#include "engine/core/law.hpp"
#include "engine/domain/outbox/invariants.hpp"
#include "engine/domain/outbox/state.hpp"
#include "engine/domain/outbox/transition.hpp"

#include <array>

namespace engine::outbox
{
/// The face of this module to the fold, the tools and the tests.
struct Module
{
    static constexpr std::string_view kName = "outbox";
    static constexpr std::uint8_t kNumber = 4;

    using Event = outbox::Event;

    static constexpr auto tables() { return std::tuple{kTotals, kEffects, kOpen}; }

    static constexpr std::array kLaws{
        Law{"outbox.effects_are_counted", effects_are_counted_delta, effects_are_counted},
    };

    static void on_chain(Step& step, const bitcoin::ChainChange& change)
    {
        outbox::on_chain(step, change);
    }
};
}  // namespace engine::outbox
