#pragma once

#include "engine/log/segments.hpp"
#include "engine/runtime/backup/manifest.hpp"
#include "engine/store/checkpoint.hpp"

#include <optional>
#include <string>
#include <vector>

namespace engine::backup
{
/// A seal as its file has it.
struct SealBytes
{
    LogHeight height;
    Bytes bytes;
};

/// What there is to be copied of a data directory, as of one moment: all of it is of the log up to
/// `end`, whatever a running node does meanwhile.
struct Source
{
    GenesisId genesis;
    std::optional<SealBytes> seal;
    std::vector<CheckpointInfo> checkpoints;  ///< Those with a whole manifest, in order.
    std::vector<log::SegmentFile> segments;   ///< Up to the one that `end` is in.
    log::Mark end;
    LogTime time;  ///< Of the last block.
};

/// Looks at a data directory without writing into it. A log that has lost blocks which its own
/// directory knows of is an error: a copy of it would pass for whole.
Result<Source, OperatorError> look_at(Disk& disk, const std::string& data);

/// The hash of the block at a height, read from the log.
Result<LogBlockHash, OperatorError> hash_at(Disk& disk, const std::string& data, LogHeight height);
}  // namespace engine::backup
