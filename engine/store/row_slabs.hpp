#pragma once

#include "engine/base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace engine
{
/// A row in memory, or the knowledge that there is none. Key and row follow it in its block.
struct LiveRow
{
    static constexpr std::uint32_t kAbsent = UINT32_MAX;
    static constexpr std::uint32_t kInNoList = UINT32_MAX;

    std::uint64_t hash = 0;          ///< Of the key, seeded.
    std::uint64_t pinned_until = 0;  ///< One past the height of the last freeze that took it.
    std::uint32_t key_size = 0;
    std::uint32_t row_size = kAbsent;
    std::uint32_t list_index = kInNoList;  ///< Place in the dirty list, or in a graveyard.
    std::uint32_t slab = 0;
    std::uint16_t table = 0;  ///< Index among the state's tables.
    bool in_use = false;
    bool referenced = false;  ///< Since the clock passed.
    bool stored = false;      ///< The source or a frozen set may have a row under this key.
    bool dirty = false;
    bool buried = false;   ///< An absence that waits in a graveyard for its flush.
    bool ordered = false;  ///< In the ordered index.

    bool present() const noexcept { return row_size != kAbsent; }
    ByteView key() const noexcept { return {bytes(), key_size}; }
    std::optional<ByteView> row() const noexcept
    {
        return present() ? std::optional{ByteView{bytes() + key_size, row_size}} : std::nullopt;
    }

    std::uint8_t* bytes() noexcept { return reinterpret_cast<std::uint8_t*>(this + 1); }
    const std::uint8_t* bytes() const noexcept
    {
        return reinterpret_cast<const std::uint8_t*>(this + 1);
    }
};

/// Memory for rows: blocks of one size class share a slab, so that a freed block serves the next
/// row of its class and an empty slab serves every class. Blocks don't move.
class RowSlabs
{
    static constexpr std::size_t kSlabBytes = 64 * 1024;
    static constexpr std::size_t kShareMax =
        kSlabBytes / 4;  // A larger block has a slab to itself.
    static constexpr std::size_t kClasses = 256;
    static constexpr std::uint32_t kNone = UINT32_MAX;

    struct Slab
    {
        std::unique_ptr<std::uint64_t[]> memory;
        std::size_t block_bytes = 0;
        std::uint32_t blocks = 0;
        std::uint32_t used = 0;
        std::uint32_t carved = 0;           // Blocks from here on were never used.
        std::vector<std::uint32_t> unused;  // Blocks below `carved` that are free.
        std::uint32_t previous = kNone;     // Neighbours among the slabs of a class with room.
        std::uint32_t next = kNone;
    };

    std::vector<Slab> m_slabs;
    std::vector<std::uint32_t> m_slots;  // Places in m_slabs without memory.
    std::vector<std::unique_ptr<std::uint64_t[]>> m_spare;
    std::array<std::uint32_t, kClasses> m_room;  // First slab with room, by class.
    std::size_t m_bytes_used = 0;
    std::size_t m_hand_slab = 0;
    std::uint32_t m_hand_block = 0;

public:
    RowSlabs() { m_room.fill(kNone); }

    /// A block for a key and a row, both copied.
    LiveRow* make(ByteView key, std::optional<ByteView> row);

    /// Writes a row into its block. False: it belongs into a block of another size.
    bool overwrite(LiveRow* row, std::optional<ByteView> value);

    void free(LiveRow* row);

    /// Of the block that a row stands in.
    std::size_t block_bytes(const LiveRow* row) const { return m_slabs[row->slab].block_bytes; }

    /// Bytes of blocks in use.
    std::size_t bytes_used() const noexcept { return m_bytes_used; }

    /// The block in use after the one returned last, going round; for the eviction clock. Looks at
    /// no more than `steps` blocks, and counts them off.
    LiveRow* next(std::size_t& steps);

private:
    LiveRow* block(Slab& slab, std::uint32_t index);
    std::uint32_t slab_with_room(std::size_t block_bytes, std::size_t size_class);
    void list(std::uint32_t index, std::size_t size_class);
    void unlist(std::uint32_t index, std::size_t size_class);
    void release(std::uint32_t index);
};
}  // namespace engine
