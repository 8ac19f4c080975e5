#pragma once

#include "adapters/bitcoin/rpc_error.hpp"
#include "engine/base/result.hpp"

#include <string>

namespace engine::bitcoind
{
/// What came back over HTTP, whatever it says.
struct RpcReply
{
    unsigned status = 200;
    std::string body;
};

/// Carries a JSON-RPC request to a node, or to the recording of one. `method` in the error is left
/// empty. One call at a time.
class RpcTransport
{
public:
    virtual ~RpcTransport() = default;

    virtual Result<RpcReply, RpcError> post(const std::string& path, const std::string& body) = 0;

    /// From any thread: the call under way and every later one end as interrupted.
    virtual void interrupt() = 0;
};
}  // namespace engine::bitcoind
