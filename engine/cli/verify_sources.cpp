#include "engine/cli/verify_sources.hpp"

#include "engine/cli/json.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/runtime/node.hpp"
#include "engine/store/checkpoint.hpp"
#include "engine/store/memory_plan.hpp"

namespace engine::cli
{
namespace
{
StateUnderTest open_state(
    const Options& options, Disk& disk, const std::string& directory, bool is_checkpoint)
{
    if (!disk.exists(directory))
        return {.store = nullptr, .missing = directory + " is not there", .error = {}};
    const auto caches = memory_plan(options.config().state.memory_bytes).store({.read_only = true});
    auto opened = is_checkpoint ? open_checkpoint(disk, directory, caches)
                                : StateStore::open(disk, directory, caches);
    if (!opened)
        return {.store = nullptr, .missing = {}, .error = opened.error()};
    if (!(*opened)->stands_at())
        return {.store = nullptr, .missing = directory + " is empty", .error = {}};
    return {.store = *std::move(opened), .missing = {}, .error = {}};
}

/// A node has the state: that it could not be looked at is not the same as that there is none.
StateUnderTest silent(std::string why)
{
    return {.store = nullptr, .missing = std::move(why), .error = {}, .is_silent = true};
}

StateUnderTest ask_running_node(const Options& options, Disk& disk)
{
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return silent("a node runs, and it is not known where: " + endpoint.error().why);
    NodeClient node{*endpoint};
    const auto answer = node.checkpoint();
    if (!answer)
        return silent("a node runs, and gave no checkpoint: " + answer.error().why);
    const auto directory = text_at(*answer, "directory");
    if (!directory)
        return silent("a node runs, and named no checkpoint");
    auto state = open_state(options, disk, *directory, true);
    state.is_silent = !state.store;
    return state;
}
}  // namespace

StateUnderTest find_state(const Options& options, Disk& disk)
{
    const auto& data = options.config().data.directory;
    if (disk.is_locked(log::lock_path(data)))
        return ask_running_node(options, disk);
    return open_state(options, disk, state_path(data), false);
}

ChainUnderTest find_chain(const Options& options)
{
    ChainUnderTest out;
    const auto& bitcoin = options.config().bitcoin;
    if (!bitcoin.rpc_url && !bitcoin.playback)
    {
        out.missing = "no Bitcoin node was named (--bitcoin-rpc URL)";
        return out;
    }
    auto node = connect_bitcoin(options.config());
    if (!node)
    {
        out.missing = node.error().why;
        out.is_silent = true;
        return out;
    }
    out.node = *std::move(node);
    // A node that does not answer leaves the layer unchecked; it proves nothing.
    if (const auto info = out.node->node.info(); !info)
    {
        out.missing = to_string(info.error());
        out.is_silent = true;
        return out;
    }
    out.chain = std::make_unique<NodeChain>(out.node->node);
    return out;
}
}  // namespace engine::cli
