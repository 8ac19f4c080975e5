#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace engine::bitcoind
{
enum class RpcErrorKind : std::uint8_t
{
    unreachable,  ///< Nobody answers, or the connection broke.
    timeout,
    credentials,   ///< The cookie file can't be read.
    unauthorized,  ///< HTTP 401.
    forbidden,     ///< HTTP 403: the user may not call this method.
    busy,          ///< HTTP 503: the work queue is full.
    warming_up,    ///< -28: the node is loading.
    refused,       ///< The node answered with another error code.
    malformed,     ///< The reply is not what the method promises.
    too_large,
    interrupted,   ///< This side is stopping.
    not_recorded,  ///< A recording has no (further) reply to this request.
};

std::string_view name(RpcErrorKind kind);

/// Why a call to the node gave no result.
struct RpcError
{
    RpcErrorKind kind = RpcErrorKind::unreachable;
    int code = 0;         ///< JSON-RPC's, or the HTTP status, or 0.
    std::string method;   ///< What was called.
    std::string message;  ///< In the node's or the system's words.
    std::string action;   ///< What an operator does about it.

    /// Whether the same call may succeed later by itself.
    bool retryable() const;
};

/// "getblock: -5 Block not found"
std::string to_string(const RpcError& error);
}  // namespace engine::bitcoind
