#include "engine/log/segments.hpp"

#include <cerrno>

namespace engine::log
{
namespace
{
LogError about(
    LogErrorCode code, std::string what, const std::string& path, std::optional<LogHeight> height)
{
    LogError error;
    error.code = code;
    error.what = std::move(what);
    error.file = path;
    error.height = height;
    error.repair = how_to_repair();
    return error;
}

LogResult<Done> check_header(const SegmentFile& segment, LogHeight first, std::uint64_t size)
{
    const auto& header = segment.header;
    if (header.first != first)
        return Failure{about(LogErrorCode::misplaced,
            "the segment holds the blocks from height " + std::to_string(header.first.value) +
                " on, but its name says " + std::to_string(first.value),
            segment.path, first)};
    if (header.size != size)
        return Failure{about(LogErrorCode::damaged,
            "the segment is " + std::to_string(size) + " bytes long instead of " +
                std::to_string(header.size),
            segment.path, first)};
    if (header.previous_first ? *header.previous_first >= first : first.value != 0)
        return Failure{about(LogErrorCode::damaged,
            "the segment's header names a segment before it that can't be", segment.path, first)};
    return Done{};
}
}  // namespace

std::string segment_path(const std::string& directory, LogHeight first)
{
    return directory + "/" + segment_name(first);
}

LogResult<std::vector<LogHeight>> segment_names(const Disk& disk, const std::string& directory)
{
    std::vector<LogHeight> firsts;
    if (!disk.exists(directory))
        return firsts;
    const auto names = disk.list(directory);
    if (!names)
        return Failure{from_disk(names.error())};
    for (const auto& name : *names)
    {
        if (!name.ends_with(".seg") || name == kNextSegment)
            continue;
        const auto first = parse_segment_name(name);
        if (!first)
            return Failure{about(LogErrorCode::misplaced,
                "no segment has such a name: move the file away", directory + "/" + name, {})};
        firsts.push_back(*first);
    }
    return firsts;
}

LogResult<SegmentFile> read_segment_header(
    Disk& disk, const std::string& directory, LogHeight first)
{
    SegmentFile segment{segment_path(directory, first), {}};
    const auto file = disk.open(segment.path, OpenMode::read);
    if (!file && file.error().code == ENOENT)
        return Failure{about(LogErrorCode::missing, "the segment is missing", segment.path, first)};
    if (!file)
        return Failure{from_disk(file.error())};
    const auto size = (*file)->size();
    if (!size)
        return Failure{from_disk(size.error())};
    std::array<std::uint8_t, kSegmentHeaderSize> bytes{};
    const auto got = (*file)->read_at(0, bytes);
    if (!got)
        return Failure{from_disk(got.error())};

    const auto state = decode_segment_header(ByteView{bytes}.first(*got), segment.header);
    if (state == HeaderState::unknown_format)
        return Failure{about(LogErrorCode::unknown_format,
            "the segment was written by a later version of this program", segment.path, first)};
    if (state == HeaderState::damaged)
        return Failure{
            about(LogErrorCode::damaged, "the segment's header is damaged", segment.path, first)};
    if (const auto checked = check_header(segment, first, *size); !checked)
        return Failure{checked.error()};
    return segment;
}

LogResult<Done> check_linked(const SegmentFile& before, const SegmentFile& segment)
{
    const auto previous = segment.header.previous_first;
    if (previous == before.header.first)
        return Done{};
    const auto first = segment.header.first;
    if (previous && *previous > before.header.first)
        return Failure{about(LogErrorCode::missing,
            "the segment that comes before " + segment.path + " is missing",
            before.path.substr(0, before.path.rfind('/') + 1) + segment_name(*previous),
            *previous)};
    return Failure{about(LogErrorCode::misplaced,
        "the segment is one too many: " + segment.path + " does not come after it", before.path,
        first)};
}

LogResult<std::vector<SegmentFile>> linked_segments(Disk& disk, const std::string& directory)
{
    const auto firsts = segment_names(disk, directory);
    if (!firsts)
        return Failure{firsts.error()};

    std::vector<SegmentFile> segments;
    for (const auto first : *firsts)
    {
        auto segment = read_segment_header(disk, directory, first);
        if (!segment)
            return Failure{segment.error()};
        if (segments.empty() && first.value != 0)
            return Failure{about(LogErrorCode::missing, "the first segment is missing",
                segment_path(directory, LogHeight{0}), LogHeight{0})};
        if (!segments.empty())
        {
            if (const auto linked = check_linked(segments.back(), *segment); !linked)
                return Failure{linked.error()};
        }
        segments.push_back(std::move(*segment));
    }
    return segments;
}
}  // namespace engine::log
