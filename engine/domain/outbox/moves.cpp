#include "engine/domain/outbox/moves.hpp"

namespace engine::outbox
{
std::uint64_t& count_of(Totals& totals, EffectState state)
{
    switch (state)
    {
        case EffectState::pending:
            return totals.pending;
        case EffectState::taken:
            return totals.taken;
        case EffectState::settled:
            return totals.settled;
        case EffectState::withdrawn:
            return totals.withdrawn;
        case EffectState::parked:
            return totals.parked;
    }
    return totals.parked;
}

void write(Step& step, const EffectId& id, const EffectRow& row)
{
    auto totals = step.get(kTotals);
    if (const auto before = step.find(kEffects, id))
        --count_of(totals, before->state);
    ++count_of(totals, row.state);
    step.put(kTotals, totals);
    step.put(kEffects, id, row);

    const OpenKey key{row.opened, row.ordinal, id};
    if (is_open(row.state))
        step.put(kOpen, key, Present{});
    else
        step.erase(kOpen, key);
}
}  // namespace engine::outbox
