#include "engine/log/frame.hpp"

#include "engine/hash/crc32c.hpp"

#include <charconv>

namespace engine::log
{
namespace
{
constexpr std::uint32_t kSegmentMagic = 0x47534652;  // "RFSG"
constexpr std::uint32_t kFrameMagic = 0x4c424652;    // "RFBL"
constexpr std::uint32_t kFormat = 1;
constexpr std::uint64_t kNone = UINT64_MAX;
constexpr std::size_t kNameDigits = 20;
constexpr std::string_view kNameEnd = ".seg";
}  // namespace

std::array<std::uint8_t, kSegmentHeaderSize> encode_segment_header(const SegmentHeader& header)
{
    std::array<std::uint8_t, kSegmentHeaderSize> bytes{};
    FieldWriter{bytes}
        .number(kSegmentMagic)
        .number(kFormat)
        .number(header.first.value)
        .number(header.size)
        .number(header.previous_first ? header.previous_first->value : kNone)
        .id(header.previous);
    constexpr auto kCovered = kSegmentHeaderSize - 4;
    FieldWriter{std::span{bytes}.subspan(kCovered)}.number(crc32c(ByteView{bytes}.first(kCovered)));
    return bytes;
}

HeaderState decode_segment_header(ByteView bytes, SegmentHeader& header)
{
    constexpr auto kCovered = kSegmentHeaderSize - 4;
    if (bytes.size() < kSegmentHeaderSize ||
        load<std::uint32_t>(bytes, kCovered) != crc32c(bytes.first(kCovered)))
        return HeaderState::damaged;

    FieldReader in{bytes};
    if (in.number<std::uint32_t>() != kSegmentMagic)
        return HeaderState::damaged;
    if (in.number<std::uint32_t>() != kFormat)
        return HeaderState::unknown_format;
    header.first = LogHeight{in.number<std::uint64_t>()};
    header.size = in.number<std::uint64_t>();
    const auto previous_first = in.number<std::uint64_t>();
    if (previous_first != kNone)
        header.previous_first = LogHeight{previous_first};
    header.previous = in.id<LogBlockHash>();
    return in.number<std::uint32_t>() == 0 ? HeaderState::good : HeaderState::damaged;
}

std::array<std::uint8_t, kFrameHeaderSize> encode_frame_header(const FrameHeader& header)
{
    std::array<std::uint8_t, kFrameHeaderSize> bytes{};
    FieldWriter out{bytes};
    out.number(kFrameMagic)
        .number(header.length)
        .number(header.height.value)
        .number(header.block_crc)
        .number(crc32c(ByteView{bytes}.first(kFrameHeaderSize - 4)));
    return bytes;
}

bool begins_like_frame(ByteView bytes)
{
    return bytes.size() >= kFrameHeaderSize && load<std::uint32_t>(bytes, 0) == kFrameMagic;
}

std::optional<FrameHeader> decode_frame_header(ByteView bytes)
{
    constexpr auto kCovered = kFrameHeaderSize - 4;
    if (!begins_like_frame(bytes) ||
        load<std::uint32_t>(bytes, kCovered) != crc32c(bytes.first(kCovered)))
        return std::nullopt;
    FieldReader in{bytes.subspan(4)};
    FrameHeader header;
    header.length = in.number<std::uint32_t>();
    header.height = LogHeight{in.number<std::uint64_t>()};
    header.block_crc = in.number<std::uint32_t>();
    return header.length % kWord == 0 ? std::optional{header} : std::nullopt;
}

std::array<std::uint8_t, kMarkSize> encode_mark(const Mark& mark)
{
    ENSURE(mark.end_offset % kWord == 0 && mark.end_offset / kWord <= UINT32_MAX);
    std::array<std::uint8_t, kMarkSize> bytes{};
    FieldWriter{std::span{bytes}.subspan(4)}
        .number(static_cast<std::uint32_t>(mark.end_offset / kWord))
        .number(mark.counter)
        .number(mark.height.value)
        .number(mark.segment_first.value)
        .id(mark.hash);
    FieldWriter{bytes}.number(crc32c(ByteView{bytes}.subspan(4)));
    return bytes;
}

std::optional<Mark> decode_mark(ByteView bytes)
{
    if (bytes.size() != kMarkSize || load<std::uint32_t>(bytes, 0) != crc32c(bytes.subspan(4)))
        return std::nullopt;
    FieldReader in{bytes.subspan(4)};
    Mark mark;
    mark.end_offset = std::uint64_t{in.number<std::uint32_t>()} * kWord;
    mark.counter = in.number<std::uint64_t>();
    mark.height = LogHeight{in.number<std::uint64_t>()};
    mark.segment_first = LogHeight{in.number<std::uint64_t>()};
    mark.hash = in.id<LogBlockHash>();
    return mark;
}

FrameAt frame_at(ByteView segment, std::uint64_t offset, LogHeight expected)
{
    using enum FrameAt::Kind;
    const auto rest = segment.subspan(std::min<std::uint64_t>(offset, segment.size()));
    if (is_zero(rest.first(std::min(rest.size(), kFrameHeaderSize))))
        return {end, {}, offset, {}};

    const auto header = decode_frame_header(rest);
    if (!header)
        return {damaged, {}, offset, "no frame header, and not zero"};
    if (header->height != expected)
        return {damaged, {}, offset, "the frame of another height"};
    if (header->length > rest.size() - kFrameHeaderSize)
        return {damaged, {}, offset, "a frame that is longer than what is left of the segment"};
    const auto content = rest.subspan(kFrameHeaderSize, header->length);
    if (crc32c(content) != header->block_crc)
        return {damaged, {}, offset, "the block's checksum is wrong"};
    return {block, content, offset + kFrameHeaderSize + header->length, {}};
}

std::string segment_name(LogHeight first)
{
    const auto digits = std::to_string(first.value);
    return std::string(kNameDigits - digits.size(), '0') + digits + std::string{kNameEnd};
}

std::optional<LogHeight> parse_segment_name(std::string_view name)
{
    if (name.size() != kNameDigits + kNameEnd.size() || !name.ends_with(kNameEnd))
        return std::nullopt;
    std::uint64_t height = 0;
    const auto* const end = name.data() + kNameDigits;
    const auto [stop, error] = std::from_chars(name.data(), end, height);
    if (error != std::errc{} || stop != end)
        return std::nullopt;
    return LogHeight{height};
}
}  // namespace engine::log
