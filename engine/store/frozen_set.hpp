#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"
#include "engine/core/table.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace engine
{
/// What a row is at a rooted height. Absent: there is none.
struct FrozenRow
{
    TableId table;
    ByteView key;
    std::optional<ByteView> row;
    Hash256 key_hash;  ///< Filled in by FrozenSet::sort_by_key_hash.
};

/// The rows that differ from the previous rooted height, cut by LiveState::freeze: net changes, one
/// entry a row, copied, so that folding goes on while it is hashed and written.
class FrozenSet
{
    LogHeight m_height;
    std::vector<std::unique_ptr<std::uint8_t[]>> m_chunks;  // Keys and rows.
    std::uint8_t* m_place = nullptr;                        // In the last one.
    std::size_t m_room = 0;                                 // From there on.
    std::size_t m_bytes = 0;                                // Of all chunks.
    std::vector<FrozenRow> m_rows;
    bool m_sorted = false;

public:
    FrozenSet() = default;
    explicit FrozenSet(LogHeight height) : m_height{height} {}

    LogHeight height() const noexcept { return m_height; }
    const std::vector<FrozenRow>& rows() const noexcept { return m_rows; }

    /// Adds the copy of a row. A row may be added once.
    void add(TableId table, ByteView key, std::optional<ByteView> row);
    /// Gets room for so many rows and for the bytes of their keys and rows. Sets are many, and may
    /// wait long for a flush: one that knows what comes takes no more than that.
    void reserve(std::size_t count, std::size_t bytes);

    /// The memory that it takes.
    std::size_t bytes() const noexcept
    {
        return sizeof *this + m_bytes + m_rows.capacity() * sizeof(FrozenRow);
    }

    /// Hashes every key and sorts by the hash, as the tree takes them. Done once, by the rooter, so
    /// that the folding thread pays for copying alone.
    void sort_by_key_hash();

    /// The row of a sorted set, if it is in it.
    const FrozenRow* find(const Hash256& key_hash) const;

private:
    void add_chunk(std::size_t bytes);
    ByteView keep(ByteView bytes);
};
}  // namespace engine
