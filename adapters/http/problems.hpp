#pragma once

#include "adapters/http/router.hpp"
#include "adapters/http/server.hpp"
#include "engine/ports/problem.hpp"

// The answers that the server gives by itself.

namespace engine::http
{
Problem bad_request(std::string detail);
Problem host_refused(std::string_view host);
Problem not_found(const std::string& path, const RouteNotFound& miss);
Problem method_not_allowed(std::string_view method, const MethodNotAllowed& miss);
Problem request_timeout(const HttpLimits& limits);
Problem body_too_large(const HttpLimits& limits);
Problem header_too_large(const HttpLimits& limits);
Problem no_answer();
Problem handler_timeout(std::int64_t answer_ms);
Problem too_many_connections(const HttpLimits& limits);
Problem too_many_streams(const HttpLimits& limits);
}  // namespace engine::http
