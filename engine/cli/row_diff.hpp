#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"
#include "engine/core/changes.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <utility>

namespace engine::cli
{
/// The net change of every row between two heights, put together from what the events between them
/// changed, in the order of the log. One fold is enough, and no second state.
///
/// Memory is bounded: when the rows held take more than `bytes_max`, those with the highest keys
/// are given up. What is left is exact for every row before `given_up_from()`, and whoever wants
/// the rest asks again from there.
class RowDiff
{
public:
    using RowKey = std::pair<TableId, Bytes>;

    struct Row
    {
        std::optional<Bytes> before;
        std::optional<Bytes> after;
        EventPlace written;  ///< The last event that wrote it.
    };

private:
    std::optional<TableId> m_table;
    Bytes m_from;
    std::size_t m_bytes_max;
    std::size_t m_bytes = 0;
    std::map<RowKey, Row> m_rows;
    std::optional<RowKey> m_given_up_from;

public:
    /// Of one table, or of all; of the rows from a key on.
    RowDiff(std::optional<TableId> table, Bytes from, std::size_t bytes_max);

    void add(EventPlace place, const Changes& changes);

    /// Forgets rows that ended as they began. Call it once, after the last event.
    void finish();

    const std::map<RowKey, Row>& rows() const { return m_rows; }
    const std::optional<RowKey>& given_up_from() const { return m_given_up_from; }

private:
    bool is_wanted(const Change& change) const;
    void give_up_highest();
};
}  // namespace engine::cli
