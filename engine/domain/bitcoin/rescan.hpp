#pragma once

#include "engine/core/step.hpp"
#include "engine/domain/bitcoin/state.hpp"

namespace engine::bitcoin
{
/// Asks for known blocks from `start` on to be scanned with at least this version. One rescan is
/// open at a time; what is asked for meanwhile is joined and opened when that is done.
void ask_for_rescan(Step& step, std::uint32_t watch_version, ChainHeight start);

/// Notes how far the open rescan has come; closes it when nothing in its range is old. Looks at a
/// bounded number of blocks: the rest is noted at the next event.
void advance_rescan(Step& step);
}  // namespace engine::bitcoin
