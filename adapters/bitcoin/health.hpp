#pragma once

#include "adapters/bitcoin/follow_fault.hpp"
#include "engine/base/types.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string_view>

namespace engine::bitcoind
{
enum class FollowerState : std::uint8_t
{
    starting,     ///< Has not yet reached the node.
    catching_up,  ///< Delivers blocks.
    following,    ///< Has delivered all that the node has.
    waiting,      ///< After an error, until the next attempt.
    stopped,
};

constexpr std::string_view name(FollowerState state)
{
    switch (state)
    {
        case FollowerState::starting:
            return "starting";
        case FollowerState::catching_up:
            return "catching_up";
        case FollowerState::following:
            return "following";
        case FollowerState::waiting:
            return "waiting";
        case FollowerState::stopped:
            return "stopped";
    }
    return "";
}

/// What an operator wants to know of the follower.
struct FollowerHealth
{
    FollowerState state = FollowerState::starting;
    LogTime since;                          ///< By this machine's clock: when the state began.
    std::optional<FollowFault> last_error;  ///< Stays until the next pass that succeeds.
    std::uint32_t errors_in_row = 0;
    BlockHash node_tip;        ///< The best block that the node has whole.
    LogTime node_tip_since;    ///< By this machine's clock: when the node first said so.
    ChainHeight node_height;   ///< Of that block.
    ChainHeight node_headers;  ///< Up to here the node knows headers.
    bool node_syncing =
        false;  ///< The node itself is far behind the network: a lag of 0 means little.
    ChainHeight our_height;     ///< Up to here everything was delivered.
    ChainHeight engine_height;  ///< Of the engine's tip, before the last pass.
    std::map<std::string_view, std::uint64_t> faults;  ///< Since the start; a row for each kind.
    std::uint64_t tip_changes = 0;                     ///< How often the node's best block changed.
    std::uint64_t tip_returns = 0;  ///< And how often to one that it had named before.
    std::deque<LogTime> returned;   ///< By this machine's clock: when, of the newest returns.

    /// How many blocks the node's tip lies below what the engine has seen from it or from another
    /// node: it answers with an old tip, or follows a shorter branch.
    std::uint32_t behind() const
    {
        return engine_height > node_height ? engine_height.value - node_height.value : 0;
    }

    std::uint32_t lag() const
    {
        return node_height > our_height ? node_height.value - our_height.value : 0;
    }
};
}  // namespace engine::bitcoind
