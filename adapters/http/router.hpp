#pragma once

#include "adapters/http/target.hpp"
#include "engine/ports/http.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace engine::http
{
/// One entry of the route table. The pattern's segments are literal, `{name}` for one segment, or,
/// at the end, `{name...}` for the rest of the path.
struct Route
{
    std::string method;
    std::string pattern;
    HttpHandler handler;
    std::optional<std::int64_t> answer_ms;  ///< Instead of HttpLimits::answer_ms.
};

struct RouteFound
{
    const HttpHandler* handler = nullptr;
    std::string_view pattern;  ///< Lives as long as the table.
    HttpFields parameters;
    std::optional<std::int64_t> answer_ms;
};

/// The path exists with other methods.
struct MethodNotAllowed
{
    std::string allow;  ///< For the Allow header: "GET, HEAD".
};

struct RouteNotFound
{
    std::string nearest;  ///< The pattern most like it, empty when none is near.
};

using RouteMatch = std::variant<RouteFound, MethodNotAllowed, RouteNotFound>;

/// The route table. A literal segment wins over a parameter, whatever the order of adding.
class Router
{
    std::vector<Route> m_routes;

public:
    /// Two routes of one method that match the same paths are a bug.
    void add(std::string method, std::string pattern, HttpHandler handler,
        std::optional<std::int64_t> answer_ms = std::nullopt);

    /// GET routes answer HEAD as well.
    RouteMatch find(std::string_view method, const Target& target) const;

    const std::vector<Route>& routes() const { return m_routes; }
};
}  // namespace engine::http
