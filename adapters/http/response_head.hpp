#pragma once

#include "engine/ports/http.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace engine::http
{
/// How the end of a body is found (RFC 9112, section 6).
struct Framing
{
    std::optional<std::size_t> length;  ///< Content-Length; absent for a stream.
    bool chunked = false;
    bool keep_alive = true;
};

/// Status line and header fields, up to and with the empty line.
std::string response_head(const HttpResponse& response, const Framing& framing);

/// One chunk of a chunked body; empty input gives the last chunk.
std::string chunk(const std::string& bytes);
}  // namespace engine::http
