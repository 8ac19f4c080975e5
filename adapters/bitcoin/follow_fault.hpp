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

/// What a fault says of the node.
enum class FaultClass : std::uint8_t
{
    away,         ///< It gives no answer, or can't give this one.
    lies,         ///< Its answers can't be true, or are none.
    other_chain,  ///< It is on another chain than the log.
};
FaultClass class_of(const FollowFault& fault);

/// The kinds of faults by which they are counted: their codes without "bitcoin_", and what the
/// engine refuses apart from what the node does.
inline constexpr std::string_view kFaultKinds[] = {"unreachable", "timeout", "credentials",
    "unauthorized", "forbidden", "busy", "warming_up", "refused", "malformed", "too_large",
    "not_recorded", "wrong_network", "other_chain", "wrong_height", "pruned", "bad_block", "gap",
    "inadmissible"};
std::string_view kind_of(const FollowFault& fault);
}  // namespace engine::bitcoind
