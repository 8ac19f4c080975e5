#pragma once

#include "engine/core/changes.hpp"
#include "engine/domain/bitcoin/state.hpp"

#include <optional>

namespace engine
{
/// What a block of the log says about halts of irrevocable effects, for those who tell people.
struct HaltNews
{
    std::optional<bitcoin::DeepReorg> deep_reorg;  ///< The last one, when the block has one.
    bool begun = false;  ///< Effects were not halted before the block, and are behind it.
    bool ended = false;  ///< The other way round.
};

HaltNews halt_news(const Changes& changes);
}  // namespace engine
