#pragma once

#include "engine/runtime/doors/role.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace engine::doors
{
struct RouteRole
{
    std::string_view method;
    std::string_view pattern;
    Role role;
};

/// The one table of who may do what: a row for every entry of the API, and no other (a test holds
/// both against each other). HEAD is GET.
inline constexpr std::array kRouteRoles = {
    RouteRole{"GET", "/livez", Role::read},
    RouteRole{"GET", "/readyz", Role::read},
    RouteRole{"GET", "/metrics", Role::read},
    RouteRole{"GET", "/v1/status", Role::read},
    RouteRole{"GET", "/v1/tables", Role::read},
    RouteRole{"GET", "/v1/tables/{table}", Role::read},
    RouteRole{"GET", "/v1/tables/{table}/{key}", Role::read},
    RouteRole{"GET", "/v1/proof/{table}", Role::read},
    RouteRole{"GET", "/v1/proof/{table}/{key}", Role::read},
    RouteRole{"GET", "/v1/proof/event/{place}", Role::read},
    RouteRole{"GET", "/v1/seal", Role::read},
    RouteRole{"GET", "/v1/heights/{height}", Role::read},
    RouteRole{"GET", "/v1/blocks/{height}", Role::read},
    RouteRole{"GET", "/v1/genesis", Role::read},
    RouteRole{"GET", "/v1/stream", Role::read},
    RouteRole{"POST", "/v1/requests", Role::submit},
    RouteRole{"POST", "/v1/checkpoint", Role::operate},
};

/// What a request needs. An entry that the table lacks needs the most.
constexpr Role role_of(std::string_view method, std::string_view pattern)
{
    const auto asked = method == "HEAD" ? std::string_view{"GET"} : method;
    for (const auto& row : kRouteRoles)
    {
        if (row.method == asked && row.pattern == pattern)
            return row.role;
    }
    return Role::operate;
}
}  // namespace engine::doors
