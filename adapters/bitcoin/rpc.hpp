#pragma once

#include "adapters/bitcoin/json.hpp"
#include "adapters/bitcoin/transport.hpp"

#include <string_view>

namespace engine::bitcoind
{
template <typename T>
using RpcResult = Result<T, RpcError>;

/// JSON-RPC to a Bitcoin node: asks in the form 2.0 and understands answers in the older one as
/// well, whatever HTTP status they come with. Decimals arrive as strings of their digits.
class RpcClient
{
    RpcTransport& m_transport;

public:
    explicit RpcClient(RpcTransport& transport) : m_transport{transport} {}

    /// `path` is "/wallet/NAME" for a wallet's methods.
    RpcResult<json::value> call(
        std::string_view method, json::array parameters, const std::string& path = "/");

    void interrupt() { m_transport.interrupt(); }
};
}  // namespace engine::bitcoind
