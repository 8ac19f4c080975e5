#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine::bitcoind
{
namespace json = boost::json;

/// A JSON text with every decimal kept as a string of its digits. Nothing when it is none, is
/// nested deeper than 32 levels, or has more than a million values or so: memory is bounded by the
/// text.
std::optional<json::value> parse(std::string_view text);

// Members by name; nothing when absent or of another type.
std::optional<std::string> text_of(const json::object& object, std::string_view key);
std::optional<std::int64_t> integer_of(const json::object& object, std::string_view key);
std::optional<bool> flag_of(const json::object& object, std::string_view key);
}  // namespace engine::bitcoind
