#pragma once

#include "engine/core/law.hpp"
#include "engine/domain/probe/ahead.hpp"
#include "engine/domain/probe/invariants.hpp"
#include "engine/domain/probe/state.hpp"
#include "engine/domain/probe/transition.hpp"

#include <array>

namespace engine::probe
{
/// The smallest whole module: what measurements and rehearsals feed. Read it first.
struct Module
{
    static constexpr std::string_view kName = "probe";
    static constexpr std::uint8_t kNumber = 5;

    using Event = probe::Event;
    using Genesis = probe::Genesis;

    static constexpr auto tables() { return std::tuple{kTotals, kAccounts, kSeenIds, kAttesters}; }

    static constexpr std::array kLaws{
        Law{"probe.probes_add_up", probes_add_up_delta, probes_add_up},
    };

    static Verdict on_genesis(Step& step, const Genesis& genesis)
    {
        probe::on_genesis(step, genesis);
        return accepted;
    }
};
}  // namespace engine::probe
