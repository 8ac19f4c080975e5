#pragma once

#include "engine/core/authors.hpp"
#include "engine/core/step.hpp"
#include "engine/domain/bitcoin/chain_change.hpp"
#include "engine/domain/outbox/events.hpp"

namespace engine::outbox
{
constexpr Authors authors(const EffectTaken&)
{
    return Authors::engine;
}
constexpr Authors authors(const EffectSettled&)
{
    return Authors::engine;
}
constexpr Authors authors(const EffectFailed&)
{
    return Authors::engine;
}
constexpr Authors authors(const EffectRetried&)
{
    return Authors::operators;
}
constexpr Authors authors(const HaltLifted&)
{
    return Authors::operators;
}
constexpr Authors authors(const HaltOrdered&)
{
    return Authors::operators;
}
constexpr Authors authors(const HaltRevoked&)
{
    return Authors::operators;
}

/// An effect can be taken while it is pending: a withdrawn one refuses, and so does a second
/// executor.
Verdict transition(Step& step, const EffectTaken& event);

/// What was taken is done. Said twice, it is a duplicate.
Verdict transition(Step& step, const EffectSettled& event);

/// The attempt is over without effect: back to pending, or parked for an operator.
Verdict transition(Step& step, const EffectFailed& event);

Verdict transition(Step& step, const EffectRetried& event);
Verdict transition(Step& step, const HaltLifted& event);
Verdict transition(Step& step, const HaltOrdered& event);
Verdict transition(Step& step, const HaltRevoked& event);

/// A reorganisation below the window halts irrevocable effects.
void on_chain(Step& step, const bitcoin::ChainChange& change);
}  // namespace engine::outbox
