#pragma once

#include "engine/core/step.hpp"
#include "engine/domain/outbox/state.hpp"

namespace engine::outbox
{
/// Whether an executor has work with an effect in this state.
constexpr bool is_open(EffectState state)
{
    return state == EffectState::pending || state == EffectState::taken;
}

/// The count of a state among the totals.
std::uint64_t& count_of(Totals& totals, EffectState state);

/// Writes an effect's row; keeps the counts and the list of open ones in step with it.
void write(Step& step, const EffectId& id, const EffectRow& row);
}  // namespace engine::outbox
