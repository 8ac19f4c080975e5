#pragma once

#include "engine/ports/http.hpp"
#include "engine/ports/problem.hpp"
#include "engine/runtime/config/error.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// What the groups of the HTTP API share: reading parameters, and answering no.
namespace engine::api
{
namespace json = boost::json;

using Exchange = std::shared_ptr<HttpExchange>;

json::string text(std::string_view view);

/// Answers with a problem; with a status of 503 the client is told when to come back.
void refuse(const Exchange& exchange, const Problem& problem);

Problem not_found(std::string code, std::string detail, std::string hint);
Problem bad_request(std::string code, std::string detail, std::string hint);
Problem stopping(std::string hint);
Problem internal(const OperatorError& error);

/// A parameter of the path; empty when the route has none of that name.
std::string parameter(const HttpRequest& request, std::string_view name);

/// Decimal digits and nothing else.
std::optional<std::uint64_t> number(std::string_view digits);
}  // namespace engine::api
