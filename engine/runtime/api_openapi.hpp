#pragma once

#include "engine/runtime/api.hpp"

#include <boost/json.hpp>

#include <span>
#include <string_view>

namespace engine::api
{
/// The OpenAPI 3.1 description of routes: each with its parameters, what it answers, and the form
/// of an error. Made from the routes themselves; one that nobody has described stops the program
/// when it starts, so that none is left out.
boost::json::object describe_routes(std::span<const ApiRoute> routes, std::string_view version);

/// JSON Schemas of what GET /v1/stream sends: StreamedEvent, the data of each message, and Event,
/// which it refers to by the name of the folder that the two are in.
boost::json::object stream_forms(std::string_view folder);

/// GET /v1/openapi.json, which describes itself, too.
ApiRoute openapi_route(std::span<const ApiRoute> others, std::string_view version);
}  // namespace engine::api
