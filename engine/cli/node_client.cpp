#include "engine/cli/node_client.hpp"

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
}  // namespace

NodeClient::NodeClient(http::Endpoint endpoint)
  : m_endpoint{endpoint}, m_client{std::move(endpoint)}
{}

Result<http::Endpoint, OperatorError> NodeClient::endpoint_of(const Options& options)
{
    const auto text = options.flag("node").value_or(options.config().http.listen);
    const auto endpoint = parse_endpoint(text, kPort);
    if (!endpoint || endpoint->port == 0)
        return Failure{OperatorError{options.has("node") ? errors::kBadFlag : errors::kMissingValue,
            options.has("node") ? "--node" : "http.listen",
            fmt::format("\"{}\" does not say where the node listens", text),
            "name it with --node http://127.0.0.1:PORT"}};
    return *endpoint;
}

std::string NodeClient::address() const
{
    const bool is_v6 = m_endpoint.host.find(':') != std::string::npos;
    return fmt::format(
        "http://{}{}{}:{}", is_v6 ? "[" : "", m_endpoint.host, is_v6 ? "]" : "", m_endpoint.port);
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
    http::HttpClient patient{m_endpoint, {.total_ms = kCheckpointAnswerMs + 60'000}};
    HttpRequest request;
    request.method = "POST";
    request.path = "/v1/checkpoint";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = "{}";
    return ask(patient, request);
}

NodeClient::Answer NodeClient::ask(http::HttpClient& client, const HttpRequest& request)
{
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
