#pragma once

#include "adapters/http/client.hpp"

#include <optional>
#include <string_view>

namespace engine::cli
{
/// Host and port of "http://host:port/..." or of "host:port". Nothing when there is none; without a
/// port, `port`.
std::optional<http::Endpoint> parse_endpoint(std::string_view text, std::uint16_t port);
}  // namespace engine::cli
