#pragma once

#include "engine/log/data_directory.hpp"
#include "engine/log/marks.hpp"
#include "engine/log/segments.hpp"
#include "engine/log/tail.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace engine::log
{
/// Somebody who knows that a height was durable: "the state database", "checkpoints/1200".
struct HeightClaim
{
    std::string who;
    LogHeight height;
};

/// Where the blocks of a directory end, and what is behind them.
struct LogEnd
{
    std::vector<SegmentFile> segments;
    SegmentScan scan;                 ///< Of the last segment.
    std::optional<HashedHeader> tip;  ///< The last good block.
    std::optional<Mark> mark;         ///< Where it is.

    /// Why the last segment does not follow the one before it, if so.
    std::optional<LogError> wrong_before;
};

/// Reads all segment headers and the last two segments. Changes nothing.
LogResult<LogEnd> find_end(Disk& disk, const std::string& log_directory);

/// What the directory itself says of heights that existed.
struct KnownHeights
{
    DurableRecord durable;
    std::optional<Mark> clean_stop;
};
LogResult<KnownHeights> read_known_heights(Disk& disk, const std::string& data_directory);

/// Why this end can't be where the log ended: blocks that existed are damaged or gone. Nothing when
/// it can; then a torn tail is one that a crash left and nobody was told of.
std::optional<LogError> judge_end(const LogEnd& end, const std::string& log_directory,
    const KnownHeights& known, std::span<const HeightClaim> claims);

/// A write that a crash cut short, and that recovery took away.
struct CutTail
{
    std::string file;
    std::uint64_t offset = 0;
    LogHeight height;
};

/// Makes the end of the log durable as it is read: writes the last block again and syncs it, as the
/// process before may have ended between write and sync; overwrites a torn tail with zero bytes.
LogResult<std::optional<CutTail>> settle_end(
    Disk& disk, const std::string& log_directory, const LogEnd& end);
}  // namespace engine::log
