#pragma once

#include "adapters/bitcoin/credentials.hpp"
#include "adapters/bitcoin/transport.hpp"
#include "adapters/http/client.hpp"

namespace engine::bitcoind
{
/// A node over HTTP. A node that was restarted has another cookie: a 401 makes the file be read
/// again, and the request be repeated once if its content has changed.
class HttpTransport final : public RpcTransport
{
    http::HttpClient m_client;
    const Credentials m_credentials;
    std::string m_authorization;

public:
    HttpTransport(http::Endpoint endpoint, Credentials credentials, http::ClientLimits limits = {});

    Result<RpcReply, RpcError> post(const std::string& path, const std::string& body) override;
    void interrupt() override { m_client.interrupt(); }

private:
    Result<RpcReply, RpcError> send(const std::string& path, const std::string& body);
};
}  // namespace engine::bitcoind
