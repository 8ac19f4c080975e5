#pragma once

#include "engine/log/log.hpp"
#include "engine/ports/disk.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace engine::log
{
/// The mark of a restored log, `<data>/restored`: this log came back from a copy, and blocks that
/// others have seen may be missing from it. While the file is there, whatever is in it, no block is
/// opened; README.md says why and how it ends.
std::string restored_path(const std::string& data_directory);

/// What the declaration that ended a mark said: `<data>/restored-ended`.
std::string restored_ended_path(const std::string& data_directory);

/// What the mark says of where the log came from, for people: the beginning of its first line.
/// Nothing when the log is not marked. An empty or unreadable text marks it too.
LogResult<std::optional<std::string>> read_restored(Disk& disk, const std::string& data_directory);

/// Marks a log as restored, durably: before the first byte of the copy is put in its place.
LogResult<Done> mark_restored(Disk& disk, const std::string& data_directory, std::string_view text);

/// Ends the mark by a declaration: keeps the declaration durably, then removes the mark durably.
/// A crash in between leaves the log marked. The caller owns the directory.
LogResult<Done> end_restored(
    Disk& disk, const std::string& data_directory, std::string_view declaration);
}  // namespace engine::log
