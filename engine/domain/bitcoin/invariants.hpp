#pragma once

#include "engine/core/law.hpp"

namespace engine::bitcoin
{
/// The best chain is a chain: each block's header is known, stands at its height, and names the
/// block below it; the last one is the tip, and no known header has more work.
std::optional<std::string> best_chain_is_linked_delta(
    const StateView& before, const Changes& changes);
std::optional<std::string> best_chain_is_linked(const StateView& state);
}  // namespace engine::bitcoin
