#pragma once

// Included by those of the server that see Beast.

#include "adapters/http/shared.hpp"
#include "engine/ports/http.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <variant>

namespace engine::http
{
/// Where a request goes that its header lets through.
struct Admitted
{
    Target target;
    RouteFound route;
};

/// Who sends it, as far as the connection knows.
struct Sender
{
    const std::string& address;
    const std::optional<std::string>& name;  ///< Of its certificate.
    bool tls = false;
};

/// Judges a request by its header: its framing (whatever two programs could read differently is
/// refused), host, target, then what the guard says, then method and path.
std::variant<Admitted, HttpResponse> screen(
    const boost::beast::http::request<boost::beast::http::string_body>& request,
    const Shared& shared, const Sender& sender);
}  // namespace engine::http
