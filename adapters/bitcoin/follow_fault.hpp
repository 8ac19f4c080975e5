#pragma once

#include "adapters/bitcoin/rpc_error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace engine::bitcoind
{
enum class FollowFaultKind : std::uint8_t
{
    node,           ///< A call to the node failed.
    wrong_network,  ///< The node is on another network than the log.
    other_chain,    ///< The node's chain does not go through the log's anchor.
    pruned,         ///< The node has thrown away blocks that are still needed.
    bad_block,      ///< The node's copy of a block is not what its header says.
    gap,            ///< The engine misses something that was delivered: look again from the start.
    refused,        ///< The engine can never admit what the node says.
    stopping,       ///< This side is stopping.
};

/// Why the follower could not go on. Nothing was skipped: it starts again at the same place.
struct FollowFault
{
    FollowFaultKind kind = FollowFaultKind::node;
    std::string code;  ///< Stable: "bitcoin_unreachable", "bitcoin_wrong_network", ...
    std::string what;  ///< What could not be done, with its height and hash.
    std::string why;
    std::string action;  ///< What an operator does about it.
};

FollowFault fault_of(const RpcError& error, std::string_view what);
}  // namespace engine::bitcoind
