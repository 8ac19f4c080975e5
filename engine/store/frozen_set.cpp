#include "engine/store/frozen_set.hpp"

#include "engine/base/check.hpp"
#include "engine/store/proof_check.hpp"

#include <algorithm>

namespace engine
{
void FrozenSet::add(TableId table, ByteView key, std::optional<ByteView> row)
{
    ENSURE(!m_sorted);
    m_rows.push_back(
        {table, m_arena.keep(key), row ? std::optional{m_arena.keep(*row)} : std::nullopt, {}});
}

void FrozenSet::sort_by_key_hash()
{
    if (m_sorted)
        return;
    for (auto& row : m_rows)
        row.key_hash = key_hash_of(row.table.value, row.key);
    std::sort(m_rows.begin(), m_rows.end(),
        [](const FrozenRow& a, const FrozenRow& b) { return a.key_hash < b.key_hash; });
    m_sorted = true;
}

const FrozenRow* FrozenSet::find(const Hash256& key_hash) const
{
    ENSURE(m_sorted);
    const auto it = std::lower_bound(m_rows.begin(), m_rows.end(), key_hash,
        [](const FrozenRow& row, const Hash256& wanted) { return row.key_hash < wanted; });
    return it != m_rows.end() && it->key_hash == key_hash ? &*it : nullptr;
}
}  // namespace engine
