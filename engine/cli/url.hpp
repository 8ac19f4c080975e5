#pragma once

#include "adapters/http/client.hpp"

#include <optional>
#include <string_view>

namespace engine::cli
{
/// Host and port of "http://host:port/...", of "https://host:port/..." or of "host:port". Nothing
/// when there is none; without a port, `port`. TLS is the caller's to add.
std::optional<http::Endpoint> parse_endpoint(std::string_view text, std::uint16_t port);

/// Whether it begins with "https://".
bool wants_tls(std::string_view text);
}  // namespace engine::cli
