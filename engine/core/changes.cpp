#include "engine/core/changes.hpp"

#include "engine/base/check.hpp"

namespace engine
{
namespace
{
constexpr std::size_t kScanned = 8;    // Up to this many entries are searched without an index.
constexpr std::size_t kInserted = 64;  // Up to this many are put into the order one by one.

bool same(const std::optional<ByteView>& a, const std::optional<ByteView>& b)
{
    return a.has_value() == b.has_value() && (!a || equal(*a, *b));
}

bool is_row(const Change& change, TableId table, ByteView key)
{
    return change.table == table && equal(change.key, key);
}

bool comes_before(const Change& change, TableId table, ByteView key)
{
    return change.table < table || (change.table == table && less(change.key, key));
}

/// Mixes so that every bit of the input reaches every bit of the result.
std::uint64_t mix(std::uint64_t h)
{
    h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdULL;
    h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return h ^ (h >> 33);
}

/// Spreads rows over the index. Its value decides speed alone, never an outcome.
std::size_t spread(TableId table, ByteView key)
{
    std::uint64_t h = table.value;
    while (key.size() >= 8)
    {
        std::uint64_t word = 0;
        std::memcpy(&word, key.data(), 8);
        h = mix(h ^ word);
        key = key.subspan(8);
    }
    std::uint64_t rest = key.size();
    for (const auto byte : key)
        rest = rest << 8 | byte;
    return static_cast<std::size_t>(mix(h ^ rest));
}
}  // namespace

bool Change::is_none() const noexcept
{
    return same(before, after);
}

bool operator==(const Change& a, const Change& b)
{
    return is_row(a, b.table, b.key) && same(a.before, b.before) && same(a.after, b.after);
}

Changes& Changes::operator=(const Changes& other)
{
    if (this != &other)
    {
        clear();
        merge(other);
    }
    return *this;
}

Changes::Changes(Changes&& other) noexcept
{
    *this = std::move(other);
}

Changes& Changes::operator=(Changes&& other) noexcept
{
    std::swap(m_arena, other.m_arena);
    std::swap(m_entries, other.m_entries);
    std::swap(m_index, other.m_index);
    std::swap(m_order, other.m_order);
    std::swap(m_is_ordered, other.m_is_ordered);
    other.clear();
    return *this;
}

void Changes::clear()
{
    m_arena.clear();
    if (m_entries.size() > kScanned)
        std::fill(m_index.begin(), m_index.end(), 0);
    m_entries.clear();
    m_order.clear();
    m_is_ordered = true;
}

/// The slot of a row in the index: where it is, or where it would go.
std::size_t Changes::slot_of(TableId table, ByteView key) const
{
    const auto mask = m_index.size() - 1;
    auto slot = spread(table, key) & mask;
    while (m_index[slot] != 0 && !is_row(m_entries[m_index[slot] - 1], table, key))
        slot = (slot + 1) & mask;
    return slot;
}

void Changes::grow_index()
{
    auto size = std::max<std::size_t>(m_index.size(), 64);
    while (size < 2 * (m_entries.size() + 1))
        size *= 2;
    m_index.assign(size, 0);
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        m_index[slot_of(m_entries[i].table, m_entries[i].key)] = static_cast<std::uint32_t>(i + 1);
}

const Change* Changes::find(TableId table, ByteView key) const
{
    if (m_entries.size() > kScanned)
    {
        const auto place = m_index[slot_of(table, key)];
        return place != 0 ? &m_entries[place - 1] : nullptr;
    }
    for (const auto& entry : m_entries)
    {
        if (is_row(entry, table, key))
            return &entry;
    }
    return nullptr;
}

void Changes::set(
    TableId table, ByteView key, std::optional<ByteView> before, std::optional<ByteView> after)
{
    const auto keep = [&](const std::optional<ByteView>& bytes) {
        return bytes ? std::optional{m_arena.keep(*bytes)} : std::nullopt;
    };
    if (const auto* found = find(table, key))
    {
        m_entries[static_cast<std::size_t>(found - m_entries.data())].after = keep(after);
        return;
    }
    m_entries.push_back({table, m_arena.keep(key), keep(before), keep(after)});
    m_is_ordered = false;
    if (m_entries.size() <= kScanned)
        return;
    if (m_entries.size() == kScanned + 1 || m_index.size() < 2 * m_entries.size())
        grow_index();
    else
        m_index[slot_of(table, key)] = static_cast<std::uint32_t>(m_entries.size());
}

void Changes::merge(const Changes& later)
{
    for (const auto& change : later.m_entries)
    {
        if (const auto* mine = find(change.table, change.key))
            ENSURE(same(mine->after, change.before));
        set(change.table, change.key, change.before, change.after);
    }
}

void Changes::drop_unchanged()
{
    const auto dropped = std::erase_if(m_entries, [](const Change& c) { return c.is_none(); });
    if (dropped == 0)
        return;
    m_order.clear();
    m_is_ordered = false;
    if (!m_index.empty())
        grow_index();
}

const std::vector<std::uint32_t>& Changes::order() const
{
    if (m_is_ordered)
        return m_order;
    const auto comes_first = [&](std::uint32_t a, std::uint32_t b) {
        return comes_before(m_entries[a], m_entries[b].table, m_entries[b].key);
    };
    // A rule that writes and scans by turns finds its few new rows put among the others: to sort
    // all of them for each scan would cost the square of their number.
    const bool are_few = m_entries.size() - m_order.size() <= kInserted;
    while (m_order.size() < m_entries.size())
    {
        m_order.push_back(static_cast<std::uint32_t>(m_order.size()));
        const auto added = m_order.end() - 1;
        if (are_few)
            std::rotate(std::upper_bound(m_order.begin(), added, *added, comes_first), added,
                m_order.end());
    }
    if (!are_few)
        std::sort(m_order.begin(), m_order.end(), comes_first);
    m_is_ordered = true;
    return m_order;
}

std::size_t Changes::position(TableId table, ByteView key) const
{
    const auto& places = order();
    const auto it = std::lower_bound(
        places.begin(), places.end(), key, [&](std::uint32_t place, ByteView wanted) {
            return comes_before(m_entries[place], table, wanted);
        });
    return static_cast<std::size_t>(it - places.begin());
}

bool operator==(const Changes& a, const Changes& b)
{
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        if (!(a[i] == b[i]))
            return false;
    }
    return true;
}
}  // namespace engine
