#pragma once

#include "engine/core/law.hpp"
#include "engine/domain/bitcoin/invariants.hpp"
#include "engine/domain/bitcoin/state.hpp"
#include "engine/domain/bitcoin/transition.hpp"
#include "engine/domain/bitcoin/validate.hpp"

#include <array>

namespace engine::bitcoin
{
/// The face of this module to the fold, the tools and the tests.
struct Module
{
    static constexpr std::string_view kName = "bitcoin";
    static constexpr std::uint8_t kNumber = 2;

    using Event = bitcoin::Event;
    using Genesis = bitcoin::Genesis;

    static constexpr auto tables()
    {
        return std::tuple{kParameters, kTip, kDeepReorg, kHeaders, kHeights, kBest, kTransactions,
            kTxids, kSpends, kScans, kWatch, kWatches, kAdditions, kOutPoints, kRescan};
    }

    static constexpr std::array kLaws{
        Law{"bitcoin.best_chain_is_linked", best_chain_is_linked_delta, best_chain_is_linked},
    };

    static Verdict on_genesis(Step& step, const Genesis& genesis)
    {
        return bitcoin::on_genesis(step, genesis);
    }
};
}  // namespace engine::bitcoin
