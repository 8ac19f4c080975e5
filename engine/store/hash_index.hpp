#pragma once

#include "engine/store/row_slabs.hpp"

#include <cstdlib>
#include <memory>

namespace engine
{
/// Finds rows by key: open addressing with linear probing. It grows, and shrinks, by moving a few
/// entries with every insertion and removal, so that none takes long. The order of its entries is
/// nobody's business.
class HashIndex
{
    struct Slot
    {
        std::uint64_t hash;
        LiveRow* row;  // Null: never used. kMoved: went on, or away.
    };
    struct Free
    {
        void operator()(Slot* slots) const { std::free(slots); }
    };
    struct Array
    {
        std::unique_ptr<Slot[], Free> slots;
        std::size_t size = 0;  // A power of two, or 0.
    };

    Array m_slots;
    Array m_old;  // Being emptied into m_slots.
    std::size_t m_moved = 0;
    std::size_t m_count = 0;
    std::size_t m_filled = 0;  // Slots of m_slots in use.

public:
    LiveRow* find(std::uint64_t hash, ByteView key) const;

    /// The key must not be there.
    void insert(LiveRow* row);
    void erase(const LiveRow* row);

    /// A row moved to another block: same key, same hash.
    void replace(const LiveRow* row, LiveRow* by);

    std::size_t size() const noexcept { return m_count; }
    std::size_t memory_bytes() const noexcept { return (m_slots.size + m_old.size) * sizeof(Slot); }

    /// In no order: whoever calls sorts.
    template <typename F>
    void for_each(F&& visit) const
    {
        for (const auto* array : {&m_old, &m_slots})
        {
            for (std::size_t i = 0; i < array->size; ++i)
            {
                if (is_row(array->slots[i].row))
                    visit(array->slots[i].row);
            }
        }
    }

private:
    static LiveRow* moved();
    static bool is_row(const LiveRow* row) { return row != nullptr && row != moved(); }
    static Array allocate(std::size_t size);
    static Slot* find_in(const Array& array, std::uint64_t hash, ByteView key);
    static Slot* find_row(const Array& array, const LiveRow* row);
    void place(std::uint64_t hash, LiveRow* row);
    void erase_from_new(std::size_t hole);
    void move_some(std::size_t count);
    void resize(std::size_t size);
};

/// The hash that places a key. Seeded; nothing that leaves this process depends on it.
std::uint64_t place_hash(std::uint64_t seed, ByteView key);
}  // namespace engine
