#pragma once

#include "adapters/http/server.hpp"
#include "engine/base/result.hpp"
#include "engine/ports/clock.hpp"
#include "engine/runtime/config/config.hpp"
#include "engine/runtime/config/error.hpp"

namespace engine::cli
{
/// What a node's HTTP server is started with: address, TLS, who is let in, limits.
struct Door
{
    http::ListenOn where;
    http::HttpLimits limits;
};

/// Reads certificate, key and tokens. Where other machines can reach the address, and where tokens
/// are required, somebody must be able to come in: a token, or an authority of client certificates.
/// The clock lives as long as the server.
Result<Door, OperatorError> make_door(const Config& config, const Clock& clock);
}  // namespace engine::cli
