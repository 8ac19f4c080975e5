#pragma once

#include "engine/bitcoin/block.hpp"
#include "engine/bitcoin/relevant.hpp"
#include "engine/ports/bitcoin.hpp"

#include <vector>

namespace engine::bitcoind
{
/// The list as the search for relevant transactions takes it, whatever order it came in.
btc::WatchList to_watch_list(WatchList list);

/// The relevant transactions of a block as facts, each with its own and the coinbase's branch.
std::vector<TransactionSeen> transaction_facts(
    const btc::Block& block, const btc::Relevant& relevant);
}  // namespace engine::bitcoind
