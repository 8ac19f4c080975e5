#pragma once

#include "engine/bitcoin/block.hpp"
#include "engine/ports/bitcoin.hpp"

#include <vector>

namespace engine::bitcoind
{
/// The relevant transactions of a block, each with its own and the coinbase's branch. The positions
/// must lie in the block.
std::vector<TransactionSeen> transaction_facts(
    const btc::Block& block, const std::vector<std::uint32_t>& positions);
}  // namespace engine::bitcoind
