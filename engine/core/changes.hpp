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
class Changes
{
    Arena m_arena;
    std::vector<Change> m_entries;       // In order of the first touch.
    std::vector<std::uint32_t> m_order;  // Indexes into m_entries, by (table, key).

    std::size_t lower_bound(TableId table, ByteView key) const;

public:
    Changes() = default;
    Changes(const Changes& other) { merge(other); }
    Changes& operator=(const Changes& other);
    Changes(Changes&&) = default;
    Changes& operator=(Changes&&) = default;
    ~Changes() = default;

    void clear();

    /// The change of a row, if it was touched.
    const Change* find(TableId table, ByteView key) const;

    /// Records what a row is now. `before` counts only at the first touch of the row.
    void set(
        TableId table, ByteView key, std::optional<ByteView> before, std::optional<ByteView> after);

    /// Adds later changes on top of these.
    void merge(const Changes& later);

    /// Forgets rows that ended as they began. Not to be called in the middle of a scan.
    void drop_unchanged();

    std::size_t size() const noexcept { return m_order.size(); }
    bool empty() const noexcept { return m_order.empty(); }

    /// The i-th change by (table, key).
    const Change& operator[](std::size_t i) const { return m_entries[m_order[i]]; }

    /// The number of changes below (table, key): where a scan starts.
    std::size_t position(TableId table, ByteView key) const { return lower_bound(table, key); }

    friend bool operator==(const Changes& a, const Changes& b);
};
}  // namespace engine
