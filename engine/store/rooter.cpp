#include "engine/store/rooter.hpp"

#include "engine/store/proof_check.hpp"

namespace engine
{
StateRoot Rooter::take(FrozenSet& set)
{
    set.sort_by_key_hash();
    m_changes.clear();
    for (const auto& row : set.rows())
    {
        m_changes.push_back({row.key_hash,
            row.row ? std::optional{row_hash_of(row.table.value, *row.row)} : std::nullopt});
    }
    return m_tree.update(m_changes);
}
}  // namespace engine
