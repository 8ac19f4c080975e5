#include "adapters/http/problems.hpp"

namespace engine::http
{
Problem bad_request(std::string detail)
{
    return {400, "bad_request", "This is no HTTP request", std::move(detail),
        "Send a request as RFC 9112 describes."};
}

Problem host_refused(std::string_view host)
{
    return {421, "host_refused", "Not a name of this server",
        "The Host header says \"" + std::string{host.substr(0, 100)} + "\".",
        "Use 127.0.0.1, [::1] or localhost, or add the name to the server's host names. Other "
        "names "
        "are refused so that a web page cannot reach this server by a name of its own."};
}

Problem not_found(const std::string& path, const RouteNotFound& miss)
{
    return {404, "not_found", "No such path", "There is nothing at " + path.substr(0, 200) + ".",
        miss.nearest.empty() ? "All paths are listed in /v1/openapi.json."
                             : "Did you mean " + miss.nearest + "?"};
}

Problem method_not_allowed(std::string_view method, const MethodNotAllowed& miss)
{
    return {405, "method_not_allowed", "The path does not have this method",
        "The method is " + std::string{method.substr(0, 40)} + ".",
        "This path answers to: " + miss.allow + "."};
}

Problem request_timeout(const HttpLimits& limits)
{
    return {408, "request_timeout", "The request did not arrive in time",
        "A header has " + std::to_string(limits.header_ms) + " ms, a body " +
            std::to_string(limits.body_ms) + " ms.",
        "Send the whole request at once."};
}

Problem body_too_large(const HttpLimits& limits)
{
    return {413, "body_too_large", "The body is too large",
        "A body may have " + std::to_string(limits.body_bytes) + " bytes.", "Send less at a time."};
}

Problem header_too_large(const HttpLimits& limits)
{
    return {431, "header_too_large", "The header is too large",
        "A header may have " + std::to_string(limits.header_bytes) + " bytes.",
        "Shorten the path or the header fields."};
}

Problem no_answer()
{
    return {500, "no_answer", "The engine gave no answer",
        "The request was dropped without one; whether it was acted upon is not known.",
        "Send the same request again: a request that was accepted is answered with its place."};
}

Problem handler_timeout(std::int64_t answer_ms)
{
    return {504, "handler_timeout", "The engine did not answer in time",
        "It has " + std::to_string(answer_ms) + " ms. Whether it still acts is not known.",
        "Send the same request again: a request that was accepted is answered with its place."};
}

Problem too_many_connections(const HttpLimits& limits)
{
    return {503, "too_many_connections", "No connection is free",
        "All " + std::to_string(limits.connections) + " connections, or the " +
            std::to_string(limits.connections_per_address) + " of one address, are in use.",
        "Try again in a second, and keep connections open for several requests."};
}

Problem too_many_streams(const HttpLimits& limits)
{
    return {503, "too_many_streams", "No stream is free",
        "All " + std::to_string(limits.streams) + " streams are in use.",
        "Close a stream, or try again later."};
}
}  // namespace engine::http
