#pragma once

#include "adapters/http/client.hpp"
#include "engine/base/result.hpp"
#include "engine/cli/command.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/secret_file.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace engine::cli
{
/// Where a node is, whom it has to be, and who asks.
struct NodeAddress
{
    http::Endpoint endpoint;
    std::shared_ptr<const SecretText> token = nullptr;  ///< Null: none is shown.
};

/// A running node, as its commands ask it: over HTTP, with TLS where it has a certificate.
class NodeClient
{
    NodeAddress m_node;
    http::HttpClient m_client;

public:
    explicit NodeClient(NodeAddress node);

    /// The node of --node, or else of http.listen, with what [node] of the configuration says of
    /// certificates and the token. A token never goes over a network without TLS.
    static Result<NodeAddress, OperatorError> endpoint_of(const Options& options);

    using Answer = Result<json::value, OperatorError>;

    /// A JSON answer. Every other answer is an error: silent, not found, refused, not ready.
    Answer get(const std::string& path, HttpFields query = {});
    Answer post(const std::string& path, const std::string& content_type, std::string body);

    /// The answer to POST /v1/checkpoint, which may take long: every law is asked before one is
    /// kept.
    Answer checkpoint();

    /// "https://127.0.0.1:7117"
    std::string address() const;

private:
    Answer ask(http::HttpClient& client, HttpRequest request);
};

/// A text as one segment of a path: everything but letters, digits and -._~ is escaped.
std::string path_segment(std::string_view text);
}  // namespace engine::cli
