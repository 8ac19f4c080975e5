#pragma once

#include "engine/store/row_slabs.hpp"

#include <memory>
#include <memory_resource>
#include <set>

namespace engine
{
/// Rows in key order. Its nodes come from a pool that keeps what it got.
class OrderedIndex
{
    struct Less
    {
        using is_transparent = void;
        bool operator()(const LiveRow* a, const LiveRow* b) const
        {
            return less(a->key(), b->key());
        }
        bool operator()(const LiveRow* a, ByteView b) const { return less(a->key(), b); }
        bool operator()(ByteView a, const LiveRow* b) const { return less(a, b->key()); }
    };
    using Rows = std::pmr::set<LiveRow*, Less>;

    std::unique_ptr<std::pmr::unsynchronized_pool_resource> m_pool;
    Rows m_rows;

public:
    using Iterator = Rows::const_iterator;

    OrderedIndex()
      : m_pool{std::make_unique<std::pmr::unsynchronized_pool_resource>()}, m_rows{m_pool.get()}
    {}

    void insert(LiveRow* row) { m_rows.insert(row); }
    void erase(const LiveRow* row) { m_rows.erase(m_rows.find(row->key())); }

    /// A row moved to another block: same key.
    void replace(const LiveRow* row, LiveRow* by)
    {
        const auto at = m_rows.find(row->key());
        auto node = m_rows.extract(at);
        node.value() = by;
        m_rows.insert(std::move(node));
    }

    Iterator begin(ByteView from) const { return m_rows.lower_bound(from); }
    Iterator end() const { return m_rows.end(); }
    std::size_t size() const noexcept { return m_rows.size(); }
    std::size_t memory_bytes() const noexcept { return m_rows.size() * kNodeBytes; }

private:
    static constexpr std::size_t kNodeBytes = 48;
};
}  // namespace engine
