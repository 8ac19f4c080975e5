#pragma once

#include "engine/core/step.hpp"
#include "engine/domain/bitcoin/state.hpp"

namespace engine::bitcoin
{
// What a module asks to be told of. Each addition is a version of the watch list. Blocks that are
// known already and lie at or above the start are scanned again; starts below what is kept count
// as the first height that is. Asking again for what is watched from the same or a lower height
// changes nothing.

/// Transactions with an output to exactly this script, and those that spend such an output.
void add_watch_script(Step& step, std::uint8_t owner, ByteView script, ChainHeight start);

/// Transactions with a data-carrier output whose data begins with these bytes.
void add_watch_prefix(Step& step, std::uint8_t owner, ByteView prefix, ChainHeight start);
}  // namespace engine::bitcoin
