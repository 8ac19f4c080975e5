#pragma once

#include "engine/log/frame.hpp"
#include "engine/log/log.hpp"

#include <string>
#include <vector>

namespace engine::log
{
/// The file that is being filled with zero bytes, to become the next segment.
inline constexpr const char* kNextSegment = "next.seg";

struct SegmentFile
{
    std::string path;
    SegmentHeader header;
};

std::string segment_path(const std::string& directory, LogHeight first);

/// The first heights of all segments, by their names, in order. Empty when there is no directory.
/// A file that ends in ".seg" without being a segment's name is an error; others are ignored.
LogResult<std::vector<LogHeight>> segment_names(const Disk& disk, const std::string& directory);

/// Reads a segment's header and compares it with the file's name and size.
LogResult<SegmentFile> read_segment_header(
    Disk& disk, const std::string& directory, LogHeight first);

/// All segments, each header linked to the one before it. Names the segment that is missing, that
/// is one too many, or that is not what its name says. The blocks themselves are not read.
LogResult<std::vector<SegmentFile>> linked_segments(Disk& disk, const std::string& directory);

/// Whether a segment can stand after another.
LogResult<Done> check_linked(const SegmentFile& before, const SegmentFile& segment);
}  // namespace engine::log
