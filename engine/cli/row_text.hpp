#pragma once

#include "engine/base/bytes.hpp"
#include "engine/cli/json.hpp"
#include "engine/core/table.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Rows that were found in a log or a state, for people and programs. What this version can't
/// decode is shown as bytes: a comparison that finds it must still be able to say so.
namespace engine::cli
{
/// "peg.deposits"; a table that nobody knows by its number.
std::string table_name(TableId id);

/// A key in the form that the commands take.
std::string key_text(TableId table, ByteView key);

/// The members of a row; null where there is none.
json::value row_json(TableId table, const std::optional<Bytes>& row);
}  // namespace engine::cli
