#include "adapters/bitcoin/rpc_error.hpp"

namespace engine::bitcoind
{
std::string_view name(RpcErrorKind kind)
{
    switch (kind)
    {
        case RpcErrorKind::unreachable:
            return "unreachable";
        case RpcErrorKind::timeout:
            return "timeout";
        case RpcErrorKind::credentials:
            return "credentials";
        case RpcErrorKind::unauthorized:
            return "unauthorized";
        case RpcErrorKind::forbidden:
            return "forbidden";
        case RpcErrorKind::busy:
            return "busy";
        case RpcErrorKind::warming_up:
            return "warming_up";
        case RpcErrorKind::refused:
            return "refused";
        case RpcErrorKind::malformed:
            return "malformed";
        case RpcErrorKind::too_large:
            return "too_large";
        case RpcErrorKind::interrupted:
            return "interrupted";
        case RpcErrorKind::not_recorded:
            return "not_recorded";
    }
    return "";
}

bool RpcError::retryable() const
{
    switch (kind)
    {
        case RpcErrorKind::unreachable:
        case RpcErrorKind::timeout:
        case RpcErrorKind::credentials:
        case RpcErrorKind::unauthorized:
        case RpcErrorKind::busy:
        case RpcErrorKind::warming_up:
            return true;
        case RpcErrorKind::forbidden:
        case RpcErrorKind::refused:
        case RpcErrorKind::malformed:
        case RpcErrorKind::too_large:
        case RpcErrorKind::interrupted:
        case RpcErrorKind::not_recorded:
            return false;
    }
    return false;
}

std::string to_string(const RpcError& error)
{
    auto out = error.method + ": ";
    if (error.code != 0)
        out += std::to_string(error.code) + " ";
    return out += error.message.empty() ? std::string{name(error.kind)} : error.message;
}
}  // namespace engine::bitcoind
