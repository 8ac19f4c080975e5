#pragma once

#include "engine/cli/bitcoin_node.hpp"
#include "engine/cli/command.hpp"
#include "engine/cli/outside_chain.hpp"
#include "engine/ports/disk.hpp"
#include "engine/store/state_store.hpp"

#include <memory>
#include <optional>
#include <string>

namespace engine::cli
{
/// The state that layer 3 looks at: the directory itself, or a checkpoint that a running node has
/// taken when it was asked.
struct StateUnderTest
{
    std::unique_ptr<StateStore> store;
    std::string missing;              ///< Why there is none.
    std::optional<StoreError> error;  ///< It is there and can't be opened.
    bool is_silent = false;           ///< It is a running node's, which did not give it.
};
StateUnderTest find_state(const Options& options, Disk& disk);

/// The node at the other end of layer 5.
struct ChainUnderTest
{
    std::unique_ptr<BitcoinNode> node;
    std::unique_ptr<NodeChain> chain;
    std::string missing;     ///< Why there is none.
    bool is_silent = false;  ///< It was named, and does not answer.
};
ChainUnderTest find_chain(const Options& options);
}  // namespace engine::cli
