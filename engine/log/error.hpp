#pragma once

#include "engine/base/types.hpp"
#include "engine/ports/disk.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace engine::log
{
/// What is wrong with a log. Programs decide by it; people read the rest of LogError.
enum class LogErrorCode
{
    io,              ///< The disk failed.
    no_room,         ///< The next segment does not fit on the disk. Nothing was written: try later.
    stopped,         ///< An earlier write or sync failed: what reached the disk is unknown.
    owned,           ///< Another process has the data directory.
    damaged,         ///< Bytes are not what was written.
    missing,         ///< Blocks that existed are not there.
    misplaced,       ///< A file that is not where, or what, its name says.
    unknown_format,  ///< Written by a later version of this program.
    wrong_block,     ///< The block given does not come next.
    too_large,       ///< The block given does not fit into a segment.
    beyond_end,      ///< No such height yet.
};

/// "log-damaged": for machines, and never renamed.
std::string_view code_name(LogErrorCode code);

/// What, where, why, and what to do about it.
struct LogError
{
    LogErrorCode code = LogErrorCode::io;
    std::string what;
    std::string file;
    std::optional<std::uint64_t> offset;
    std::optional<LogHeight> height;
    std::string repair;
};

/// "log-damaged: <file>, byte 1234, height 7: <what>. <repair>"
std::string to_string(const LogError& error);

/// The disk's own words, as an error of the log.
LogError from_disk(const IoError& error);

/// How damage is repaired: the same for every kind of it.
std::string how_to_repair();
}  // namespace engine::log
