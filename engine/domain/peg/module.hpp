#pragma once

#include "engine/core/law.hpp"
#include "engine/domain/peg/invariants.hpp"
#include "engine/domain/peg/state.hpp"
#include "engine/domain/peg/transition.hpp"

#include <array>

namespace engine::peg
{
/// The face of this module to the fold, the tools and the tests.
struct Module
{
    static constexpr std::string_view kName = "peg";
    static constexpr std::uint8_t kNumber = kOwner;

    using Event = peg::Event;
    using Genesis = peg::Genesis;

    static constexpr auto tables()
    {
        return std::tuple{kParameters, kTotals, kDeposits, kWaiting, kUtxos, kSpent, kSpentHeights,
            kAllowed, kShortfalls};
    }

    static constexpr std::array kLaws{
        Law{"peg.credited_is_confirmed", credited_is_confirmed_delta, credited_is_confirmed},
        Law{"peg.effects_are_backed", effects_are_backed_delta, effects_are_backed},
        Law{"peg.utxo_value", utxo_value_delta, utxo_value},
    };

    static Verdict on_genesis(Step& step, const Genesis& genesis)
    {
        return peg::on_genesis(step, genesis);
    }

    static void on_deadline(Step& step, TableId table, ByteView key)
    {
        peg::on_deadline(step, table, key);
    }

    static void on_chain(Step& step, const bitcoin::ChainChange& change)
    {
        peg::on_chain(step, change);
    }

    static void on_effect(Step& step, const EffectId& id) { peg::on_effect(step, id); }
};
}  // namespace engine::peg
