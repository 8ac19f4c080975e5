#include "engine/runtime/changed_rows.hpp"

#include "engine/store/hash_index.hpp"

#include <algorithm>

namespace engine
{
void ChangedRows::add(const Changes& changes)
{
    for (const auto& change : changes.in_order_of_touch())
    {
        m_touched.push_back({place_hash(change.table.value, change.key), change.before.has_value(),
            change.after.has_value()});
    }
    if (m_touched.size() >= std::max(kCondenseMin, 2 * m_condensed))
        condense();
}

bool ChangedRows::exceed(std::size_t rows)
{
    if (m_touched.size() <= rows)
        return false;
    condense();
    return m_touched.size() > rows;
}

void ChangedRows::clear()
{
    if (m_touched.size() > kCondenseMin)
        m_touched = {};
    m_touched.clear();
    m_condensed = 0;
}

/// One entry a row, which keeps the first `before` and the last `after`.
void ChangedRows::condense()
{
    const auto by_row = [](const Touched& a, const Touched& b) { return a.row < b.row; };
    const auto added = m_touched.begin() + static_cast<std::ptrdiff_t>(m_condensed);
    std::stable_sort(added, m_touched.end(), by_row);
    std::inplace_merge(m_touched.begin(), added, m_touched.end(), by_row);

    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_touched.size();)
    {
        auto row = m_touched[i];
        for (++i; i < m_touched.size() && m_touched[i].row == row.row; ++i)
            row.after = m_touched[i].after;
        if (row.before || row.after)
            m_touched[kept++] = row;
    }
    m_touched.resize(kept);
    m_condensed = kept;
}
}  // namespace engine
