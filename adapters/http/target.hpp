#pragma once

#include "engine/ports/http.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::http
{
/// What a request line asks for (RFC 9112, section 3.2), decoded.
struct Target
{
    std::string path;                   ///< As sent, without the query.
    std::vector<std::string> segments;  ///< Between the slashes, percent-decoded.
    HttpFields query;                   ///< Percent-decoded, "+" as a space.
};

/// Nothing when the target is no path, or holds a broken percent code or a zero byte.
std::optional<Target> parse_target(std::string_view text);

/// Percent-encodes everything but RFC 3986's unreserved characters.
std::string percent_encode(std::string_view text);
}  // namespace engine::http
