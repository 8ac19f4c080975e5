#pragma once

#include "engine/cli/command.hpp"
#include "engine/cli/log_files.hpp"
#include "engine/cli/scratch_state.hpp"
#include "engine/runtime/catch_up.hpp"

#include "adapters/system/disk.hpp"

#include <memory>
#include <optional>
#include <ostream>

namespace engine::cli
{
/// Which part of a log is folded again, and how closely it is looked at.
struct FoldWanted
{
    std::string label;              ///< Of the progress line.
    std::optional<LogHeight> from;  ///< Begin at the checkpoint at or below; absent: at height 0.
    std::optional<LogHeight> to;    ///< Absent: to the end of the log.
    bool validate_all = false;
    bool every_root = false;
    bool laws = false;
    std::optional<GenesisId> pinned = std::nullopt;  ///< The log that it has to be.
    std::size_t rows_shown = 20;                     ///< Of a comparison.
    std::function<void(EventPlace, const Changes&)> on_event = nullptr;
};

/// The state that a fold of the past ends with, and how it went.
struct FoldedPast
{
    std::unique_ptr<LogFiles> log;
    GenesisId genesis;
    ScratchState scratch;
    CaughtUp caught_up;
    std::optional<LogHeight> checkpoint;  ///< Where it began; absent: from nothing.
    LogHeight first;                      ///< The first height folded here.
    LogHeight last;
    std::optional<log::Seal> seal;  ///< The newest of the data directory.
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
    std::int64_t milliseconds = 0;
};

/// Folds a part of the log of the data directory into a state of its own. The data directory is
/// only read; a node may be running on it. Where the fold ends at the sealed height, the sealed
/// root must come out. Progress goes to `err`, in bytes of the log.
Result<FoldedPast, OperatorError> fold_past(
    const Options& options, PosixDisk& disk, std::ostream& err, const FoldWanted& wanted);
}  // namespace engine::cli
