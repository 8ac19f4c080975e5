#include "engine/store/row_slabs.hpp"

#include "engine/base/check.hpp"

#include <bit>
#include <new>

namespace engine
{
namespace
{
constexpr std::size_t kSpareSlabsMax = 16;

/// Eight sizes a doubling: at most an eighth of a block is wasted.
struct SizeClass
{
    std::size_t bytes = 0;
    std::size_t index = 0;
};

SizeClass class_of(std::size_t bytes)
{
    constexpr unsigned kSmallest = 6;  // 64 bytes; steps of 8 keep blocks aligned.
    bytes = std::max(bytes, (std::size_t{1} << kSmallest) + 1);
    const auto exponent = static_cast<unsigned>(std::bit_width(bytes - 1)) - 1;
    const std::size_t step = std::size_t{1} << (exponent - 3);
    const std::size_t steps = (bytes + step - 1) / step;  // 9 to 16
    return {steps * step, static_cast<std::size_t>(exponent - kSmallest) * 8 + steps - 9};
}

std::size_t block_bytes_for(std::size_t key_size, std::size_t row_size)
{
    return class_of(sizeof(LiveRow) + key_size + row_size).bytes;
}
}  // namespace

LiveRow* RowSlabs::block(Slab& slab, std::uint32_t index)
{
    auto* bytes = reinterpret_cast<std::uint8_t*>(slab.memory.get()) + index * slab.block_bytes;
    return std::launder(reinterpret_cast<LiveRow*>(bytes));
}

void RowSlabs::list(std::uint32_t index, std::size_t size_class)
{
    auto& slab = m_slabs[index];
    slab.previous = kNone;
    slab.next = m_room[size_class];
    if (slab.next != kNone)
        m_slabs[slab.next].previous = index;
    m_room[size_class] = index;
}

void RowSlabs::unlist(std::uint32_t index, std::size_t size_class)
{
    auto& slab = m_slabs[index];
    if (slab.previous != kNone)
        m_slabs[slab.previous].next = slab.next;
    else
        m_room[size_class] = slab.next;
    if (slab.next != kNone)
        m_slabs[slab.next].previous = slab.previous;
}

std::uint32_t RowSlabs::slab_with_room(std::size_t block_bytes, std::size_t size_class)
{
    if (m_room[size_class] != kNone)
        return m_room[size_class];
    if (m_slots.empty())
    {
        m_slots.push_back(static_cast<std::uint32_t>(m_slabs.size()));
        m_slabs.emplace_back();
    }
    const auto index = m_slots.back();
    m_slots.pop_back();

    const bool shared = block_bytes <= kShareMax;
    auto& slab = m_slabs[index];
    slab.block_bytes = block_bytes;
    slab.blocks = shared ? static_cast<std::uint32_t>(kSlabBytes / block_bytes) : 1;
    slab.used = 0;
    slab.carved = 0;
    slab.unused.clear();
    if (shared && !m_spare.empty())
    {
        slab.memory = std::move(m_spare.back());
        m_spare.pop_back();
    }
    else
    {
        const auto bytes = shared ? kSlabBytes : block_bytes;
        slab.memory.reset(new std::uint64_t[bytes / sizeof(std::uint64_t)]);
    }
    list(index, size_class);
    return index;
}

LiveRow* RowSlabs::make(ByteView key, std::optional<ByteView> row)
{
    const auto size = class_of(sizeof(LiveRow) + key.size() + (row ? row->size() : 0));
    const auto index = slab_with_room(size.bytes, size.index);
    auto& slab = m_slabs[index];
    std::uint32_t place = slab.carved;
    if (slab.unused.empty())
    {
        ++slab.carved;
    }
    else
    {
        place = slab.unused.back();
        slab.unused.pop_back();
    }
    if (++slab.used == slab.blocks)
        unlist(index, size.index);
    m_bytes_used += size.bytes;

    auto* made = new (block(slab, place)) LiveRow{};
    made->in_use = true;
    made->slab = index;
    made->key_size = static_cast<std::uint32_t>(key.size());
    std::copy(key.begin(), key.end(), made->bytes());
    if (row)
    {
        made->row_size = static_cast<std::uint32_t>(row->size());
        std::copy(row->begin(), row->end(), made->bytes() + key.size());
    }
    return made;
}

bool RowSlabs::overwrite(LiveRow* row, std::optional<ByteView> value)
{
    if (!value)
    {
        row->row_size = LiveRow::kAbsent;
        return true;
    }
    const auto have = m_slabs[row->slab].block_bytes;
    const auto want = block_bytes_for(row->key_size, value->size());
    if (want > have || want < have / 2)
        return false;
    row->row_size = static_cast<std::uint32_t>(value->size());
    std::copy(value->begin(), value->end(), row->bytes() + row->key_size);
    return true;
}

void RowSlabs::free(LiveRow* row)
{
    const auto index = row->slab;
    auto& slab = m_slabs[index];
    const auto size_class = class_of(slab.block_bytes).index;
    const auto offset =
        reinterpret_cast<std::uint8_t*>(row) - reinterpret_cast<std::uint8_t*>(slab.memory.get());
    ENSURE(row->in_use);
    row->in_use = false;
    slab.unused.push_back(
        static_cast<std::uint32_t>(static_cast<std::size_t>(offset) / slab.block_bytes));
    m_bytes_used -= slab.block_bytes;
    if (slab.used-- == slab.blocks)
        list(index, size_class);
    if (slab.used == 0 && (slab.blocks == 1 || slab.next != kNone || slab.previous != kNone))
    {
        unlist(index, size_class);
        release(index);
    }
}

void RowSlabs::release(std::uint32_t index)
{
    auto& slab = m_slabs[index];
    if (slab.block_bytes <= kShareMax && m_spare.size() < kSpareSlabsMax)
        m_spare.push_back(std::move(slab.memory));
    slab.memory.reset();
    slab.blocks = 0;
    slab.carved = 0;
    m_slots.push_back(index);
}

LiveRow* RowSlabs::next(std::size_t& steps)
{
    while (steps > 0)
    {
        --steps;
        if (m_hand_slab >= m_slabs.size())
            m_hand_slab = 0;
        if (m_slabs.empty())
            return nullptr;
        auto& slab = m_slabs[m_hand_slab];
        if (m_hand_block >= slab.carved)
        {
            ++m_hand_slab;
            m_hand_block = 0;
            continue;
        }
        auto* row = block(slab, m_hand_block++);
        if (row->in_use)
            return row;
    }
    return nullptr;
}
}  // namespace engine
