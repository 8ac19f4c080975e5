#pragma once

#include "engine/runtime/verify.hpp"
#include "engine/store/compare.hpp"

#include <map>
#include <string>
#include <vector>

namespace engine
{
/// A row that differs, as the report names it: table, key, both rows in their JSON form. What is to
/// blame is not known yet.
Difference row_difference(const RowDifference& row, std::string what);

/// "event 12.1", "events 12.1, 12.4 and 7 more"
std::string places_text(std::span<const EventPlace> places);

/// Which events of a part of the log write which rows.
class Writers
{
    using RowKey = std::pair<TableId, Bytes>;

    std::map<RowKey, std::vector<EventPlace>> m_rows;
    bool m_named_only = false;
    std::uint64_t m_events = 0;

public:
    /// Of every row: memory for as many as the part touches.
    Writers() = default;

    /// Of the rows that are named by watch() alone.
    static Writers of_named_rows()
    {
        Writers out;
        out.m_named_only = true;
        return out;
    }
    void watch(TableId table, ByteView key) { m_rows[{table, {key.begin(), key.end()}}]; }

    /// Sees an event.
    void note(EventPlace place, const Changes& changes);

    /// The events that wrote a row, in order.
    std::span<const EventPlace> of(TableId table, ByteView key) const;
    std::uint64_t events() const { return m_events; }
};
}  // namespace engine
