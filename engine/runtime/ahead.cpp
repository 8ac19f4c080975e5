#include "engine/runtime/ahead.hpp"

#include "engine/store/error.hpp"

namespace engine
{
std::optional<bool> ClaimCache::find(const Hash256& claim) const
{
    const auto it = m_answers.find(claim);
    return it == m_answers.end() ? std::nullopt : std::optional{it->second};
}

void ClaimCache::keep(const Hash256& claim, bool holds)
{
    if (!m_answers.emplace(claim, holds).second)
        return;
    m_by_age.push_back(claim);
    if (m_by_age.size() <= m_answers_max)
        return;
    m_answers.erase(m_by_age.front());
    m_by_age.pop_front();
}

Ahead::Ahead(const LiveState& state, const ClaimMemo& known, std::span<const CheckedEvent> events)
  : m_claims{&known}
{
    for (const auto& checked : events)
    {
        const auto* event = std::get_if<Event>(&checked.event);
        if (event == nullptr)
            continue;
        claims_of(state, *event, m_claims);
        if (!state.is_complete())
            rows_of(*event, m_rows);
    }
    m_rows.remove_if([&](TableId table, ByteView key) { return state.is_in_memory(table, key); });
}

void Ahead::work(const RowSource& rows)
{
    m_answers.clear();
    for (const auto& claim : m_claims.entries())
        m_answers.push_back(claim.holds());
    try
    {
        Bytes row;
        for (const auto& entry : m_rows.entries())
            rows.get(entry.table, entry.key, row);
    }
    catch (const StoreFailure&)  // NOLINT(bugprone-empty-catch): the fold will meet it and say so.
    {}
}

void Ahead::keep_in(ClaimMemo& memo) const
{
    for (std::size_t i = 0; i < m_answers.size(); ++i)
        memo.keep(m_claims.entries()[i].id(), m_answers[i]);
}
}  // namespace engine
