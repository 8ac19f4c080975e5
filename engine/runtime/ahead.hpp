#pragma once

#include "engine/fold/ahead.hpp"
#include "engine/runtime/validator.hpp"
#include "engine/store/live_state.hpp"
#include "engine/store/row_source.hpp"

#include <deque>
#include <map>
#include <span>

namespace engine
{
/// Answers to claims, the newest `answers_max` of them. Belongs to the folding thread.
class ClaimCache final : public ClaimMemo
{
    std::size_t m_answers_max;
    std::map<Hash256, bool> m_answers;
    std::deque<Hash256> m_by_age;

public:
    static constexpr std::size_t kAnswersMax = 65'536;

    explicit ClaimCache(std::size_t answers_max = kAnswersMax) : m_answers_max{answers_max} {}

    std::optional<bool> find(const Hash256& claim) const override;
    void keep(const Hash256& claim, bool holds) override;

    std::size_t size() const noexcept { return m_answers.size(); }
};

/// What events will need once they are folded, made ready on another thread meanwhile: claims
/// answered, rows brought into RocksDB's cache. Neither can change what the fold does.
class Ahead
{
    ClaimList m_claims;
    std::vector<bool> m_answers;
    RowList m_rows;

public:
    /// What is not known and not in memory yet. On the folding thread.
    Ahead(const LiveState& state, const ClaimMemo& known, std::span<const CheckedEvent> events);

    bool is_nothing() const noexcept { return m_claims.empty() && m_rows.empty(); }

    /// The work itself: on Lane::check. Rows that can't be read are left to the fold.
    void work(const RowSource& rows);

    /// Hands the answers over. On the folding thread, after the work.
    void keep_in(ClaimMemo& memo) const;
};
}  // namespace engine
