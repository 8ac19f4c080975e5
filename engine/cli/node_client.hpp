#pragma once

#include "adapters/http/client.hpp"
#include "engine/base/result.hpp"
#include "engine/cli/command.hpp"
#include "engine/cli/json.hpp"

#include <string>
#include <string_view>

namespace engine::cli
{
/// A running node, as its commands ask it: over HTTP on loopback.
class NodeClient
{
    http::Endpoint m_endpoint;
    http::HttpClient m_client;

public:
    explicit NodeClient(http::Endpoint endpoint);

    /// The node of --node, or else of http.listen.
    static Result<http::Endpoint, OperatorError> endpoint_of(const Options& options);

    using Answer = Result<json::value, OperatorError>;

    /// A JSON answer. Every other answer is an error: silent, not found, refused, not ready.
    Answer get(const std::string& path, HttpFields query = {});
    Answer post(const std::string& path, const std::string& content_type, std::string body);

    /// The answer to POST /v1/checkpoint, which may take long: every law is asked before one is
    /// kept.
    Answer checkpoint();

    /// "http://127.0.0.1:7117"
    std::string address() const;

private:
    Answer ask(http::HttpClient& client, const HttpRequest& request);
};

/// A text as one segment of a path: everything but letters, digits and -._~ is escaped.
std::string path_segment(std::string_view text);
}  // namespace engine::cli
