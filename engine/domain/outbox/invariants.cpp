#include "engine/domain/outbox/invariants.hpp"

#include "engine/core/read.hpp"
#include "engine/domain/outbox/moves.hpp"

namespace engine::outbox
{
namespace
{
constexpr std::array<EffectState, 5> kStates{EffectState::pending, EffectState::taken,
    EffectState::settled, EffectState::withdrawn, EffectState::parked};

/// How many rows there are in each state, and in the open list.
struct Count
{
    std::array<std::int64_t, kStates.size()> rows{};
    std::int64_t open = 0;

    void add(const std::optional<EffectRow>& row, std::int64_t n)
    {
        if (row)
            rows[static_cast<std::size_t>(row->state)] += n;
    }

    std::int64_t of(EffectState state) const { return rows[static_cast<std::size_t>(state)]; }
};

std::optional<std::string> compare(const Count& count, Totals totals)
{
    for (const auto state : kStates)
    {
        const auto counted = static_cast<std::int64_t>(count_of(totals, state));
        if (count.of(state) != counted)
            return std::string{name(state)} + " effects " + std::to_string(count.of(state)) +
                   ", counted " + std::to_string(counted);
    }
    const auto open = count.of(EffectState::pending) + count.of(EffectState::taken);
    if (count.open != open)
        return "open list " + std::to_string(count.open) + ", open effects " + std::to_string(open);
    return std::nullopt;
}
}  // namespace

std::optional<std::string> effects_are_counted_delta(
    const StateView& before, const Changes& changes)
{
    auto totals = get(before, kTotals);
    Count count;
    for (const auto state : kStates)  // The law held before.
        count.rows[static_cast<std::size_t>(state)] =
            static_cast<std::int64_t>(count_of(totals, state));
    count.open = count.of(EffectState::pending) + count.of(EffectState::taken);

    for_each_change(changes, kTotals,
        [&](Unit, const std::optional<Totals>&, const std::optional<Totals>& now) {
            totals = now.value_or(Totals{});
        });
    for_each_change(changes, kEffects,
        [&](const EffectId&, const std::optional<EffectRow>& old,
            const std::optional<EffectRow>& now) {
            count.add(old, -1);
            count.add(now, 1);
        });
    for_each_change(changes, kOpen,
        [&](const OpenKey&, const std::optional<Present>& old, const std::optional<Present>& now) {
            count.open += int{now.has_value()} - int{old.has_value()};
        });
    return compare(count, totals);
}

std::optional<std::string> effects_are_counted(const StateView& state)
{
    Count count;
    for_all(state, kEffects, [&](const EffectId&, const EffectRow& row) { count.add(row, 1); });
    for_all(state, kOpen, [&](const OpenKey&, const Present&) { ++count.open; });
    return compare(count, get(state, kTotals));
}
}  // namespace engine::outbox
