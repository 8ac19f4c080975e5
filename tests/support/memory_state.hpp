#pragma once

#include "engine/core/changes.hpp"
#include "engine/core/state.hpp"

#include <map>
#include <utility>

namespace engine::test
{
/// Derived state in a map: the state of most tests, and the reference for the real stores.
class MemoryState final : public StateView
{
    using RowKey = std::pair<std::uint16_t, Bytes>;

    std::map<RowKey, Bytes> m_rows;

    void set(TableId table, ByteView key, const std::optional<ByteView>& row)
    {
        RowKey place{table.value, {key.begin(), key.end()}};
        if (row)
            m_rows[std::move(place)] = {row->begin(), row->end()};
        else
            m_rows.erase(place);
    }

public:
    std::optional<ByteView> get(TableId table, ByteView key) const override
    {
        const auto it = m_rows.find({table.value, {key.begin(), key.end()}});
        return it != m_rows.end() ? std::optional<ByteView>{it->second} : std::nullopt;
    }

    void scan(TableId table, ByteView from, RowVisitor visit) const override
    {
        for (auto it = m_rows.lower_bound({table.value, {from.begin(), from.end()}});
             it != m_rows.end() && it->first.first == table.value; ++it)
        {
            if (!visit(it->first.second, it->second))
                return;
        }
    }

    /// Makes the rows what they are after the changes.
    void apply(const Changes& changes)
    {
        for (std::size_t i = 0; i < changes.size(); ++i)
            set(changes[i].table, changes[i].key, changes[i].after);
    }

    /// Makes the rows what they were before the changes.
    void undo(const Changes& changes)
    {
        for (std::size_t i = 0; i < changes.size(); ++i)
            set(changes[i].table, changes[i].key, changes[i].before);
    }

    /// Writes or removes a row behind the rules' back, to plant damage.
    void plant(TableId table, ByteView key, const std::optional<ByteView>& row)
    {
        set(table, key, row);
    }

    std::size_t size() const noexcept { return m_rows.size(); }

    /// Every row of every table, in (table, key) order.
    const std::map<RowKey, Bytes>& rows() const noexcept { return m_rows; }

    friend bool operator==(const MemoryState& a, const MemoryState& b)
    {
        return a.m_rows == b.m_rows;
    }
};
}  // namespace engine::test
