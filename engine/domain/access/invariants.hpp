#pragma once

#include "engine/core/law.hpp"

namespace engine::access
{
/// The number of operators is that of active rows, and never zero once there is a genesis.
std::optional<std::string> operators_are_counted_delta(
    const StateView& before, const Changes& changes);
std::optional<std::string> operators_are_counted(const StateView& state);
}  // namespace engine::access
