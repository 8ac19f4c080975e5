#include "engine/runtime/api_openapi.hpp"

#include "engine/base/check.hpp"
#include "engine/codec/json.hpp"
#include "engine/runtime/api_answers.hpp"
#include "engine/runtime/api_json.hpp"

#include <algorithm>

namespace engine::api
{
namespace
{
constexpr std::string_view kOpenApi = "/v1/openapi.json";

/// What people are told of a route.
struct Description
{
    std::string_view method;
    std::string_view pattern;
    std::string_view summary;
    std::string_view answers = "application/json";  ///< The content type.
    std::string_view query = {};                    ///< Names of parameters, between spaces.
    std::string_view takes = {};                    ///< The content type of the body.
};

// clang-format off
constexpr Description kDescriptions[] = {
    {"GET", "/livez", "The process answers", "text/plain"},
    {"GET", "/readyz", "Requests are taken, check by check; 503 if not", "text/plain"},
    {"GET", "/metrics", "Counters and gauges for Prometheus", "text/plain"},
    {"GET", "/v1/status", "How the node is: log, state, requests, Bitcoin, effects, warnings"},
    {"GET", "/v1/tables", "The tables, with the names of their keys' and rows' members"},
    {"GET", "/v1/tables/{table}", "Rows of a table, a page at one height", "application/json", "from limit"},
    {"GET", "/v1/tables/{table}/{key}", "One row"},
    {"GET", "/v1/proof/{table}", "A proof of the row of a table with a single one"},
    {"GET", "/v1/proof/{table}/{key}", "A proof of a row, or of its absence, under a sealed root"},
    {"GET", "/v1/proof/event/{place}", "A proof that an event stands at its place"},
    {"GET", "/v1/seal", "The newest seal"},
    {"POST", "/v1/checkpoint", "Takes a checkpoint, and answers when it is complete"},
    {"GET", "/v1/genesis", "The genesis event and its id"},
    {"GET", "/v1/heights/{height}", "A block with its events"},
    {"GET", "/v1/blocks/{height}", "A block's bytes as they are in the log", "application/octet-stream"},
    {"GET", "/v1/stream", "Events as they become durable, from any place on (server-sent events)", "text/event-stream", "after"},
    {"POST", "/v1/requests", "Submits one signed command; answered when everything it rests on is durable", "application/json", {}, "application/octet-stream"},
    {"GET", kOpenApi, "This description"},
};
// clang-format on

const Description& description_of(const ApiRoute& route)
{
    const auto found =
        std::find_if(std::begin(kDescriptions), std::end(kDescriptions), [&](const Description& d) {
            return d.method == route.method && d.pattern == route.pattern;
        });
    ENSURE(found != std::end(kDescriptions));
    return *found;
}

json::object parameter_object(std::string_view name, std::string_view place)
{
    return {{"name", text(name)}, {"in", text(place)}, {"required", place == "path"},
        {"schema", {{"type", "string"}}}};
}

json::array parameters_of(const Description& route)
{
    json::array out;
    auto rest = route.pattern;
    for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{'))
    {
        const auto close = rest.find('}', open);
        out.push_back(parameter_object(rest.substr(open + 1, close - open - 1), "path"));
        rest.remove_prefix(close + 1);
    }
    for (auto names = route.query; !names.empty();)
    {
        const auto space = std::min(names.find(' '), names.size());
        out.push_back(parameter_object(names.substr(0, space), "query"));
        names.remove_prefix(std::min(space + 1, names.size()));
    }
    return out;
}

/// Of the content of an answer, where it is told.
json::object schema_of(std::string_view type)
{
    if (type != "text/event-stream")
        return {};
    return {{"schema", {{"$ref", "#/components/schemas/StreamedEvent"}}}};
}

json::object content(std::string_view type)
{
    json::object out;
    out[type] = schema_of(type);
    return out;
}

json::object operation(const Description& route)
{
    json::object out{{"summary", text(route.summary)}, {"parameters", parameters_of(route)}};
    if (!route.takes.empty())
        out["requestBody"] = json::object{{"required", true}, {"content", content(route.takes)}};
    out["responses"] = json::object{
        {"200", {{"description", text(route.summary)}, {"content", content(route.answers)}}},
        {"default", {{"$ref", "#/components/responses/Problem"}}}};
    return out;
}

json::object components()
{
    const json::object word{{"type", "string"}};
    const json::object problem{{"type", "object"},
        {"required", {"type", "title", "status", "code", "detail", "hint"}},
        {"properties", {{"type", word}, {"title", word}, {"status", {{"type", "integer"}}},
                           {"code", word}, {"detail", word}, {"hint", word}}}};
    json::object form;
    form["application/problem+json"] =
        json::object{{"schema", {{"$ref", "#/components/schemas/Problem"}}}};
    auto schemas = stream_forms("#/components/schemas/");
    schemas["Problem"] = problem;
    return {{"schemas", std::move(schemas)},
        {"responses", {{"Problem", {{"description",
                                        "What, why and what to do (RFC 9457); engine explain CODE"},
                                       {"content", form}}}}}};
}
}  // namespace

json::object stream_forms(std::string_view folder)
{
    const auto pattern = [](std::string_view p) {
        return json::object{{"type", "string"}, {"pattern", text(p)}};
    };
    const auto number = [](std::int64_t max) {
        return json::object{{"type", "integer"}, {"minimum", 0}, {"maximum", max}};
    };
    json::array kinds;
    for (const auto& name : kind_names())
        kinds.push_back(text(name));
    json::object streamed{{"type", "object"},
        {"properties",
            {{"place", pattern("^[0-9]+[.][0-9]+$")}, {"hash", pattern("^[0-9a-f]{64}$")},
                {"kind", {{"enum", std::move(kinds)}}}, {"verdict", number(UINT16_MAX)},
                {"effects", number(UINT32_MAX)},
                {"event", {{"$ref", text(std::string{folder} + "Event")}}}}},
        {"required", {"place", "hash", "kind", "verdict", "effects", "event"}},
        {"additionalProperties", false}};
    return {{"Event", event_form()}, {"StreamedEvent", std::move(streamed)}};
}

json::object describe_routes(std::span<const ApiRoute> routes, std::string_view version)
{
    json::object paths;
    for (const auto& route : routes)
    {
        auto method = route.method;
        std::transform(method.begin(), method.end(), method.begin(),
            [](char c) { return static_cast<char>(c - 'A' + 'a'); });
        auto& path = paths[route.pattern];
        if (path.is_null())
            path = json::object{};
        path.as_object()[method] = operation(description_of(route));
    }
    return {{"openapi", "3.1.0"},
        {"info", {{"title", "Refold, the HTTP API of a node"}, {"version", text(version)}}},
        {"paths", std::move(paths)}, {"components", components()}};
}

ApiRoute openapi_route(std::span<const ApiRoute> others, std::string_view version)
{
    std::vector<ApiRoute> all{others.begin(), others.end()};
    all.push_back({"GET", std::string{kOpenApi}, nullptr});
    const auto answer = json_response(describe_routes(all, version));
    return {"GET", std::string{kOpenApi},
        [answer](const HttpRequest&, const Exchange& exchange) { exchange->respond(answer); }};
}
}  // namespace engine::api
