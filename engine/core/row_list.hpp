#pragma once

#include "engine/base/small_bytes.hpp"
#include "engine/core/row_codec.hpp"
#include "engine/core/table.hpp"

#include <vector>

namespace engine
{
/// Rows that an event will probably read: a hint for those who fetch rows ahead.
class RowList
{
public:
    struct Entry
    {
        TableId table;
        Bytes key;
    };

    template <typename Table>
    void add(const Table& table, const typename Table::Key& key)
    {
        SmallBytes<> raw_key;
        encode_value(raw_key, key);
        const auto view = raw_key.view();
        m_entries.push_back({table.id, {view.begin(), view.end()}});
    }

    /// Drops the rows for which a predicate on (table, key) holds.
    template <typename F>
    void remove_if(F&& predicate)
    {
        std::erase_if(
            m_entries, [&](const Entry& entry) { return predicate(entry.table, entry.key); });
    }

    const std::vector<Entry>& entries() const noexcept { return m_entries; }
    bool empty() const noexcept { return m_entries.empty(); }

private:
    std::vector<Entry> m_entries;
};
}  // namespace engine
