#pragma once

#include "engine/core/step.hpp"
#include "engine/domain/bitcoin/chain_change.hpp"
#include "engine/domain/bitcoin/state.hpp"

#include <vector>

namespace engine::bitcoin
{
/// Makes a header with more work than the tip the tip: takes blocks off the best chain down to the
/// fork and puts the branch's on it. One whose fork lies deeper than the window is told first; one
/// whose fork is no longer kept can't be followed, and the old branch stays.
void switch_to(Step& step, const BlockHash& block, const KnownHeader& header,
    std::vector<ChainChange>& changes);

/// Says that a block on the best chain is scanned, to the modules for which it is.
void tell_scanned(const StateView& state, const BlockHash& block, ChainHeight height,
    std::vector<ChainChange>& changes);
}  // namespace engine::bitcoin
