#include "engine/cli/verify_sources.hpp"

#include "engine/cli/json.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/runtime/node.hpp"
#include "engine/store/checkpoint.hpp"

namespace engine::cli
{
namespace
{
StateUnderTest open_state(Disk& disk, const std::string& directory, bool is_checkpoint)
{
    if (!disk.exists(directory))
        return {nullptr, directory + " is not there", {}};
    auto opened = is_checkpoint ? open_checkpoint(disk, directory)
                                : StateStore::open(disk, directory, {.read_only = true});
    if (!opened)
        return {nullptr, {}, opened.error()};
    if (!(*opened)->stands_at())
        return {nullptr, directory + " is empty", {}};
    return {*std::move(opened), {}, {}};
}

StateUnderTest ask_running_node(const Options& options, Disk& disk)
{
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return {nullptr, endpoint.error().why, {}};
    NodeClient node{*endpoint};
    const auto answer = node.post("/v1/checkpoint", "application/json", "{}");
    if (!answer)
        return {nullptr, "a node runs, and gave no checkpoint: " + answer.error().why, {}};
    const auto directory = text_at(*answer, "directory");
    if (!directory)
        return {nullptr, "a node runs, and named no checkpoint", {}};
    return open_state(disk, *directory, true);
}
}  // namespace

StateUnderTest find_state(const Options& options, Disk& disk)
{
    const auto& data = options.config().data.directory;
    if (disk.is_locked(log::lock_path(data)))
        return ask_running_node(options, disk);
    return open_state(disk, state_path(data), false);
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
        return out;
    }
    out.node = *std::move(node);
    // A node that does not answer leaves the layer unchecked; it proves nothing.
    if (const auto info = out.node->node.info(); !info)
    {
        out.missing = to_string(info.error());
        return out;
    }
    out.chain = std::make_unique<NodeChain>(out.node->node);
    return out;
}
}  // namespace engine::cli
