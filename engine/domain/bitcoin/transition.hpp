#pragma once

#include "engine/core/authors.hpp"
#include "engine/core/step.hpp"
#include "engine/domain/bitcoin/chain_change.hpp"
#include "engine/domain/bitcoin/events.hpp"

#include <vector>

namespace engine::bitcoin
{
constexpr Authors authors(const HeaderSeen&)
{
    return Authors::bitcoin;
}
constexpr Authors authors(const TransactionSeen&)
{
    return Authors::bitcoin;
}
constexpr Authors authors(const BlockScanned&)
{
    return Authors::bitcoin;
}

/// Installs the anchor as the tip of the best chain.
Verdict on_genesis(Step& step, const Genesis& genesis);

// What an event does to the best chain is added to the list, to be told to the modules afterwards:
// when they are told, the state of this module is already that of the end of the list.

/// Adds a header to its branch. The branch with more work is best; of two with the same work the
/// one whose tip was seen first, so a tie alone may leave two engines on different branches until
/// the next block. A header without its parent is a gap.
Verdict transition(Step& step, const HeaderSeen& event, std::vector<ChainChange>& changes);

/// Keeps a transaction that is asked for, of any branch. Known again, it is a duplicate, unless an
/// entry of the watch list that was added since asks for it too: then that owner is told.
Verdict transition(Step& step, const TransactionSeen& event, std::vector<ChainChange>& changes);

/// Notes with which version of the watch list a block was scanned.
Verdict transition(Step& step, const BlockScanned& event, std::vector<ChainChange>& changes);
}  // namespace engine::bitcoin
