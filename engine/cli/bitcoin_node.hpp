#pragma once

#include "adapters/bitcoin/http_transport.hpp"
#include "adapters/bitcoin/node.hpp"
#include "adapters/bitcoin/recording.hpp"
#include "engine/base/result.hpp"
#include "engine/domain/bitcoin/events.hpp"
#include "engine/runtime/config/config.hpp"
#include "engine/runtime/config/error.hpp"

#include <memory>

namespace engine::cli
{
/// A Bitcoin node as the configuration names it: over HTTP, recorded or not, or a recording.
struct BitcoinNode
{
    std::unique_ptr<bitcoind::RpcTransport> wire;      ///< HTTP or playback.
    std::unique_ptr<bitcoind::RpcTransport> recorder;  ///< Around the wire; or none.
    bitcoind::Node node;

    bitcoind::RpcTransport& transport() { return recorder ? *recorder : *wire; }

    BitcoinNode(
        std::unique_ptr<bitcoind::RpcTransport> w, std::unique_ptr<bitcoind::RpcTransport> r)
      : wire{std::move(w)}, recorder{std::move(r)}, node{transport()}
    {}
};

/// Reads the secrets that it takes; asks the node nothing yet.
Result<std::unique_ptr<BitcoinNode>, OperatorError> connect_bitcoin(const Config& config);

/// Whether the node follows this network.
std::optional<OperatorError> check_network(BitcoinNode& node, bitcoin::Network network);

OperatorError from_rpc(const bitcoind::RpcError& error);
}  // namespace engine::cli
