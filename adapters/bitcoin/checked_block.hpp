#pragma once

#include "engine/base/result.hpp"
#include "engine/bitcoin/block.hpp"
#include "engine/bitcoin/network.hpp"

#include <string>

namespace engine::bitcoind
{
/// A block that is the one that was asked for: its header has the hash and the proof of work, its
/// transactions are those of the header (root, no doubling), its witnesses those of the coinbase's
/// commitment. Otherwise the sentence says what differs. Scripts and amounts are the node's work.
Result<btc::Block, std::string> check_block(ByteView bytes, const BlockHash& wanted,
    ChainHeight height, const btc::NetworkParameters& network);
}  // namespace engine::bitcoind
