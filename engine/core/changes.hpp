#pragma once

#include "engine/base/arena.hpp"
#include "engine/core/table.hpp"

#include <optional>
#include <span>
#include <vector>

namespace engine
{
/// What one row was, and what it is now. Absent: there is no row. Both are kept: the first undoes.
struct Change
{
    TableId table;
    ByteView key;
    std::optional<ByteView> before;
    std::optional<ByteView> after;

    bool is_none() const noexcept;
};

bool operator==(const Change& a, const Change& b);

/// The changes of an event or of a block, by (table, key). Undo, digests, diffs and flushes are all
/// made from it. Owns its bytes and reuses their memory after clear().
///
/// Rows are found through an index of their hashes, so that a change costs the same in a block of
/// ten events and of ten thousand. The order is made when it is first asked for.
class Changes
{
    Arena m_arena;
    std::vector<Change> m_entries;               // In order of the first touch.
    std::vector<std::uint32_t> m_index;          // Open addressing: 1 + place in m_entries, or 0.
    mutable std::vector<std::uint32_t> m_order;  // Places in m_entries, by (table, key).
    mutable bool m_is_ordered = true;

    std::size_t slot_of(TableId table, ByteView key) const;
    void grow_index();
    const std::vector<std::uint32_t>& order() const;

public:
    Changes() = default;
    Changes(const Changes& other) { merge(other); }
    Changes& operator=(const Changes& other);
    Changes(Changes&& other) noexcept;
    Changes& operator=(Changes&& other) noexcept;
    ~Changes() = default;

    void clear();

    /// The change of a row, if it was touched.
    const Change* find(TableId table, ByteView key) const;

    /// Records what a row is now. `before` counts only at the first touch of the row.
    void set(
        TableId table, ByteView key, std::optional<ByteView> before, std::optional<ByteView> after);

    /// Adds later changes on top of these.
    void merge(const Changes& later);

    /// Forgets rows that ended as they began.
    void drop_unchanged();

    std::size_t size() const noexcept { return m_entries.size(); }
    bool empty() const noexcept { return m_entries.empty(); }

    /// The i-th change by (table, key).
    const Change& operator[](std::size_t i) const { return m_entries[order()[i]]; }

    /// The number of changes below (table, key): where a scan starts.
    std::size_t position(TableId table, ByteView key) const;

    /// The changes in order of their first touch: cheaper than by key, and as deterministic.
    std::span<const Change> in_order_of_touch() const noexcept { return m_entries; }

    friend bool operator==(const Changes& a, const Changes& b);
};
}  // namespace engine
