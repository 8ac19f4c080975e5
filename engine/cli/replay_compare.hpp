#pragma once

#include "engine/cli/fold_past.hpp"

#include <ostream>

namespace engine::cli
{
/// Replays the log of this data directory against another directory and prints where the two part:
/// for another data directory, whose log is replayed to the same height, the first block and the
/// first root that differ; for it and for a state or checkpoint directory, which is read as it
/// stands, every row that differs, with the events that wrote it last; `wanted.rows_shown` of them.
/// Writes into neither directory. Returns kExitYes when no row and no block differs, else kExitNo.
int compare_replays(const Options& options, std::ostream& out, std::ostream& err,
    const FoldWanted& wanted, const std::string& directory);
}  // namespace engine::cli
