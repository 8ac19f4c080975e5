#pragma once

#include "engine/core/law.hpp"

namespace engine::probe
{
/// The totals are the sums over the accounts, and every count has its id.
std::optional<std::string> probes_add_up_delta(const StateView& before, const Changes& changes);
std::optional<std::string> probes_add_up(const StateView& state);
}  // namespace engine::probe
