#pragma once

#include "engine/log/block.hpp"
#include "engine/log/frame.hpp"

#include <optional>
#include <string>

namespace engine::log
{
/// What is behind the good frames of a segment.
enum class TailKind
{
    clean,    ///< Zero bytes, as they were before anything was written.
    torn,     ///< A write that a failure cut short: one frame of which a sector is missing.
    damaged,  ///< Anything else.
};

/// The last segment of a log, read from its header to its end.
struct SegmentScan
{
    std::optional<HashedHeader> last;  ///< The last good block, if there is one.
    std::uint64_t last_offset = 0;     ///< Where its frame begins.
    std::uint64_t end = 0;             ///< Where the good frames end.
    LogHeight next;                    ///< The height of the block that is not there.

    TailKind tail = TailKind::clean;
    std::string what;  ///< Of a tail that is damaged.
    std::uint64_t what_offset = 0;
    bool later_format = false;  ///< The tail is whole, and of a later version of this program.
};

/// Reads all frames of a segment, each checked as a reader checks it, and judges what follows.
///
/// A block is written only after the one before it is durable, and over zero bytes, by sectors of
/// 512 bytes that the disk writes whole. So a crash can leave one frame, the last, with at least
/// one sector of it still zero. A bad frame of which no sector is missing, or that is followed by a
/// good one or by bytes that are not its own, was damaged later: that is never cut.
SegmentScan scan_segment(ByteView content, const SegmentHeader& header);
}  // namespace engine::log
