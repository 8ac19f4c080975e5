#pragma once

#include "engine/runtime/backup/backup.hpp"
#include "engine/runtime/backup/manifest.hpp"

namespace engine::backup
{
struct RestoreSettings
{
    std::string from;    ///< The backup. Nothing in it is written.
    std::string data;    ///< The data directory to be made: absent, or empty.
    std::string holder;  ///< Names this process to others that want the directory.
    std::string time;    ///< For the mark, for people.
};

/// Makes a data directory of a backup, each file held against its hash as it is copied, with the
/// state of the newest checkpoint. The log is marked as restored first (engine/log/restored.hpp),
/// and its first segment gets its name last: so a directory where this was cut short holds no log
/// that could be taken for a shorter one, and the same call, repeated, begins anew in it.
///
/// Keys are not in a backup. The directory has none until they are put there.
Result<Manifest, OperatorError> restore(
    Disk& disk, const RestoreSettings& settings, const OnProgress& on_progress = nullptr);
}  // namespace engine::backup
