#pragma once

#include "engine/base/bytes.hpp"
#include "engine/cli/json.hpp"
#include "engine/core/table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cli
{
/// One member of a row that is another than it was. Null: there was, or is, no row.
struct MemberChange
{
    std::string member;
    json::value before;
    json::value after;
};

/// What became of a row.
struct RowChange
{
    std::string_view word;  ///< "added", "changed" or "removed".
    char sign = '~';
    std::vector<MemberChange> members;  ///< Those that differ; all of a row that came or went.
};

RowChange row_change(
    TableId table, const std::optional<Bytes>& before, const std::optional<Bytes>& after);

/// Adds "change" and "members" to an object.
void add_change(json::object& out, const RowChange& change);

/// "count 1 -> 2 (+1)   amount 5 -> 11 (+6)"; of a row that came or went its members alone. Long
/// hexadecimal is shortened where `shorten` says so, and named by its length where it fills a line.
std::string change_in_words(const RowChange& change, bool shorten);
}  // namespace engine::cli
