#include "engine/runtime/line_rate.hpp"

#include <algorithm>

namespace engine::logging
{
void LineRates::Budget::refill(std::int64_t now_ms)
{
    const auto passed = now_ms - refilled_ms;
    const auto lines = passed / kRefillMs;
    if (lines > 0)
        left = std::min(kAtOnce, left + std::min(kAtOnce, lines));
    if (lines > 0 || passed < 0)  // A clock that was set back begins a new second.
        refilled_ms = now_ms;
}

std::optional<std::uint64_t> LineRates::admit(CallSite site, std::int64_t now_ms)
{
    const std::lock_guard lock{m_mutex};
    auto [at, is_first] = m_sites.try_emplace({site.file, site.line});
    auto& budget = at->second;
    if (is_first)
        budget.refilled_ms = now_ms;
    budget.refill(now_ms);
    if (budget.left == 0)
    {
        ++budget.suppressed;
        return std::nullopt;
    }
    --budget.left;
    return std::exchange(budget.suppressed, 0);
}

std::uint64_t LineRates::forget()
{
    const std::lock_guard lock{m_mutex};
    std::uint64_t left = 0;
    for (const auto& [place, budget] : m_sites)
        left += budget.suppressed;
    m_sites.clear();
    return left;
}
}  // namespace engine::logging
