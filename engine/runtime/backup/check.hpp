#pragma once

#include "engine/runtime/backup/backup.hpp"
#include "engine/runtime/backup/manifest.hpp"

#include <string>
#include <vector>

namespace engine::backup
{
/// A file of a backup that is not what its manifest says.
struct Difference
{
    std::string path;  ///< Below the backup.
    std::string what;
};

/// A backup, read back.
struct Checked
{
    Manifest manifest;
    std::uint64_t bytes = 0;
    std::vector<Difference> differences;  ///< Empty: the backup is whole.
};

/// Reads every byte of a backup and holds it against the manifest; then every block of the log in
/// it, from genesis to the end, each against the one before it, the seal and the checkpoints
/// against the log. Writes nothing.
///
/// That is what a copy can show of itself. That the books in it are right is shown by
/// `verify-consistency` over the directory that it is restored to.
Result<Checked, OperatorError> check(
    Disk& disk, const std::string& backup, const OnProgress& on_progress = nullptr);
}  // namespace engine::backup
