#pragma once

#include "engine/ports/http.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace engine
{
/// What a server knows of a request before it reads its body.
struct HttpCall
{
    std::string_view method;
    std::string_view pattern;                       ///< Of its route; empty: it has none.
    std::optional<std::string_view> authorization;  ///< The field of that name.
    std::optional<std::string_view> client_name;    ///< Of a certificate that was verified.
    std::string_view client_address;                ///< Without a port.
};

/// Lets a request through, or answers in its place. Called on the server's thread for every
/// request, also for one that no route takes; returns at once.
using HttpGuard = std::function<std::optional<HttpResponse>(const HttpCall&)>;
}  // namespace engine
