#include "engine/cli/row_diff.hpp"

namespace engine::cli
{
namespace
{
constexpr std::size_t kEntryBytes = 160;  // Of the map and of three vectors, about.

std::optional<Bytes> copy(const std::optional<ByteView>& row)
{
    return row ? std::optional{Bytes{row->begin(), row->end()}} : std::nullopt;
}

std::size_t cost(const RowDiff::RowKey& key, const RowDiff::Row& row)
{
    return kEntryBytes + key.second.size() + (row.before ? row.before->size() : 0) +
           (row.after ? row.after->size() : 0);
}
}  // namespace

RowDiff::RowDiff(std::optional<TableId> table, Bytes from, std::size_t bytes_max)
  : m_table{table}, m_from{std::move(from)}, m_bytes_max{bytes_max}
{}

bool RowDiff::is_wanted(const Change& change) const
{
    if (m_table && change.table != *m_table)
        return false;
    return !std::lexicographical_compare(
        change.key.begin(), change.key.end(), m_from.begin(), m_from.end());
}

void RowDiff::add(EventPlace place, const Changes& changes)
{
    for (const auto& change : changes.in_order_of_touch())
    {
        if (!is_wanted(change))
            continue;
        RowKey key{change.table, Bytes{change.key.begin(), change.key.end()}};
        if (m_given_up_from && key >= *m_given_up_from)
            continue;
        const auto [entry, is_first] = m_rows.try_emplace(std::move(key));
        auto& row = entry->second;
        if (is_first)
            row.before = copy(change.before);
        else
            m_bytes -= cost(entry->first, row);
        row.after = copy(change.after);
        row.written = place;
        m_bytes += cost(entry->first, row);
        while (m_bytes > m_bytes_max && m_rows.size() > 1)
            give_up_highest();
    }
}

void RowDiff::give_up_highest()
{
    const auto last = std::prev(m_rows.end());
    m_bytes -= cost(last->first, last->second);
    m_given_up_from = last->first;
    m_rows.erase(last);
}

void RowDiff::finish()
{
    std::erase_if(
        m_rows, [](const auto& entry) { return entry.second.before == entry.second.after; });
}
}  // namespace engine::cli
