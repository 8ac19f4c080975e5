#pragma once

#include "engine/core/law.hpp"

namespace engine::outbox
{
/// The totals count the effects in each state, and the open list holds the open ones.
std::optional<std::string> effects_are_counted_delta(
    const StateView& before, const Changes& changes);
std::optional<std::string> effects_are_counted(const StateView& state);
}  // namespace engine::outbox
