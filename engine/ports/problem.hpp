#pragma once

#include "engine/ports/http.hpp"

#include <string>
#include <string_view>

namespace engine
{
/// A text as a JSON string, quotes included. Bytes from 0x80 go through as they are.
inline std::string json_string(std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (byte < 0x20 || byte == 0x7f)
            ((out += "\\u00") += kDigits[byte >> 4]) += kDigits[byte & 15];
        else
            out += c;
    }
    return out += '"';
}

/// An error for an HTTP caller (RFC 9457): what, why, and what to do about it.
struct Problem
{
    unsigned status = 500;
    std::string code;    ///< Stable: programs decide by it.
    std::string title;   ///< The same for every problem of this code.
    std::string detail;  ///< This case, with its numbers.
    std::string hint;    ///< What the caller can do.
};

inline HttpResponse to_response(const Problem& problem)
{
    HttpResponse response;
    response.status = problem.status;
    response.content_type = "application/problem+json";
    response.body = "{\"type\":\"about:blank\",\"title\":" + json_string(problem.title) +
                    ",\"status\":" + std::to_string(problem.status) +
                    ",\"code\":" + json_string(problem.code) +
                    ",\"detail\":" + json_string(problem.detail) +
                    ",\"hint\":" + json_string(problem.hint) + "}\n";
    return response;
}
}  // namespace engine
