#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/core/invalid.hpp"
#include "engine/core/table.hpp"

#include <boost/json/value.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine
{
/// Rows and keys of one table for people, without their types: what the explorer, the tools and the
/// HTTP interface show.
///
/// A key has three texts that parse_key reads:
///
///     components   `840000/TXID:0`: one for each member that is no struct, between slashes
///     JSON         {"height": 840000, "outpoint": "TXID:0"}
///     encoded      0x and the hexadecimal of the key's bytes
///
/// key_to_text writes the first. The key of a table with a single row is the empty text.
struct TableCodec
{
    TableInfo info;
    std::vector<std::string> key_members;  ///< Names of the components.
    std::vector<std::string> row_members;

    /// Bytes that are no key or row of this table are an error: the state is corrupt, or it was
    /// written by other rules.
    Result<boost::json::value, Invalid> (*key_to_json)(ByteView key) = nullptr;
    Result<boost::json::value, Invalid> (*row_to_json)(ByteView row) = nullptr;
    Result<std::string, Invalid> (*key_to_text)(ByteView key) = nullptr;

    /// The encoded key that a text stands for.
    Result<Bytes, Invalid> (*parse_key)(std::string_view text) = nullptr;
};

/// Every table of every module (core's deadlines too), in the order of their numbers.
std::span<const TableCodec> table_codecs();

/// Null when there is none.
const TableCodec* table_by_name(std::string_view name);
const TableCodec* table_by_id(TableId id);

/// `no table peg.deposit (did you mean peg.deposits?)`
Invalid unknown_table(std::string_view name);
}  // namespace engine
