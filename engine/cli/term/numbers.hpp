#pragma once

#include "engine/base/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// How numbers look to people.
namespace engine::cli
{
/// 41902377 -> "41,902,377"
std::string grouped(std::uint64_t number);

/// 12400000000 -> "12.4 GB": powers of 1000, three digits.
std::string bytes_in_words(std::uint64_t bytes);

/// Events or bytes in a second -> "4.1 M".
std::string rate_in_words(std::uint64_t count, std::int64_t milliseconds);

/// Milliseconds -> "850 ms", "2 s", "38 min", "12d 4h".
std::string duration_in_words(std::int64_t milliseconds);

/// Milliseconds since 1970 -> "2026-11-20 18:40:02 UTC".
std::string time_in_words(LogTime time);

/// "2026-11-20T18:40:02.017Z" (RFC 3339): for programs.
std::string timestamp(LogTime time);

/// "9f31..c2e0" for people; whole where it is copied from.
std::string short_id(std::string_view hex, bool shorten);

/// A whole number without sign, nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// "H" or "H.I".
struct PlaceText
{
    LogHeight height;
    std::optional<std::uint32_t> index;
};
std::optional<PlaceText> parse_place(std::string_view text);
}  // namespace engine::cli
