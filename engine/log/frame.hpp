#pragma once

#include "engine/base/types.hpp"
#include "engine/log/little_endian.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace engine::log
{
// All integers are little-endian; crc is CRC-32C.
//
//   segment        := segment_header frame* zero*      `size` bytes; zero-filled before it is used
//   segment_header := magic u32 "RFSG"      format u32 = 1
//                     first u64             height of its first block; also its name
//                     size u64              of the file
//                     previous_first u64    of the segment before it; 2^64 - 1: none
//                     previous u8[32]       hash of the block before its first one
//                     zero u32              crc u32 of the 68 bytes before                (72
//                     bytes)
//   frame          := frame_header block
//   frame_header   := magic u32 "RFBL"      length u32 of the block, a multiple of 8
//                     height u64
//                     block_crc u32         header_crc u32 of the 20 bytes before         (24
//                     bytes)
//
//   mark           := crc u32 of the 60 bytes after    end_words u32    end of the frame / 8
//                     counter u64           grows by one each time a mark is written
//                     height u64            newest durable block
//                     first u64             of the segment that it is in
//                     hash u8[32]                                                         (64
//                     bytes)
//   durable file   := mark mark             the one with the larger counter counts; zero: not yet
//   clean stop     := mark

inline constexpr std::size_t kSegmentHeaderSize = 72;
inline constexpr std::size_t kFrameHeaderSize = 24;
inline constexpr std::size_t kMarkSize = 64;

struct SegmentHeader
{
    LogHeight first;
    std::uint64_t size = 0;
    std::optional<LogHeight> previous_first;
    LogBlockHash previous;
};

struct FrameHeader
{
    std::uint32_t length = 0;
    LogHeight height;
    std::uint32_t block_crc = 0;
};

/// A block that is durable, and where it ends. Once written down it stays true for ever.
struct Mark
{
    std::uint64_t counter = 0;
    LogHeight height;
    LogHeight segment_first;
    std::uint64_t end_offset = 0;
    LogBlockHash hash;
};

enum class HeaderState
{
    good,
    damaged,
    unknown_format,
};

std::array<std::uint8_t, kSegmentHeaderSize> encode_segment_header(const SegmentHeader& header);
HeaderState decode_segment_header(ByteView bytes, SegmentHeader& header);

std::array<std::uint8_t, kFrameHeaderSize> encode_frame_header(const FrameHeader& header);

/// Nothing when magic, checksum or length say that this is no frame header.
std::optional<FrameHeader> decode_frame_header(ByteView bytes);

/// Whether a frame header may begin here: a cheap test before decode_frame_header.
bool begins_like_frame(ByteView bytes);

std::array<std::uint8_t, kMarkSize> encode_mark(const Mark& mark);
std::optional<Mark> decode_mark(ByteView bytes);

/// What stands at an offset of a segment.
struct FrameAt
{
    enum class Kind
    {
        block,
        end,      ///< No frame: zero bytes, or no room for one.
        damaged,  ///< Neither.
    };
    Kind kind = Kind::end;
    ByteView block;
    std::uint64_t end = 0;  ///< Offset of what comes after the block.
    std::string_view what;  ///< What is wrong with it.
};

/// Reads the frame of a height at an offset of a segment's bytes: frame header, length and both
/// checksums are right, and the height is the one that comes next.
FrameAt frame_at(ByteView segment, std::uint64_t offset, LogHeight expected);

/// "00000000000000000042.seg", and the height back from it.
std::string segment_name(LogHeight first);
std::optional<LogHeight> parse_segment_name(std::string_view name);
}  // namespace engine::log
