#include "engine/log/reader.hpp"

#include "engine/log/data_directory.hpp"
#include "engine/log/recovery.hpp"

namespace engine::log
{
namespace
{
constexpr std::uint64_t kNotedEvery = 64;
constexpr std::uint64_t kPieceMin = std::uint64_t{4} << 10;
constexpr std::uint64_t kPieceMax = std::uint64_t{1} << 20;
}  // namespace

void OffsetIndex::add_segment(LogHeight first)
{
    const std::lock_guard lock{m_mutex};
    m_segments.push_back(first);
}

std::optional<LogHeight> OffsetIndex::segment_of(LogHeight height) const
{
    const std::lock_guard lock{m_mutex};
    const auto after = std::upper_bound(m_segments.begin(), m_segments.end(), height);
    return after == m_segments.begin() ? std::nullopt : std::optional{*std::prev(after)};
}

OffsetIndex::Place OffsetIndex::find(LogHeight first, LogHeight height) const
{
    const std::lock_guard lock{m_mutex};
    const auto found = m_offsets.find(first);
    if (found == m_offsets.end() || found->second.empty())
        return {first, kSegmentHeaderSize};
    const auto number =
        std::min((height.value - first.value) / kNotedEvery, found->second.size() - 1);
    return {LogHeight{first.value + number * kNotedEvery}, found->second[number]};
}

void OffsetIndex::note(LogHeight first, Place place)
{
    const auto distance = place.height.value - first.value;
    if (distance % kNotedEvery != 0)
        return;
    const std::lock_guard lock{m_mutex};
    auto& offsets = m_offsets[first];
    if (offsets.size() == distance / kNotedEvery)
        offsets.push_back(place.offset);
}

SegmentReader::SegmentReader(Disk& disk, std::string log_directory, LogHeight from, EndOfLog end,
    std::shared_ptr<OffsetIndex> index)
  : m_disk{disk},
    m_directory{std::move(log_directory)},
    m_ask_end{std::move(end)},
    m_index{std::move(index)},
    m_from{from},
    m_next{from}
{}

LogResult<const BlockView*> SegmentReader::next()
{
    if (m_error)
        return Failure{*m_error};
    auto block = read_next();
    if (!block)
        m_error = block.error();
    return block;
}

LogResult<const BlockView*> SegmentReader::read_next()
{
    const auto more = has_next();
    if (!more)
        return Failure{more.error()};
    if (!*more)
        return nullptr;
    if (m_from)
    {
        if (const auto begun = begin(*m_from); !begun)
            return Failure{begun.error()};
        m_from.reset();
    }
    if (const auto read = read_block_at_offset(); !read)
        return Failure{read.error()};
    return &m_block;
}

LogResult<bool> SegmentReader::has_next()
{
    if (m_end && m_next <= m_end->height)
        return true;
    const auto end = m_ask_end();
    if (!end)
        return Failure{end.error()};
    if (*end)
        m_end = **end;
    const bool more = m_end && m_next <= m_end->height;
    if (!more && m_after_end)
        return Failure{*m_after_end};
    return more;
}

/// Finds the segment of a height and the block before it, so that the first block, too, is known to
/// follow what is before it.
LogResult<Done> SegmentReader::begin(LogHeight from)
{
    const auto segment = segment_of(from);
    if (!segment)
        return Failure{segment.error()};
    const auto first = *segment;
    if (const auto opened = open_segment(first, from == first); !opened)
        return opened;
    if (from > first)
    {
        const LogHeight before{from.value - 1};
        if (const auto walked = walk_to(before); !walked)
            return walked;
        m_next = before;
        if (const auto read = read_block_at_offset(); !read)
            return read;
    }
    m_next = from;
    m_segment_begun = m_segment.header.first;
    m_offset_begun = m_offset;
    return Done{};
}

LogResult<LogHeight> SegmentReader::segment_of(LogHeight height) const
{
    if (const auto first = m_index->segment_of(height))
        return *first;
    const auto firsts = segment_names(m_disk, m_directory);
    if (!firsts)
        return Failure{firsts.error()};
    const auto after = std::upper_bound(firsts->begin(), firsts->end(), height);
    return after == firsts->begin() ? LogHeight{0} : *std::prev(after);
}

LogResult<Done> SegmentReader::open_segment(LogHeight first, bool map)
{
    auto segment = read_segment_header(m_disk, m_directory, first);
    if (!segment)
        return Failure{segment.error()};
    auto file = m_disk.open(segment->path, OpenMode::read);
    if (!file)
        return Failure{from_disk(file.error())};
    m_segment = std::move(*segment);
    m_map.reset();
    m_file = std::move(*file);
    if (map && m_end && m_end->segment_first > first)
        m_map = m_file->map();
    m_piece.clear();
    m_piece_size = kPieceMin;
    m_offset = kSegmentHeaderSize;
    return Done{};
}

LogResult<Done> SegmentReader::walk_to(LogHeight height)
{
    auto place = m_index->find(m_segment.header.first, height);
    while (place.height < height)
    {
        m_index->note(m_segment.header.first, place);
        const auto bytes = bytes_at(place.offset, kFrameHeaderSize);
        if (!bytes)
            return Failure{bytes.error()};
        if (is_zero(bytes->first(std::min(bytes->size(), kFrameHeaderSize))))
            return failed(LogErrorCode::missing,
                "the segment ends with the block before height " +
                    std::to_string(place.height.value),
                place.offset);
        const auto header = decode_frame_header(*bytes);
        if (!header || header->height != place.height)
            return failed(LogErrorCode::damaged,
                "no frame header of height " + std::to_string(place.height.value), place.offset);
        place.offset += kFrameHeaderSize + header->length;
        ++place.height.value;
    }
    m_offset = place.offset;
    return Done{};
}

LogResult<Done> SegmentReader::read_block_at_offset()
{
    auto bytes = bytes_at(m_offset, kFrameHeaderSize);
    if (!bytes)
        return Failure{bytes.error()};
    if (const auto header = decode_frame_header(*bytes))
        bytes = bytes_at(m_offset, std::uint64_t{kFrameHeaderSize} + header->length);
    if (!bytes)
        return Failure{bytes.error()};
    const auto frame = frame_at(*bytes, 0, m_next);
    if (frame.kind == FrameAt::Kind::damaged)
        return failed(LogErrorCode::damaged, std::string{frame.what}, m_offset);
    if (frame.kind == FrameAt::Kind::end)
    {
        if (const auto gone_on = next_segment(); !gone_on)
            return gone_on;
        return read_block_at_offset();
    }

    const auto payload = m_offset + kFrameHeaderSize;
    if (const auto read = m_block.read(frame.block); !read)
        return failed(
            read.error().later_format ? LogErrorCode::unknown_format : LogErrorCode::damaged,
            read.error().what, payload + read.error().offset);
    if (m_block.height() != m_next)
        return failed(
            LogErrorCode::damaged, "the block is of another height than its frame", payload + 8);
    if (m_before)
    {
        const auto follows = check_follows(*m_before, m_block.header());
        if (!follows)
            return failed(
                LogErrorCode::damaged, follows.error().what, payload + follows.error().offset);
    }
    else if (m_next == m_segment.header.first &&
             m_block.header().previous != m_segment.header.previous)
        return failed(LogErrorCode::damaged,
            "the block names another one as the one before it than the segment does", payload + 16);

    m_index->note(m_segment.header.first, {m_next, m_offset});
    m_before = HashedHeader{m_block.header(), m_block.hash()};
    m_piece_size = std::min(2 * m_piece_size, kPieceMax);
    m_offset += frame.end;
    ++m_next.value;
    return Done{};
}

LogResult<Done> SegmentReader::next_segment()
{
    if (m_end->segment_first <= m_segment.header.first || m_next == m_segment.header.first)
        return failed(
            LogErrorCode::missing, "the segment ends here, but the block was durable", m_offset);
    if (const auto zero = check_zero_to_end(); !zero)
        return zero;

    const auto before = m_segment;
    const auto end = m_offset;
    if (!m_disk.exists(segment_path(m_directory, m_next)))
        return failed(LogErrorCode::missing,
            "the segment ends here, and no segment begins with the next block", end);
    if (const auto opened = open_segment(m_next, true); !opened)
        return opened;
    if (const auto linked = check_linked(before, m_segment); !linked)
        return linked;
    if (m_before && m_segment.header.previous != m_before->hash)
        return failed(LogErrorCode::misplaced,
            "the segment comes after another block than the last one of " + before.path, 32);
    return Done{};
}

LogResult<Done> SegmentReader::check_zero_to_end()
{
    for (auto at = m_offset; at < limit();)
    {
        const auto bytes = bytes_at(at, std::min(kPieceMax, limit() - at));
        if (!bytes)
            return Failure{bytes.error()};
        const auto other =
            std::find_if(bytes->begin(), bytes->end(), [](auto b) { return b != 0; });
        if (other != bytes->end())
            return failed(LogErrorCode::damaged,
                "bytes after the last block of the segment that are not zero",
                at + static_cast<std::uint64_t>(other - bytes->begin()));
        at += bytes->size();
    }
    return Done{};
}

std::uint64_t SegmentReader::limit() const
{
    const bool grows = m_end && m_end->segment_first == m_segment.header.first;
    return grows ? std::min(m_end->end_offset, m_segment.header.size) : m_segment.header.size;
}

/// At least so many bytes from an offset on, or all that may be read.
LogResult<ByteView> SegmentReader::bytes_at(std::uint64_t offset, std::uint64_t count)
{
    if (m_map)
        return m_map->subspan(std::min<std::uint64_t>(offset, m_map->size()));
    const auto available = limit() - std::min(offset, limit());
    count = std::min(count, available);
    const bool inside = offset >= m_piece_begin && offset + count <= m_piece_begin + m_piece.size();
    if (!inside)
    {
        m_piece.resize(std::min(available, std::max(count, m_piece_size)));
        m_piece_begin = offset;
        const auto got = m_file->read_at(offset, m_piece);
        if (!got)
        {
            m_piece.clear();
            return Failure{from_disk(got.error())};
        }
        m_piece.resize(*got);
    }
    return ByteView{m_piece}.subspan(
        std::min<std::uint64_t>(offset - m_piece_begin, m_piece.size()));
}

Failure<LogError> SegmentReader::failed(
    LogErrorCode code, std::string what, std::uint64_t offset) const
{
    LogError error;
    error.code = code;
    error.what = std::move(what);
    error.file = m_segment.path;
    error.offset = offset;
    error.height = m_next;
    error.repair = how_to_repair();
    return Failure{error};
}

Progress SegmentReader::progress()
{
    if (!m_end || m_from)
        return {};
    if (!m_sizes.contains(m_end->segment_first))
        read_sizes();
    const auto begun = bytes_before(m_segment_begun) + m_offset_begun;
    const auto here = bytes_before(m_segment.header.first) + m_offset;
    return {here - begun, bytes_before(m_end->segment_first) + m_end->end_offset - begun};
}

std::uint64_t SegmentReader::bytes_before(LogHeight segment_first) const
{
    std::uint64_t total = 0;
    for (auto it = m_sizes.begin(); it != m_sizes.end() && it->first < segment_first; ++it)
        total += it->second;
    return total;
}

void SegmentReader::read_sizes()
{
    const auto firsts = segment_names(m_disk, m_directory);
    if (!firsts)
        return;  // Progress is a courtesy: reading will say what is wrong.
    for (const auto first : *firsts)
    {
        const auto file = m_disk.open(segment_path(m_directory, first), OpenMode::read);
        const auto size = file ? (*file)->size() : IoResult<std::uint64_t>{std::uint64_t{0}};
        m_sizes[first] = size ? *size : 0;
    }
}

namespace
{
/// The newest mark that the owner wrote. A mark that is just being written can't be read: the other
/// one can, or this one a moment later.
LogResult<std::optional<Mark>> ask_durable(Disk& disk, const std::string& directory)
{
    constexpr int kAttempts = 5;
    auto record = read_durable(disk, directory);
    for (int i = 1; i < kAttempts && record && record->damaged; ++i)
        record = read_durable(disk, directory);
    if (!record)
        return Failure{record.error()};
    return record->newest;
}

LogResult<std::unique_ptr<BlockReader>> open_intact(
    Disk& disk, const std::string& data_directory, LogHeight from)
{
    const auto directory = log_directory(data_directory);
    const auto end = find_end(disk, directory);
    if (!end)
        return Failure{end.error()};
    const auto known = read_known_heights(disk, data_directory);
    if (!known)
        return Failure{known.error()};
    auto reader = std::make_unique<SegmentReader>(disk, directory, from,
        [mark = end->mark]() -> LogResult<std::optional<Mark>> { return mark; });
    if (auto error = judge_end(*end, directory, *known, {}))
        reader->tell_at_end(std::move(*error));
    return std::unique_ptr<BlockReader>{std::move(reader)};
}
}  // namespace

LogResult<std::unique_ptr<BlockReader>> open_reader(
    Disk& disk, const std::string& data_directory, LogHeight from)
{
    const auto lock = lock_path(data_directory);
    if (!disk.is_locked(lock))
    {
        auto reader = open_intact(disk, data_directory, from);
        if (!disk.is_locked(lock))
            return reader;
        // An owner came while we looked: what we saw may be half of what it was writing.
    }
    const auto directory = log_directory(data_directory);
    return std::unique_ptr<BlockReader>{std::make_unique<SegmentReader>(
        disk, directory, from, [&disk, directory] { return ask_durable(disk, directory); })};
}
}  // namespace engine::log
