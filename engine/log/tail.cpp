#include "engine/log/tail.hpp"

#include "engine/hash/crc32c.hpp"

namespace engine::log
{
namespace
{
constexpr std::uint64_t kSector = 512;

/// Whether a sector, or the part of one that lies in the range, holds only zero bytes.
bool misses_a_sector(ByteView content, std::uint64_t begin, std::uint64_t end)
{
    for (auto at = begin; at < end;)
    {
        const auto next = std::min(end, (at / kSector + 1) * kSector);
        if (is_zero(content.subspan(at, next - at)))
            return true;
        at = next;
    }
    return false;
}

/// The height of the first intact frame at or behind an offset, if there is one.
std::optional<LogHeight> find_good_frame(
    ByteView content, std::uint64_t begin, LogHeight height_min)
{
    for (auto at = begin; at + kFrameHeaderSize <= content.size(); at += kWord)
    {
        if (!begins_like_frame(content.subspan(at)))
            continue;
        const auto header = decode_frame_header(content.subspan(at));
        if (!header || header->height < height_min)
            continue;
        const auto frame = frame_at(content, at, header->height);
        if (frame.kind == FrameAt::Kind::block && decode_header(frame.block))
            return header->height;
    }
    return std::nullopt;
}

void damaged(SegmentScan& scan, std::string what, std::uint64_t offset)
{
    scan.tail = TailKind::damaged;
    scan.what = std::move(what);
    scan.what_offset = offset;
}

/// The tail has a frame header that can be read: what belongs to the frame is known.
void judge_frame(ByteView content, const FrameHeader& header, SegmentScan& scan)
{
    const std::uint64_t frame_end = scan.end + kFrameHeaderSize + header.length;
    if (header.height != scan.next)
        return damaged(
            scan, "the frame of height " + std::to_string(header.height.value), scan.end);
    if (frame_end > content.size())
        return damaged(scan, "a frame that is longer than what is left of the segment", scan.end);
    if (!is_zero(content.subspan(frame_end)))
        return damaged(scan, "bytes after the last block that are not zero", frame_end);
    if (!misses_a_sector(content, scan.end, frame_end))
        return damaged(scan,
            "the block's checksum is wrong, and no sector of it is missing: this is no write that "
            "was cut short",
            scan.end);
    scan.tail = TailKind::torn;
}

void judge_tail(ByteView content, SegmentScan& scan)
{
    const auto rest = content.subspan(scan.end);
    if (is_zero(rest))
        return;

    const auto header = decode_frame_header(rest);
    const bool is_next = header && header->height == scan.next;
    const auto frame_end =
        scan.end + (is_next ? std::uint64_t{kFrameHeaderSize} + header->length : kWord);
    if (const auto later = find_good_frame(content, frame_end, scan.next))
        return damaged(scan,
            "the frame is bad, and the intact one of height " + std::to_string(later->value) +
                " comes after it",
            scan.end);
    if (header)
        return judge_frame(content, *header, scan);
    if (rest.size() < kFrameHeaderSize ||
        !misses_a_sector(content, scan.end, scan.end + kFrameHeaderSize))
        return damaged(scan, "bytes that are neither zero nor a frame", scan.end);
    scan.tail = TailKind::torn;
}

/// Why a block can't stand after what the scan has read.
std::optional<BlockError> refuse(
    const SegmentScan& scan, const SegmentHeader& segment, const BlockHeader& header)
{
    if (scan.last)
    {
        const auto follows = check_follows(*scan.last, header);
        return follows ? std::nullopt : std::optional{follows.error()};
    }
    if (header.height != segment.first)
        return BlockError{"the block is of another height than its frame", 8};
    if (header.previous != segment.previous)
        return BlockError{"the block names another one as the one before it", 16};
    return std::nullopt;
}
}  // namespace

SegmentScan scan_segment(ByteView content, const SegmentHeader& header)
{
    SegmentScan scan;
    scan.end = kSegmentHeaderSize;
    scan.next = header.first;
    BlockView block;
    for (;;)
    {
        const auto frame = frame_at(content, scan.end, scan.next);
        if (frame.kind != FrameAt::Kind::block)
        {
            judge_tail(content, scan);
            return scan;
        }
        const auto read = block.read(frame.block);
        const auto refused =
            read ? refuse(scan, header, block.header()) : std::optional{read.error()};
        if (refused)
        {
            damaged(scan, refused->what, scan.end + kFrameHeaderSize + refused->offset);
            scan.later_format = refused->later_format;
            return scan;
        }
        scan.last = HashedHeader{block.header(), block.hash()};
        scan.last_offset = scan.end;
        scan.end = frame.end;
        scan.next = LogHeight{scan.next.value + 1};
    }
}
}  // namespace engine::log
