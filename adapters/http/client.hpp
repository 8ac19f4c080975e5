#pragma once

#include "adapters/http/tls.hpp"
#include "engine/base/function_ref.hpp"
#include "engine/base/result.hpp"
#include "engine/ports/http.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace engine::http
{
struct Endpoint
{
    std::string host = "127.0.0.1";  ///< A name or an address.
    std::uint16_t port = 80;
    std::shared_ptr<TlsContext> tls = nullptr;  ///< Null: without TLS.
};

struct ClientLimits
{
    std::int64_t connect_ms = 5'000;
    std::int64_t total_ms = 30'000;  ///< For a whole exchange; on a stream, for each piece.
    std::uint64_t reply_bytes = 64 << 20;
    bool repeat_changes = true;  ///< What is said of kept connections holds for PUT and POST, too.
};

enum class ClientErrorKind : std::uint8_t
{
    connect,  ///< Nobody answers there, or it is not whom it should be. The request was not sent.
    timeout,  ///< Whether it was acted upon is not known.
    closed,   ///< The connection ended before the reply did. Not known either.
    too_large,
    malformed,
    interrupted,
};

struct ClientError
{
    ClientErrorKind kind = ClientErrorKind::connect;
    std::string what;  ///< "127.0.0.1:8332: Connection refused"
};

/// A blocking HTTP/1.1 client, with TLS or without, for one server, one request at a time. The
/// connection stays open between requests. A request on a kept connection that the server has
/// closed in the meantime is sent again on a fresh one when no byte of a reply had come: whoever
/// sends a request that must not be repeated gives it an identity, or forbids that
/// (`repeat_changes`).
class HttpClient
{
    class Impl;
    std::unique_ptr<Impl> m_impl;

public:
    explicit HttpClient(Endpoint endpoint, ClientLimits limits = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// The path is sent as it is, followed by the query, encoded.
    Result<HttpResponse, ClientError> send(const HttpRequest& request);

    /// Hands the body on piece by piece until it ends or `piece` says false. The response has none
    /// of a 200's body; another status comes whole, without a call.
    Result<HttpResponse, ClientError> stream(
        const HttpRequest& request, FunctionRef<bool(std::string_view)> piece);

    /// From any thread: the call under way, if any, and every later one end as interrupted.
    void interrupt();
};
}  // namespace engine::http
