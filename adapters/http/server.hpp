#pragma once

#include "adapters/http/router.hpp"
#include "adapters/http/tls.hpp"
#include "engine/base/result.hpp"
#include "engine/ports/http_guard.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace engine::http
{
/// Where the server listens, and for whom. Without both TLS and a guard only the machine's own
/// addresses are served.
struct ListenOn
{
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one; HttpServer::port tells.
    /// Names besides "localhost" that a Host header may have. With TLS it may have any: there the
    /// certificate says whose server this is.
    std::vector<std::string> host_names = {};
    std::shared_ptr<TlsContext> tls = nullptr;
    HttpGuard guard = nullptr;
};

/// What one client, and all together, may take. A client that goes beyond is answered if possible,
/// then cut.
struct HttpLimits
{
    std::uint32_t header_bytes = 16 * 1024;
    std::uint64_t body_bytes = 1 << 20;
    std::int64_t header_ms = 10'000;      ///< From a request's first byte to the end of its header.
    std::int64_t body_ms = 10'000;        ///< From there to the end of its body.
    std::int64_t idle_ms = 60'000;        ///< Without a request.
    std::int64_t answer_ms = 60'000;      ///< For the handler; then 504.
    std::int64_t write_ms = 30'000;       ///< For a response, or a stream's buffer, to go out.
    std::int64_t keep_alive_ms = 15'000;  ///< Between comments on a quiet event stream.
    std::int64_t drain_ms = 5'000;        ///< For what is under way when the server stops.
    std::size_t connections = 512;
    std::size_t connections_per_address = 256;
    std::size_t streams = 128;
    std::size_t stream_bytes =
        1 << 20;  ///< Queued for one stream; more and its client is too slow.
};

/// Counted since the start.
struct HttpStats
{
    std::uint64_t connections = 0;
    std::uint64_t connections_refused = 0;
    std::uint64_t requests = 0;
    std::uint64_t requests_refused = 0;  ///< By their header: path, method, guard.
    std::uint64_t streams = 0;
    std::uint64_t streams_cut = 0;  ///< For being too slow.
    std::size_t connections_open = 0;
    std::size_t streams_open = 0;
};

struct ListenError
{
    std::string what;
    std::string why;
    std::string action;
};

/// HTTP/1.1 on one thread of its own. Handlers run on that thread and answer from any. Each answer
/// that the server gives by itself is a problem (RFC 9457) with a code:
/// `bad_request`, `host_refused`, `not_found`, `method_not_allowed`, `request_timeout`,
/// `body_too_large`, `header_too_large`, `no_answer`, `handler_timeout`, `too_many_connections`,
/// `too_many_streams`. What a request's header says is judged before its body is read.
class HttpServer
{
    class Core;
    std::shared_ptr<Core> m_core;

    explicit HttpServer(std::shared_ptr<Core> core);

public:
    /// Binds and begins to serve.
    static Result<std::unique_ptr<HttpServer>, ListenError> start(
        const ListenOn& where, Router router, HttpLimits limits = {});

    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::uint16_t port() const;
    HttpStats stats() const;

    /// Takes no more connections, lets what is under way finish within drain_ms, then returns.
    /// Answers that come later are dropped.
    void stop();
};
}  // namespace engine::http
