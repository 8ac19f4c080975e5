#pragma once

#include "engine/base/result.hpp"
#include "engine/base/types.hpp"
#include "engine/log/frame.hpp"
#include "engine/ports/disk.hpp"
#include "engine/runtime/config/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::backup
{
// A backup is a directory:
//
//   refold-backup                       which log it is of; made first
//   manifest                            what belongs to it; replaced in one step, last
//   log/<first>.seg                     a full segment, as the node has it
//   log/<first>.<height>.part           the beginning of the newest one, to the end of that block
//   seal/<height>                       the newest seal
//   checkpoints/<height>/...            as the node has them
//
// A file that a manifest names is never written again, so that a backup which is cut short at any
// point leaves the one before it whole. What no manifest names belongs to nothing.
//
//   manifest := json "\n" sha256 "\n"   the second line: of the first, with its line end, in hex

/// One file of a backup.
struct StoredFile
{
    std::string path;  ///< Below the backup's directory.
    std::uint64_t bytes = 0;
    Hash256 sha256;

    friend bool operator==(const StoredFile&, const StoredFile&) = default;
};

struct Manifest
{
    GenesisId genesis;
    log::Mark end;  ///< The last block of the copy, and where it ends. The counter is 0.
    LogTime log_time;
    std::optional<LogHeight> sealed;
    std::vector<LogHeight> checkpoints;  ///< In order.
    LogTime made;                        ///< By the clock of the machine that made it.
    std::string made_by;                 ///< "refold 0.1.0"
    std::vector<StoredFile> files;

    const StoredFile* find(std::string_view path) const;
};

std::string manifest_path(const std::string& backup);
std::string marker_path(const std::string& backup);
std::string segment_copy(LogHeight first);
std::string segment_part(LogHeight first, LogHeight height);
std::string seal_copy(LogHeight height);
std::string checkpoint_copy(LogHeight height);

/// The segment that a file of the backup is a copy of; nothing for other files.
std::optional<LogHeight> segment_of(std::string_view path);

std::string encode(const Manifest& manifest);

/// Nothing when the text is no manifest: cut short, changed in any byte, or of another format.
std::optional<Manifest> decode(std::string_view text);

/// The manifest of a backup. A directory without one is an error, and so is one that is damaged.
Result<Manifest, OperatorError> read_manifest(Disk& disk, const std::string& backup);
}  // namespace engine::backup
