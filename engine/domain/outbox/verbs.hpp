#pragma once

#include "engine/core/step.hpp"
#include "engine/domain/outbox/state.hpp"

namespace engine::outbox
{
/// Asks the outside for something. The id is that of this place in the log.
EffectId open(Step& step, EffectKind kind, ByteView payload);

/// Takes an effect back. `can_withdraw` must say that nothing has gone outside.
void withdraw(Step& step, const EffectId& id);

/// Stops irrevocable effects from being taken after a deep reorganisation, until an operator lifts
/// it.
void halt(Step& step);
}  // namespace engine::outbox
