#pragma once

#include "engine/core/read.hpp"
#include "engine/domain/outbox/state.hpp"

#include <optional>

namespace engine::outbox
{
/// An effect, or nothing.
std::optional<EffectRow> effect(const StateView& state, const EffectId& id);

/// Whether nothing has gone outside for an effect, so that it can be taken back.
bool can_withdraw(const StateView& state, const EffectId& id);

/// Whether irrevocable effects are halted, by a reorganisation below the window or by an operator.
bool is_halted(const StateView& state);

/// Visits what is pending or taken, oldest first, until the visitor returns false:
/// visit(const EffectId&, const EffectRow&).
template <typename F>
void for_each_open(const StateView& state, F&& visit)
{
    for_each(state, kOpen, [&](const OpenKey& key, const Present&) {
        const auto row = effect(state, key.id);
        return row && visit(key.id, *row);
    });
}
}  // namespace engine::outbox
