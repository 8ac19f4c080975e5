#include "engine/cli/node_client.hpp"

#include "engine/cli/pem_files.hpp"
#include "engine/cli/url.hpp"
#include "engine/codec/json.hpp"
#include "engine/runtime/api.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

namespace engine::cli
{
namespace
{
constexpr std::uint16_t kPort = 7117;

// What the node says no with (RFC 9457), as an error of ours.
OperatorError from_problem(const std::string& where, unsigned status, const json::value& problem)
{
    const auto kind = [&] {
        switch (status)
        {
            case 400:
                return errors::kInvalidEvent;
            case 401:
                return errors::kUnknownCaller;
            case 403:
                return errors::kNotAllowed;
            case 404:
                return errors::kNotFound;
            case 409:
            case 422:
                return errors::kRefused;
            case 429:
            case 503:
                return errors::kNotReady;
            default:
                return errors::kNodeAnswer;
        }
    }();
    auto why = text_at(problem, "detail").value_or("");
    if (const auto code = text_at(problem, "code"))
        why = *code + (why.empty() ? "" : ": " + why);
    if (why.empty())
        why = fmt::format("HTTP status {}", status);
    return {kind, where, why, text_at(problem, "hint").value_or("")};
}

// Whether this is sure to be the same machine: then nobody else hears what is said.
bool stays_here(const std::string& host)
{
    return is_loopback("[" + host + "]:0") || is_loopback(host + ":0");
}

Result<std::shared_ptr<http::TlsContext>, OperatorError> tls_of(const Config::Asked& config)
{
    const auto read = read_pem({config.tls_certificate, config.tls_key, config.ca_file});
    if (!read)
        return Failure{read.error()};
    auto made = http::make_tls(http::TlsAsking{
        .ca = read->authority, .certificate = read->certificate, .key = read->key.reveal()});
    if (!made)
        return Failure{bad_tls(config.ca_file.value_or("https://"), made.error())};
    return *std::move(made);
}

Result<std::shared_ptr<const SecretText>, OperatorError> token_of(
    const Config::Asked& config, const http::Endpoint& endpoint)
{
    if (!config.token_file)
        return std::shared_ptr<const SecretText>{};
    if (!endpoint.tls && !stays_here(endpoint.host))
        return Failure{OperatorError{errors::kContradiction, "node.token_file",
            "the token would go to " + endpoint.host + " where others can read it on its way",
            "name the node as https://HOST:PORT"}};
    auto token = read_secret(*config.token_file, "Token");
    if (!token)
        return Failure{token.error()};
    return std::make_shared<const SecretText>(*std::move(token));
}

// An address that means every one of this machine is asked at the one that it surely has.
std::string reachable(std::string host)
{
    if (host == "0.0.0.0")
        return "127.0.0.1";
    return host == "::" ? "::1" : host;
}
}  // namespace

NodeClient::NodeClient(NodeAddress node) : m_node{std::move(node)}, m_client{m_node.endpoint} {}

Result<NodeAddress, OperatorError> NodeClient::endpoint_of(const Options& options)
{
    const auto& config = options.config();
    const auto named = options.flag("node");
    const auto text = named.value_or(config.http.listen);
    auto endpoint = parse_endpoint(text, kPort);
    if (!endpoint || endpoint->port == 0)
        return Failure{OperatorError{options.has("node") ? errors::kBadFlag : errors::kMissingValue,
            options.has("node") ? "--node" : "http.listen",
            fmt::format("\"{}\" does not say where the node listens", text),
            "name it with --node http://127.0.0.1:PORT"}};
    endpoint->host = reachable(endpoint->host);
    if (named ? wants_tls(*named) : config.http.tls_certificate.has_value())
    {
        auto tls = tls_of(config.node);
        if (!tls)
            return Failure{tls.error()};
        endpoint->tls = *std::move(tls);
    }
    auto token = token_of(config.node, *endpoint);
    if (!token)
        return Failure{token.error()};
    return NodeAddress{*std::move(endpoint), *std::move(token)};
}

std::string NodeClient::address() const
{
    const auto& [host, port, tls] = m_node.endpoint;
    const bool is_v6 = host.find(':') != std::string::npos;
    return fmt::format(
        "{}://{}{}{}:{}", tls ? "https" : "http", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
}

NodeClient::Answer NodeClient::get(const std::string& path, HttpFields query)
{
    HttpRequest request;
    request.path = path;
    request.query = std::move(query);
    return ask(m_client, request);
}

NodeClient::Answer NodeClient::post(
    const std::string& path, const std::string& content_type, std::string body)
{
    HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.headers = {{"Content-Type", content_type}};
    request.body = std::move(body);
    return ask(m_client, request);
}

NodeClient::Answer NodeClient::checkpoint()
{
    // Longer than the node waits for itself: its own answer says more than a silence.
    http::HttpClient patient{m_node.endpoint, {.total_ms = kCheckpointAnswerMs + 60'000}};
    HttpRequest request;
    request.method = "POST";
    request.path = "/v1/checkpoint";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = "{}";
    return ask(patient, request);
}

NodeClient::Answer NodeClient::ask(http::HttpClient& client, HttpRequest request)
{
    if (m_node.token)
        request.headers.emplace_back("Authorization", "Bearer " + m_node.token->reveal());
    const auto where = address() + request.path;
    const auto response = client.send(request);
    if (!response)
        return Failure{OperatorError{errors::kNodeSilent, where, response.error().what, {}}};
    auto body = parse_json(response->body);
    if (!body)
        return Failure{OperatorError{errors::kNodeAnswer, where,
            fmt::format(
                "status {}, and the body is not JSON: {}", response->status, body.error().what),
            {}}};
    if (response->status != 200)
        return Failure{from_problem(where, response->status, *body)};
    return *std::move(body);
}

std::string path_segment(std::string_view text)
{
    std::string out;
    for (const char c : text)
    {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}
}  // namespace engine::cli
