#include "engine/domain/outbox/verbs.hpp"

#include "engine/domain/outbox/moves.hpp"
#include "engine/domain/outbox/queries.hpp"

namespace engine::outbox
{
EffectId open(Step& step, EffectKind kind, ByteView payload)
{
    EffectRow row;
    row.kind = kind;
    row.opened = step.context().place;
    row.ordinal = static_cast<std::uint32_t>(step.effects().size());
    row.payload.assign(payload.begin(), payload.end());
    const auto id = step.emit(static_cast<std::uint16_t>(kind));
    write(step, id, row);
    return id;
}

void withdraw(Step& step, const EffectId& id)
{
    ENSURE(can_withdraw(step.state(), id));
    auto row = *effect(step.state(), id);
    row.state = EffectState::withdrawn;
    write(step, id, row);
}

void halt(Step& step)
{
    auto totals = step.get(kTotals);
    totals.halted = true;
    step.put(kTotals, totals);
}
}  // namespace engine::outbox
