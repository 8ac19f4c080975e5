#pragma once

#include <boost/json.hpp>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace engine::cli
{
namespace json = boost::json;

/// One line, members in the order they were added.
void write_line(std::ostream& out, const json::value& value);

/// Members of an answer, for people. A member that is not there, or of another type, gives nothing.
std::optional<std::string> text_at(const json::value& value, std::string_view member);
std::optional<std::uint64_t> number_at(const json::value& value, std::string_view member);
const json::value* member_at(const json::value& value, std::string_view member);

/// A value in a cell of a table: texts without quotes, the rest as JSON.
std::string as_cell(const json::value& value);
}  // namespace engine::cli
