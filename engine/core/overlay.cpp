#include "engine/core/overlay.hpp"

namespace engine
{
namespace
{
using Image = std::optional<ByteView> Change::*;

std::optional<ByteView> get_through(
    const StateView& base, const Changes& changes, Image image, TableId table, ByteView key)
{
    if (const auto* change = changes.find(table, key))
        return change->*image;
    return base.get(table, key);
}

/// Merges the base's rows with the images that cover them. Both come in key order.
class MergingScan
{
    const Changes& m_changes;
    Image m_image;
    TableId m_table;
    RowVisitor m_visit;
    std::size_t m_next;
    bool m_wanted = true;

    bool at_image() const
    {
        return m_next < m_changes.size() && m_changes[m_next].table == m_table;
    }

    void visit_image()
    {
        const auto& change = m_changes[m_next++];
        if (m_wanted && (change.*m_image).has_value())
            m_wanted = m_visit(change.key, *(change.*m_image));
    }

public:
    MergingScan(const Changes& changes, Image image, TableId table, ByteView from, RowVisitor visit)
      : m_changes{changes},
        m_image{image},
        m_table{table},
        m_visit{visit},
        m_next{changes.position(table, from)}
    {}

    bool row(ByteView key, ByteView row)
    {
        while (m_wanted && at_image() && less(m_changes[m_next].key, key))
            visit_image();
        if (at_image() && equal(m_changes[m_next].key, key))
            visit_image();
        else if (m_wanted)
            m_wanted = m_visit(key, row);
        return m_wanted;
    }

    void finish()
    {
        while (m_wanted && at_image())
            visit_image();
    }
};

void scan_through(const StateView& base, const Changes& changes, Image image, TableId table,
    ByteView from, RowVisitor visit)
{
    MergingScan merge{changes, image, table, from, visit};
    base.scan(table, from, [&](ByteView key, ByteView row) { return merge.row(key, row); });
    merge.finish();
}
}  // namespace

std::optional<ByteView> Overlay::get(TableId table, ByteView key) const
{
    return get_through(m_base, m_changes, &Change::after, table, key);
}
void Overlay::scan(TableId table, ByteView from, RowVisitor visit) const
{
    scan_through(m_base, m_changes, &Change::after, table, from, visit);
}

std::optional<ByteView> Underlay::get(TableId table, ByteView key) const
{
    return get_through(m_base, m_changes, &Change::before, table, key);
}
void Underlay::scan(TableId table, ByteView from, RowVisitor visit) const
{
    scan_through(m_base, m_changes, &Change::before, table, from, visit);
}
}  // namespace engine
