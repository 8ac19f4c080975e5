#include "engine/domain/outbox/queries.hpp"

namespace engine::outbox
{
std::optional<EffectRow> effect(const StateView& state, const EffectId& id)
{
    return find(state, kEffects, id);
}

bool can_withdraw(const StateView& state, const EffectId& id)
{
    const auto row = effect(state, id);
    return row && (row->state == EffectState::pending || row->state == EffectState::parked);
}

bool is_halted(const StateView& state)
{
    const auto totals = get(state, kTotals);
    return totals.halted || totals.halt_ordered;
}
}  // namespace engine::outbox
