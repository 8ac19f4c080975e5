#pragma once

#include "engine/codec/table_codec.hpp"
#include "engine/core/state.hpp"
#include "engine/fold/event.hpp"
#include "engine/log/block.hpp"
#include "engine/ports/problem.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace engine::api
{
/// "184183.4"
std::string to_text(EventPlace place);

/// Reads "184183.4". Nothing when it is no place.
std::optional<EventPlace> parse_place(std::string_view text);

/// {"height":...,"hash":...,"previous":...,"time_ms":...,"rules":...,"rooted":...,"known_root":...}
boost::json::object header_to_json(const log::BlockHeader& header, const LogBlockHash& hash);

/// {"place":"17.3","hash":...,"kind":...,"verdict":...,"effects":...,"event":{...}}
boost::json::object event_to_json(
    EventPlace place, const EventHash& hash, log::EventResult result, const Event& event);

/// Which rows of a table are wanted.
struct RowsWanted
{
    const TableCodec* table = nullptr;
    LogHeight height;         ///< That the state stands at.
    Bytes from;               ///< The first key, encoded; empty: from the start.
    std::size_t limit = 100;  ///< At most 1,000.
};

/// {"tables":[{"name":...,"ordered":...,"key":[...],"row":[...]}]}
boost::json::object tables_to_json();

/// {"table":...,"height":...,"rows":[{"key":...,"row":{...}}],"next":...}
Result<boost::json::object, Problem> rows_to_json(const StateView& state, const RowsWanted& wanted);

/// {"table":...,"key":...,"height":...,"row":{...}}
Result<boost::json::object, Problem> row_to_json(
    const StateView& state, const TableCodec& table, LogHeight height, ByteView key);

// Problems that several handlers have.
Problem no_such_table(std::string_view name);
Problem bad_parameter(std::string_view name, std::string_view value, std::string_view expected);
Problem corrupt(const TableCodec& table, const Invalid& why);
}  // namespace engine::api
