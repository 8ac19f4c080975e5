#include "engine/domain/outbox/transition.hpp"

#include "engine/domain/outbox/moves.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/domain/outbox/rejects.hpp"
#include "engine/domain/outbox/verbs.hpp"

namespace engine::outbox
{
Verdict transition(Step& step, const EffectTaken& event)
{
    auto row = effect(step.state(), event.id);
    if (!row)
        return kUnknownEffect;
    if (row->state != EffectState::pending)
        return kNotPending;
    if (event.attempt != row->attempt + 1)
        return Verdict{kWrongAttempt}.with("attempt", event.attempt).with("last", row->attempt);
    if (event.bytes.empty())
        return kNothingToDo;
    if (is_irrevocable(row->kind) && is_halted(step.state()))
        return kHalted;

    // From here on taking cannot fail.
    row->state = EffectState::taken;
    row->attempt = event.attempt;
    row->taken = event.bytes;
    write(step, event.id, *row);
    return accepted;
}

Verdict transition(Step& step, const EffectSettled& event)
{
    auto row = effect(step.state(), event.id);
    if (!row)
        return kUnknownEffect;
    if (row->state == EffectState::settled)
        return kDuplicate;
    if (row->state != EffectState::taken)
        return kNotTaken;

    // From here on settling cannot fail.
    row->state = EffectState::settled;
    row->evidence = event.evidence;
    write(step, event.id, *row);
    return accepted;
}

Verdict transition(Step& step, const EffectFailed& event)
{
    auto row = effect(step.state(), event.id);
    if (!row)
        return kUnknownEffect;
    if (row->state != EffectState::taken)
        return kNotTaken;
    if (event.attempt != row->attempt)
        return Verdict{kWrongAttempt}.with("attempt", event.attempt).with("last", row->attempt);

    // From here on it cannot fail.
    row->state = event.park ? EffectState::parked : EffectState::pending;
    row->reason = event.reason;
    write(step, event.id, *row);
    return accepted;
}

Verdict transition(Step& step, const EffectRetried& event)
{
    auto row = effect(step.state(), event.id);
    if (!row)
        return kUnknownEffect;
    if (row->state != EffectState::parked)
        return kNotParked;

    // From here on it cannot fail.
    row->state = EffectState::pending;
    write(step, event.id, *row);
    return accepted;
}

Verdict transition(Step& step, const HaltLifted&)
{
    auto totals = step.get(kTotals);
    if (!totals.halted)
        return kNotHalted;

    // From here on it cannot fail.
    totals.halted = false;
    step.put(kTotals, totals);
    return accepted;
}

Verdict transition(Step& step, const HaltOrdered&)
{
    auto totals = step.get(kTotals);
    if (totals.halt_ordered)
        return kHaltOrderStands;

    // From here on it cannot fail.
    totals.halt_ordered = true;
    step.put(kTotals, totals);
    return accepted;
}

Verdict transition(Step& step, const HaltRevoked&)
{
    auto totals = step.get(kTotals);
    if (!totals.halt_ordered)
        return kNoHaltOrder;

    // From here on it cannot fail.
    totals.halt_ordered = false;
    step.put(kTotals, totals);
    return accepted;
}

void on_chain(Step& step, const bitcoin::ChainChange& change)
{
    if (change.kind == bitcoin::ChainChange::Kind::window_exceeded)
        halt(step);
}
}  // namespace engine::outbox
