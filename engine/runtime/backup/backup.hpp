#pragma once

#include "engine/runtime/backup/manifest.hpp"

#include <functional>

namespace engine::backup
{
/// Bytes done, and bytes in all: known in advance.
using OnProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct Settings
{
    std::string data;    ///< The data directory. Nothing in it is written, locked or waited for.
    std::string to;      ///< The backup. Made if it is not there.
    std::string holder;  ///< Names this process to another one that backs up into `to`.
    std::string made_by;
    LogTime now;
    std::size_t checkpoints = 2;  ///< How many the backup holds; the newest ones. 0: the log alone.
};

/// What a run of the backup did.
struct Taken
{
    Manifest manifest;
    std::size_t files_copied = 0;
    std::uint64_t bytes_copied = 0;
    std::size_t files_kept = 0;  ///< They were in the backup already.
    std::uint64_t bytes_kept = 0;
    std::size_t files_removed = 0;  ///< They belong to no manifest any more.
};

/// Brings a backup up to the newest durable block of a log, beside a running node or without one.
///
/// Copied are the log (each block checked on the way), the newest seal and the newest checkpoints;
/// never the keys. What is there already is not copied again. The backup is as it was until the
/// manifest is replaced, in one step, after everything that it names is durable: an error, or the
/// end of the process or of the power, leaves the backup before this one whole.
///
/// Refused are a directory that holds anything else, a backup of another log, and one that has
/// blocks which this log lacks or has otherwise: it may be the only copy of them.
Result<Taken, OperatorError> take(
    Disk& disk, const Settings& settings, const OnProgress& on_progress = nullptr);
}  // namespace engine::backup
