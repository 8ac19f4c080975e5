#include "engine/store/frozen_set.hpp"

#include "engine/base/check.hpp"
#include "engine/store/proof_check.hpp"

#include <algorithm>

namespace engine
{
void FrozenSet::reserve(std::size_t count, std::size_t bytes)
{
    m_rows.reserve(count);
    if (m_room < bytes)
        add_chunk(bytes);
}

void FrozenSet::add_chunk(std::size_t bytes)
{
    m_place = m_chunks.emplace_back(std::make_unique_for_overwrite<std::uint8_t[]>(bytes)).get();
    m_room = bytes;
    m_bytes += bytes;
}

ByteView FrozenSet::keep(ByteView bytes)
{
    constexpr std::size_t kChunk = 4'096;
    if (m_room < bytes.size())
        add_chunk(std::max(kChunk, bytes.size()));
    const ByteView kept{m_place, bytes.size()};
    std::copy(bytes.begin(), bytes.end(), m_place);
    m_place += bytes.size();
    m_room -= bytes.size();
    return kept;
}

void FrozenSet::add(TableId table, ByteView key, std::optional<ByteView> row)
{
    ENSURE(!m_sorted);
    m_rows.push_back({table, keep(key), row ? std::optional{keep(*row)} : std::nullopt, {}});
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
