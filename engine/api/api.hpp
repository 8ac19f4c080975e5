#pragma once

#include "engine/api/edge.hpp"
#include "engine/api/streams.hpp"
#include "engine/ports/clock.hpp"
#include "engine/ports/executor.hpp"
#include "engine/ports/http.hpp"
#include "engine/runtime/node.hpp"
#include "engine/runtime/outbox_driver.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine::api
{
/// One route: what the server's router is told.
struct ApiRoute
{
    std::string method;
    std::string pattern;
    HttpHandler handler;
};

/// The HTTP API of a running node. Everything that it shows is durable.
///
///     GET  /livez /readyz /metrics
///     GET  /v1/status /v1/genesis
///     GET  /v1/tables /v1/tables/T?from=&limit= /v1/tables/T/KEY
///     GET  /v1/heights/H       header, seal if it has one, events as JSON
///     GET  /v1/blocks/H        the block's bytes, for those who check hashes
///     GET  /v1/seal            the newest seal
///     GET  /v1/proof/T/KEY     of a row or its absence, at the newest sealed height
///     GET  /v1/stream?after=H.I    server-sent events from any place of the log on
///     POST /v1/requests        one signed command, canonical bytes
///     POST /v1/checkpoint
///
/// Handlers return at once; answers come from the engine's lanes.
class Api
{
    Node& m_node;
    Executor& m_executor;
    const Clock& m_clock;
    OutboxDriver& m_outbox;
    std::function<std::vector<Edge>()> m_edges;
    std::int64_t m_started_ms;
    std::shared_ptr<Streams> m_streams;

public:
    struct Parts
    {
        Node& node;
        Executor& executor;
        const Clock& clock;
        OutboxDriver& outbox;
        std::function<std::vector<Edge>()> edges;  ///< Asked for at every status. Any thread.
    };

    /// Before the node starts.
    explicit Api(Parts parts);

    std::vector<ApiRoute> routes();

    /// Ends the streams, each after what it has sent.
    void close_streams() { m_streams->close(); }

private:
    using Exchange = std::shared_ptr<HttpExchange>;

    void status(Exchange exchange);
    void ready(const HttpRequest& request, Exchange exchange);
    void metrics(Exchange exchange);
    void genesis(const Exchange& exchange);
    void rows(const HttpRequest& request, Exchange exchange);
    void row(const HttpRequest& request, Exchange exchange);
    void height(const HttpRequest& request, Exchange exchange, bool raw);
    void seal(Exchange exchange);
    void proof(const HttpRequest& request, Exchange exchange);
    void stream(const HttpRequest& request, const Exchange& exchange);
    void request(const HttpRequest& request, Exchange exchange);
    void checkpoint(Exchange exchange);
    Snapshot snapshot() const;
};
}  // namespace engine::api
