#include "engine/store/hash_index.hpp"

#include "engine/base/check.hpp"

#include <cstring>
#include <new>

namespace engine
{
namespace
{
constexpr std::size_t kSlotsMin = 16;
constexpr std::size_t kMovesAtOnce = 8;
constexpr std::size_t kShrinksAbove = 4'096;  // Slots.

LiveRow s_moved;  // Its address marks a slot whose entry left. Never read.

std::uint64_t fold_product(std::uint64_t a, std::uint64_t b)
{
    __extension__ using Wide = unsigned __int128;
    const auto product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t read_up_to_8(const std::uint8_t* from, std::size_t size)
{
    std::uint64_t word = 0;
    std::memcpy(&word, from, size);
    return word;
}

/// Where there is no memory it does what `new` does. calloc leaves large arrays to the kernel,
/// which clears a page when it is first used.
void* zeros(std::size_t count, std::size_t size)
{
    for (;;)
    {
        if (void* memory = std::calloc(count, size))
            return memory;
        const auto handler = std::get_new_handler();
        if (handler == nullptr)
            throw std::bad_alloc{};
        handler();
    }
}
}  // namespace

std::uint64_t place_hash(std::uint64_t seed, ByteView key)
{
    constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15;
    constexpr std::uint64_t kSecond = 0xd6e8feb86659fd93;
    std::uint64_t state = fold_product(seed ^ kFirst, key.size() ^ kSecond);
    const auto* at = key.data();
    auto left = key.size();
    for (; left > 8; left -= 8, at += 8)
        state = fold_product(state ^ read_up_to_8(at, 8) ^ seed, kFirst) + kSecond;
    if (left > 0)
        state ^= read_up_to_8(at, left);
    return fold_product(state ^ seed, kSecond);
}

LiveRow* HashIndex::moved()
{
    return &s_moved;
}

HashIndex::Array HashIndex::allocate(std::size_t size)
{
    auto* slots = static_cast<Slot*>(zeros(size, sizeof(Slot)));
    return {std::unique_ptr<Slot[], Free>{slots}, size};
}

HashIndex::Slot* HashIndex::find_in(const Array& array, std::uint64_t hash, ByteView key)
{
    if (array.size == 0)
        return nullptr;
    for (std::size_t i = hash & (array.size - 1);; i = (i + 1) & (array.size - 1))
    {
        auto& slot = array.slots[i];
        if (slot.row == nullptr)
            return nullptr;
        if (slot.hash == hash && is_row(slot.row) && equal(slot.row->key(), key))
            return &slot;
    }
}

HashIndex::Slot* HashIndex::find_row(const Array& array, const LiveRow* row)
{
    if (array.size == 0)
        return nullptr;
    for (std::size_t i = row->hash & (array.size - 1);; i = (i + 1) & (array.size - 1))
    {
        auto& slot = array.slots[i];
        if (slot.row == nullptr)
            return nullptr;
        if (slot.row == row)
            return &slot;
    }
}

LiveRow* HashIndex::find(std::uint64_t hash, ByteView key) const
{
    if (const auto* slot = find_in(m_slots, hash, key))
        return slot->row;
    if (const auto* slot = find_in(m_old, hash, key))
        return slot->row;
    return nullptr;
}

void HashIndex::place(std::uint64_t hash, LiveRow* row)
{
    auto i = hash & (m_slots.size - 1);
    while (m_slots.slots[i].row != nullptr)
        i = (i + 1) & (m_slots.size - 1);
    m_slots.slots[i] = {hash, row};
    ++m_filled;
}

void HashIndex::move_some(std::size_t count)
{
    for (; count > 0 && m_moved < m_old.size; --count, ++m_moved)
    {
        auto& slot = m_old.slots[m_moved];
        if (!is_row(slot.row))
            continue;
        place(slot.hash, slot.row);
        slot.row = moved();  // Keeps the chains of those that come later whole.
    }
    if (m_old.size != 0 && m_moved == m_old.size)
        m_old = {};
}

void HashIndex::resize(std::size_t size)
{
    move_some(m_old.size);  // Nothing left, but for a table that shrank and grew at once.
    m_old = std::move(m_slots);
    m_slots = allocate(size);
    m_filled = 0;
    m_moved = 0;
}

void HashIndex::insert(LiveRow* row)
{
    if ((m_filled + 1) * 4 > m_slots.size * 3)
        resize(std::max(kSlotsMin, m_slots.size * 2));
    move_some(kMovesAtOnce);
    place(row->hash, row);
    ++m_count;
}

void HashIndex::replace(const LiveRow* row, LiveRow* by)
{
    auto* slot = find_row(m_slots, row);
    if (slot == nullptr)
        slot = find_row(m_old, row);
    ENSURE(slot != nullptr);
    slot->row = by;
}

void HashIndex::erase(const LiveRow* row)
{
    --m_count;
    if (auto* slot = find_row(m_slots, row))
    {
        erase_from_new(static_cast<std::size_t>(slot - m_slots.slots.get()));
    }
    else
    {
        slot = find_row(m_old, row);
        ENSURE(slot != nullptr);
        slot->row = moved();
    }
    move_some(2 * kMovesAtOnce);  // Before the next halving is due all will have moved.
    // What a table needed once counts against the bound on memory.
    if (m_old.size == 0 && m_slots.size > kShrinksAbove && m_count * 8 < m_slots.size)
        resize(m_slots.size / 2);
}

/// Closes the hole by moving back whoever probed across it (Knuth 6.4, algorithm R).
void HashIndex::erase_from_new(std::size_t hole)
{
    const auto mask = m_slots.size - 1;
    for (auto i = (hole + 1) & mask; m_slots.slots[i].row != nullptr; i = (i + 1) & mask)
    {
        const auto home = m_slots.slots[i].hash & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        m_slots.slots[hole] = m_slots.slots[i];
        hole = i;
    }
    m_slots.slots[hole] = {0, nullptr};
    --m_filled;
}
}  // namespace engine
