#pragma once

#include "adapters/bitcoin/node.hpp"
#include "engine/domain/bitcoin/events.hpp"

namespace engine::bitcoind
{
/// What genesis has to say about the block of this height on the node's best chain, so that a log
/// can begin behind it. Headers are hashed here; the chain work is the node's word. A
/// reorganization in between gives an error.
RpcResult<bitcoin::ChainAnchor> read_anchor(Node& node, ChainHeight height);
}  // namespace engine::bitcoind
