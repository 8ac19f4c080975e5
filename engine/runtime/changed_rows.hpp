#pragma once

#include "engine/core/changes.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine
{
/// So many rows may change from one rooted block to the next, that one's own included.
inline constexpr std::size_t kChangedRowsMax = 1'048'576;

/// Counts the rows that blocks changed since a rooted one: those that are there, or were there at
/// that block. What came and went in between is none of them. Takes 16 bytes a change, for twice
/// the rows that it tells apart at most.
class ChangedRows
{
    struct Touched
    {
        std::uint64_t row = 0;  // A hash of table and key.
        bool before = false;    // It was there before the first change.
        bool after = false;     // It is there after the last.
    };

    static constexpr std::size_t kCondenseMin = 65'536;

    std::vector<Touched> m_touched;  // By row, each once; behind those, what was added since.
    std::size_t m_condensed = 0;     // Size of the first part.

public:
    /// Adds what a block changed.
    void add(const Changes& changes);

    /// Whether there are more than so many. Two rows of one hash count as one, so it is never said
    /// of fewer.
    bool exceed(std::size_t rows);

    /// A block was rooted.
    void clear();

private:
    void condense();
};
}  // namespace engine
