#include "adapters/bitcoin/http_transport.hpp"

#include <utility>

namespace engine::bitcoind
{
namespace
{
RpcError explain(const http::ClientError& error)
{
    switch (error.kind)
    {
        case http::ClientErrorKind::connect:
            return {RpcErrorKind::unreachable, 0, "", error.what,
                "Start the node, or correct its address: it must run with -server."};
        case http::ClientErrorKind::closed:
            return {RpcErrorKind::unreachable, 0, "", error.what,
                "See whether the node is stopping; its log says why."};
        case http::ClientErrorKind::timeout:
            return {RpcErrorKind::timeout, 0, "", error.what,
                "See whether the node is overloaded; raise bitcoin.timeout_ms if its disk is "
                "slow."};
        case http::ClientErrorKind::too_large:
            return {
                RpcErrorKind::too_large, 0, "", error.what, "Check what answers at this address."};
        case http::ClientErrorKind::malformed:
            return {RpcErrorKind::malformed, 0, "", error.what,
                "Check the address: what answers there speaks no HTTP."};
        case http::ClientErrorKind::interrupted:
            return {RpcErrorKind::interrupted, 0, "", error.what, "None: this side is stopping."};
    }
    return {};
}
}  // namespace

HttpTransport::HttpTransport(
    http::Endpoint endpoint, Credentials credentials, http::ClientLimits limits)
  : m_client{std::move(endpoint), limits}, m_credentials{std::move(credentials)}
{}

Result<RpcReply, RpcError> HttpTransport::post(const std::string& path, const std::string& body)
{
    if (m_authorization.empty())
    {
        auto read = authorization(m_credentials);
        if (!read)
            return Failure{read.error()};
        m_authorization = std::move(*read);
    }
    auto reply = send(path, body);
    if (!reply || reply->status != 401)
        return reply;

    const auto refused = std::exchange(m_authorization, {});
    auto read = authorization(m_credentials);
    if (!read)
        return Failure{read.error()};
    if (*read == refused)
        return reply;
    m_authorization = std::move(*read);
    return send(path, body);
}

Result<RpcReply, RpcError> HttpTransport::send(const std::string& path, const std::string& body)
{
    HttpRequest request{"POST", path, {}, {}, {}, body};
    request.headers = {{"Content-Type", "application/json"}, {"Authorization", m_authorization}};
    auto reply = m_client.send(request);
    if (!reply)
        return Failure{explain(reply.error())};
    return RpcReply{reply->status, std::move(reply->body)};
}
}  // namespace engine::bitcoind
