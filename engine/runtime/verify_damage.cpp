#include "engine/runtime/verify_damage.hpp"

#include "engine/base/hex.hpp"
#include "engine/hash/crc32c.hpp"
#include "engine/log/little_endian.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine
{
namespace
{
constexpr std::size_t kHeaderCrcAt = log::kFrameHeaderSize - 4;
constexpr std::size_t kPreviousAt = 16;  // Of a block: see engine/log/block.hpp.

struct FoundAndExpected
{
    std::string found;
    std::string expected;
};

std::string heights_text(LogHeight first, LogHeight last)
{
    return first == last ? fmt::format("height {}", first.value)
                         : fmt::format("heights {} to {}", first.value, last.value);
}

/// A frame that is no intact one of this height: in the order in which a reader looks.
FoundAndExpected examine_frame(ByteView content, std::uint64_t offset, LogHeight height)
{
    const auto rest = content.subspan(std::min<std::uint64_t>(offset, content.size()));
    const auto head = rest.first(std::min(rest.size(), log::kFrameHeaderSize));
    const auto expected = fmt::format("the frame of height {}", height.value);
    if (head.size() < log::kFrameHeaderSize)
        return {fmt::format("the last {} bytes of the file", head.size()), expected};
    if (log::is_zero(head))
        return {"zero bytes", expected};
    if (!log::begins_like_frame(head))
        return {"bytes 0x" + to_hex(head.first(4)), expected + ", which begins with RFBL"};
    const auto written = log::load<std::uint32_t>(head, kHeaderCrcAt);
    const auto actual = crc32c(head.first(kHeaderCrcAt));
    if (written != actual)
        return {fmt::format("frame header 0x{}, with the CRC-32C {:#010x}",
                    to_hex(head.first(kHeaderCrcAt)), actual),
            fmt::format("one with the CRC-32C {:#010x}, as was written beside it", written)};
    const auto header = log::decode_frame_header(head);
    if (!header)
        return {fmt::format("a length of {} bytes", log::load<std::uint32_t>(head, 4)),
            "a multiple of 8"};
    if (header->height != height)
        return {fmt::format("the frame of height {}", header->height.value), expected};
    if (header->length > rest.size() - log::kFrameHeaderSize)
        return {fmt::format("a block of {} bytes", header->length),
            fmt::format("at most {}: the file ends there", rest.size() - log::kFrameHeaderSize)};
    const auto payload = rest.subspan(log::kFrameHeaderSize, header->length);
    return {fmt::format("a block with the CRC-32C {:#010x}", crc32c(payload)),
        fmt::format("{:#010x}, as its frame header says", header->block_crc)};
}

/// The offset is within a block whose frame is intact: the block can't stand where it does.
std::optional<FoundAndExpected> examine_previous(
    ByteView content, std::uint64_t offset, const std::optional<log::LogTip>& before)
{
    constexpr auto kAt = log::kFrameHeaderSize + kPreviousAt;
    if (!before || offset < kAt || offset + LogBlockHash::kSize > content.size())
        return std::nullopt;
    if (!log::decode_frame_header(content.subspan(offset - kAt)))
        return std::nullopt;
    return FoundAndExpected{
        "the block before it is " + to_hex(content.subspan(offset, LogBlockHash::kSize)),
        fmt::format(
            "{}, which is block {}", to_hex(before->hash.bytes), before->header.height.value)};
}

FoundAndExpected examine_bytes(
    ByteView content, const log::LogError& error, const std::optional<log::LogTip>& before)
{
    const auto offset = *error.offset;
    const auto height = error.height.value_or(LogHeight{0});
    if (const auto other = examine_previous(content, offset, before))
        return *other;
    const auto frame = log::frame_at(content, offset, height);
    if (frame.kind != log::FrameAt::Kind::block)
        return examine_frame(content, offset, height);
    return {"a block that is intact by itself", "one that follows the block before it"};
}

/// A file that is not what its name says, or not there.
FoundAndExpected examine_file(Disk& disk, const log::LogError& error)
{
    const auto slash = error.file.rfind('/');
    const auto name = error.file.substr(slash == std::string::npos ? 0 : slash + 1);
    const auto named = log::parse_segment_name(name);
    const auto expected =
        named ? fmt::format("the segment with the blocks from height {} on", named->value)
              : std::string{"nothing of that name"};
    const auto content = read_file(disk, error.file);
    if (!content)
        return {disk.exists(error.file) ? to_string(content.error()) : "no such file", expected};
    log::SegmentHeader header;
    if (log::decode_segment_header(
            ByteView{*content}.first(std::min(content->size(), log::kSegmentHeaderSize)), header) !=
        log::HeaderState::good)
        return {
            fmt::format("{} bytes that begin with no segment header", content->size()), expected};
    const auto previous = header.previous_first ? fmt::format(", behind the one from height {} on",
                                                      header.previous_first->value)
                                                : std::string{", the first of a log"};
    return {fmt::format("a segment from height {} on of {} bytes{}", header.first.value,
                content->size(), previous),
        fmt::format("{}, of {} bytes", expected, header.size)};
}

FoundAndExpected examine(
    Disk& disk, const log::LogError& error, const std::optional<log::LogTip>& before)
{
    const bool is_segment = error.file.ends_with(".seg");
    if (!is_segment)
        return {};
    if (!error.offset)
        return examine_file(disk, error);
    if (error.code == log::LogErrorCode::missing && before)
        return {fmt::format("height {} is the last", before->header.height.value),
            fmt::format("height {} at least", before->header.height.value + 1)};
    const auto content = read_file(disk, error.file);
    return content ? examine_bytes(*content, error, before) : FoundAndExpected{};
}

/// Heights of intact blocks, in runs. Each block is looked at by itself, in whatever file it is.
class IntactBlocks
{
    LogHeight m_from;
    std::vector<LogHeight> m_heights;
    log::BlockView m_block;

public:
    IntactBlocks(const LogUnderTest& log, LogHeight from) : m_from{from}
    {
        const auto firsts = segments_by_name(log.disk(), log.directory());
        for (std::size_t i = 0; i < firsts.size(); ++i)
        {
            const bool is_before = i + 1 < firsts.size() && firsts[i + 1] <= from;
            if (!is_before)
                look_into(log.disk(), log::segment_path(log.directory(), firsts[i]));
        }
        std::sort(m_heights.begin(), m_heights.end());
        m_heights.erase(std::unique(m_heights.begin(), m_heights.end()), m_heights.end());
    }

    /// First and last height of each run, in order.
    std::vector<std::pair<LogHeight, LogHeight>> runs() const
    {
        std::vector<std::pair<LogHeight, LogHeight>> out;
        for (const auto height : m_heights)
        {
            if (!out.empty() && out.back().second.value + 1 == height.value)
                out.back().second = height;
            else
                out.emplace_back(height, height);
        }
        return out;
    }

private:
    void look_into(Disk& disk, const std::string& path)
    {
        const auto bytes = read_file(disk, path);
        if (!bytes)
            return;
        const ByteView content{*bytes};
        for (std::uint64_t at = log::kSegmentHeaderSize; at < content.size();)
        {
            const auto end = block_end(content, at);
            at = end.value_or(at + sizeof(std::uint64_t));
        }
    }

    std::optional<std::uint64_t> block_end(ByteView content, std::uint64_t at)
    {
        if (!log::begins_like_frame(content.subspan(at)))
            return std::nullopt;
        const auto header = log::decode_frame_header(content.subspan(at));
        if (!header)
            return std::nullopt;
        const auto frame = log::frame_at(content, at, header->height);
        if (frame.kind != log::FrameAt::Kind::block || !m_block.read(frame.block) ||
            m_block.height() != header->height)
            return std::nullopt;
        if (header->height >= m_from)
            m_heights.push_back(header->height);
        return frame.end;
    }
};

std::string runs_text(std::span<const std::pair<LogHeight, LogHeight>> runs)
{
    constexpr std::size_t kShown = 4;
    std::string out;
    for (std::size_t i = 0; i < std::min(runs.size(), kShown); ++i)
        out += (i == 0 ? "" : ", ") + heights_text(runs[i].first, runs[i].second);
    if (runs.size() > kShown)
        out += fmt::format(" and {} more runs", runs.size() - kShown);
    return out;
}

std::string place_text(const log::LogError& error)
{
    std::string out = error.height ? fmt::format("height {}", error.height->value) : "";
    if (!error.file.empty())
        out += (out.empty() ? "" : ", ") + error.file;
    if (error.offset)
        out += fmt::format(", byte {}", *error.offset);
    return out;
}

Difference gap(LogHeight first, LogHeight last)
{
    Difference out;
    out.where = heights_text(first, last);
    out.what = "no intact block: damaged or missing, beside the damage before it";
    out.stored = "intact blocks before and behind";
    out.computed = first == last ? "a block of this height" : "blocks of these heights";
    out.height = first;
    return out;
}
}  // namespace

bool is_damage(log::LogErrorCode code)
{
    return code == log::LogErrorCode::damaged || code == log::LogErrorCode::missing ||
           code == log::LogErrorCode::misplaced;
}

std::vector<Difference> describe_damage(
    const LogUnderTest& log, const log::LogError& error, const std::optional<log::LogTip>& before)
{
    auto examined = examine(log.disk(), error, before);
    Difference first;
    first.where = place_text(error);
    first.what = error.what;
    first.stored = std::move(examined.found);
    first.computed = std::move(examined.expected);
    first.height = error.height;
    first.file = error.file;
    first.offset = error.offset;

    const auto height = before ? LogHeight{before->header.height.value + 1} : LogHeight{0};
    const auto runs = IntactBlocks{log, height}.runs();
    if (!runs.empty())
        first.cause = "intact by themselves behind it: " + runs_text(runs);
    else if (error.file.ends_with(".seg"))
        first.cause = "no intact block comes after it";
    std::vector<Difference> out{std::move(first)};
    for (std::size_t i = 1; i < runs.size(); ++i)
        out.push_back(
            gap(LogHeight{runs[i - 1].second.value + 1}, LogHeight{runs[i].first.value - 1}));
    return out;
}
}  // namespace engine
