#include "engine/core/changes.hpp"

#include "engine/base/check.hpp"

namespace engine
{
namespace
{
bool same(const std::optional<ByteView>& a, const std::optional<ByteView>& b)
{
    return a.has_value() == b.has_value() && (!a || equal(*a, *b));
}
}  // namespace

bool Change::is_none() const noexcept
{
    return same(before, after);
}

bool operator==(const Change& a, const Change& b)
{
    return a.table == b.table && equal(a.key, b.key) && same(a.before, b.before) &&
           same(a.after, b.after);
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

void Changes::clear()
{
    m_arena.clear();
    m_entries.clear();
    m_order.clear();
}

std::size_t Changes::lower_bound(TableId table, ByteView key) const
{
    const auto it = std::lower_bound(
        m_order.begin(), m_order.end(), key, [&](std::uint32_t index, ByteView wanted) {
            const auto& entry = m_entries[index];
            return entry.table < table || (entry.table == table && less(entry.key, wanted));
        });
    return static_cast<std::size_t>(it - m_order.begin());
}

const Change* Changes::find(TableId table, ByteView key) const
{
    const auto i = lower_bound(table, key);
    if (i == m_order.size())
        return nullptr;
    const auto& entry = m_entries[m_order[i]];
    return entry.table == table && equal(entry.key, key) ? &entry : nullptr;
}

void Changes::set(
    TableId table, ByteView key, std::optional<ByteView> before, std::optional<ByteView> after)
{
    const auto keep = [&](const std::optional<ByteView>& bytes) {
        return bytes ? std::optional{m_arena.keep(*bytes)} : std::nullopt;
    };
    const auto i = lower_bound(table, key);
    if (i < m_order.size())
    {
        auto& entry = m_entries[m_order[i]];
        if (entry.table == table && equal(entry.key, key))
        {
            entry.after = keep(after);
            return;
        }
    }
    m_order.insert(m_order.begin() + static_cast<std::ptrdiff_t>(i),
        static_cast<std::uint32_t>(m_entries.size()));
    m_entries.push_back({table, m_arena.keep(key), keep(before), keep(after)});
}

void Changes::merge(const Changes& later)
{
    for (std::size_t i = 0; i < later.size(); ++i)
    {
        const auto& change = later[i];
        if (const auto* mine = find(change.table, change.key))
            ENSURE(same(mine->after, change.before));
        set(change.table, change.key, change.before, change.after);
    }
}

void Changes::drop_unchanged()
{
    std::erase_if(m_order, [&](std::uint32_t index) { return m_entries[index].is_none(); });
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
