#include "engine/log/segment_log.hpp"

#include "engine/hash/crc32c.hpp"

#include <cerrno>

namespace engine::log
{
namespace
{
constexpr std::uint64_t kFillStep = std::uint64_t{1} << 20;
constexpr std::uint64_t kSegmentSizeMin = 4096;
constexpr std::uint64_t kSegmentSizeMax = std::uint64_t{16} << 30;

const char* const kStartAgain =
    "End the process and start it again: what reached the disk is then read back.";

LogError refused(LogErrorCode code, std::string what, LogHeight height)
{
    LogError error;
    error.code = code;
    error.what = std::move(what);
    error.height = height;
    return error;
}

bool is_full(const IoError& error)
{
    return error.code == ENOSPC || error.code == EDQUOT;
}
}  // namespace

/// The durable end, changed by the one lane that writes and read by everyone.
struct SegmentLog::Published
{
    std::mutex mutex;
    std::optional<LogTip> tip;
    std::optional<Mark> mark;
    const std::shared_ptr<OffsetIndex> index = std::make_shared<OffsetIndex>();

    std::optional<LogTip> get_tip()
    {
        const std::lock_guard lock{mutex};
        return tip;
    }
    std::optional<Mark> get_mark()
    {
        const std::lock_guard lock{mutex};
        return mark;
    }
    void set(const LogTip& new_tip, const Mark& new_mark)
    {
        const std::lock_guard lock{mutex};
        tip = new_tip;
        mark = new_mark;
    }
};

SegmentLog::SegmentLog(Disk& disk, const std::string& data_directory, SegmentLogOptions options)
  : m_disk{disk},
    m_data_directory{data_directory},
    m_directory{log_directory(data_directory)},
    m_options{std::move(options)},
    m_interrupted{LogErrorCode::stopped, "nothing more is written since an exception came between",
        m_directory, {}, {}, kStartAgain},
    m_published{std::make_shared<Published>()}
{}

/// Does what changes files. If an exception leaves it, nobody knows how far it came.
template <typename Work>
auto SegmentLog::or_stop(Work&& work)
{
    try
    {
        return work();
    }
    catch (...)
    {
        m_stopped = std::move(m_interrupted);
        throw;
    }
}

LogResult<std::unique_ptr<SegmentLog>> SegmentLog::open(
    Disk& disk, const DataDirectory& directory, SegmentLogOptions options)
{
    ENSURE(options.segment_size >= kSegmentSizeMin);
    ENSURE(options.segment_size <= kSegmentSizeMax);
    ENSURE(options.segment_size % 512 == 0);
    std::unique_ptr<SegmentLog> log{new SegmentLog{disk, directory.path(), std::move(options)}};
    if (const auto recovered = log->recover(); !recovered)
        return Failure{recovered.error()};
    return log;
}

LogResult<Done> SegmentLog::recover()
{
    const auto end = find_end(m_disk, m_directory);
    if (!end)
        return Failure{end.error()};
    const auto known = read_known_heights(m_disk, m_data_directory);
    if (!known)
        return Failure{known.error()};
    if (auto error = judge_end(*end, m_directory, *known, m_options.claims))
        return Failure{std::move(*error)};

    auto cut = settle_end(m_disk, m_directory, *end);
    if (!cut)
        return Failure{cut.error()};
    m_cut = std::move(*cut);
    if (const auto taken = take_end(*end, known->durable); !taken)
        return taken;
    if (m_options.check_all)
    {
        if (const auto checked = check_all(); !checked)
            return checked;
    }
    return remove_clean_stop(m_disk, m_data_directory);
}

LogResult<Done> SegmentLog::take_end(const LogEnd& end, const DurableRecord& before)
{
    if (m_disk.exists(next_path()))
    {
        if (const auto removed = m_disk.remove(next_path()); !removed)
            return Failure{from_disk(removed.error())};
    }
    auto durable = DurableWriter::open(m_disk, m_directory, before);
    if (!durable)
        return Failure{durable.error()};
    m_durable = std::move(*durable);
    if (end.segments.empty())
        return Done{};

    for (const auto& segment : end.segments)
        m_published->index->add_segment(segment.header.first);
    m_segment = end.segments.back();
    m_offset = end.scan.end;
    auto file = m_disk.open(m_segment.path, OpenMode::write);
    if (!file)
        return Failure{from_disk(file.error())};
    m_file = std::move(*file);
    if (!end.tip)
        return Done{};
    m_published->set(*end.tip, *end.mark);
    for (int i = 0; i < 2; ++i)  // Both marks: the one that was damaged, too.
    {
        if (const auto written = m_durable.write(*end.mark); !written)
            return written;
        if (const auto synced = m_durable.sync(); !synced)
            return synced;
    }
    return Done{};
}

LogResult<Done> SegmentLog::check_all() const
{
    const auto blocks = reader(LogHeight{0});
    if (!blocks)
        return Failure{blocks.error()};
    for (;;)
    {
        const auto block = (*blocks)->next();
        if (!block)
            return Failure{block.error()};
        if (*block == nullptr)
            return Done{};
    }
}

std::optional<LogTip> SegmentLog::tip() const
{
    return m_published->get_tip();
}

LogResult<std::unique_ptr<BlockReader>> SegmentLog::reader(LogHeight from) const
{
    const auto end = tip();
    const auto next = end ? end->header.height.value + 1 : 0;
    if (from.value > next)
        return Failure{refused(LogErrorCode::beyond_end,
            "the log has no such height: the next one is " + std::to_string(next), from)};
    return std::unique_ptr<BlockReader>{std::make_unique<SegmentReader>(
        m_disk, m_directory, from,
        [published = m_published]() -> LogResult<std::optional<Mark>> {
            return published->get_mark();
        },
        m_published->index)};
}

LogResult<Done> SegmentLog::append(ByteView block)
{
    if (m_stopped)
        return Failure{*m_stopped};
    return or_stop([&] { return append_next(block); });
}

LogResult<Done> SegmentLog::append_next(ByteView block)
{
    const auto header = decode_header(block);
    if (!header)
        return Failure{refused(LogErrorCode::wrong_block, header.error().what, LogHeight{0})};
    if (const auto checked = check_next(*header, block.size()); !checked)
        return checked;
    if (m_file == nullptr || m_offset + kFrameHeaderSize + block.size() > m_segment.header.size)
    {
        if (const auto made = make_segment(*header); !made)
            return made;
    }
    if (const auto written = write_frame(*header, block); !written)
        return stop(from_disk(written.error()));
    return publish(*header, block);
}

LogResult<Done> SegmentLog::check_next(const BlockHeader& header, std::size_t size) const
{
    const auto& before = m_published->tip;  // Changed on this lane alone.
    if (!before && header.height.value != 0)
        return Failure{
            refused(LogErrorCode::wrong_block, "the first block has height 0", header.height)};
    if (before)
    {
        if (const auto follows = check_follows(*before, header); !follows)
            return Failure{refused(LogErrorCode::wrong_block, follows.error().what, header.height)};
    }
    if (size % kWord != 0)
        return Failure{
            refused(LogErrorCode::wrong_block, "the block does not end at a word", header.height)};
    const auto size_max = m_options.segment_size - kSegmentHeaderSize - kFrameHeaderSize;
    if (size > size_max)
        return Failure{refused(LogErrorCode::too_large,
            "the block has " + std::to_string(size) + " bytes, and a segment holds " +
                std::to_string(size_max),
            header.height)};
    return Done{};
}

IoResult<Done> SegmentLog::write_frame(const BlockHeader& header, ByteView block)
{
    const auto frame_header = encode_frame_header(
        {static_cast<std::uint32_t>(block.size()), header.height, crc32c(block)});
    m_frame.assign(frame_header.begin(), frame_header.end());
    engine::append(m_frame, block);
    if (const auto written = m_file->write_at(m_offset, m_frame); !written)
        return written;
    return m_file->sync();
}

LogResult<Done> SegmentLog::publish(const BlockHeader& header, ByteView block)
{
    m_published->index->note(m_segment.header.first, {header.height, m_offset});
    m_offset += kFrameHeaderSize + block.size();
    const auto hash = block_hash(block);
    const Mark mark{0, header.height, m_segment.header.first, m_offset, hash};
    m_published->set({header, hash}, mark);
    if (const auto written = m_durable.write(mark); !written)
        return stop(written.error());
    return Done{};
}

/// Makes the prepared segment the one that grows. Its header is durable before it gets its name.
LogResult<Done> SegmentLog::make_segment(const BlockHeader& first)
{
    if (const auto prepared = prepare_all(); !prepared)
        return prepared;
    SegmentFile segment{segment_path(m_directory, first.height),
        {first.height, m_options.segment_size, {}, first.previous}};
    if (m_file != nullptr)
        segment.header.previous_first = m_segment.header.first;
    m_segment = std::move(segment);
    if (const auto placed = place_segment(); !placed)
        return stop(placed.error());
    m_published->index->add_segment(m_segment.header.first);
    m_file = std::move(m_next);
    m_filled = 0;
    m_offset = kSegmentHeaderSize;
    return Done{};
}

LogResult<Done> SegmentLog::place_segment()
{
    const auto header = encode_segment_header(m_segment.header);
    if (const auto written = m_next->write_at(0, header); !written)
        return checked(written);
    if (const auto synced = m_next->sync(); !synced)
        return checked(synced);
    if (const auto synced = m_durable.sync(); !synced)
        return synced;
    if (const auto named = m_disk.rename(next_path(), m_segment.path); !named)
        return checked(named);
    return checked(m_disk.sync_directory(m_directory));
}

LogResult<Done> SegmentLog::prepare_all()
{
    for (;;)
    {
        const auto prepared = prepare_step();
        if (!prepared)
            return Failure{prepared.error()};
        if (*prepared == Preparation::ready)
            return Done{};
        if (*prepared == Preparation::working)
            continue;
        LogError error;
        error.code = LogErrorCode::no_room;
        error.what = "the disk has no room for the next segment of " +
                     std::to_string(m_options.segment_size) + " bytes";
        error.file = m_directory;
        error.repair = "Make room: work goes on by itself.";
        return Failure{error};
    }
}

LogResult<Preparation> SegmentLog::prepare_next()
{
    if (m_stopped)
        return Failure{*m_stopped};
    return or_stop([&] { return prepare_step(); });
}

LogResult<Preparation> SegmentLog::prepare_step()
{
    if (m_next != nullptr && m_filled == m_options.segment_size)
    {
        m_has_room = true;
        return Preparation::ready;
    }
    const auto filled = fill_next();
    if (filled)
        return Preparation::working;
    if (is_full(filled.error()))
        return refuse_room();
    return stop(from_disk(filled.error()));
}

/// Zero bytes that are synced step by step, so that no block waits long behind them.
IoResult<Done> SegmentLog::fill_next()
{
    if (m_next == nullptr)
    {
        const auto free = m_disk.free_space(m_directory);
        if (free && *free < m_options.segment_size)
            return Failure{IoError{ENOSPC, "write", next_path()}};
        auto file = m_disk.open(next_path(), OpenMode::create_empty);
        if (!file)
            return Failure{file.error()};
        m_next = std::move(*file);
        m_filled = 0;
    }
    static const Bytes kZeros(kFillStep);
    const auto zeros =
        ByteView{kZeros}.first(std::min(kFillStep, m_options.segment_size - m_filled));
    if (const auto written = m_next->write_at(m_filled, zeros); !written)
        return written;
    if (const auto synced = m_next->sync(); !synced)
        return synced;
    m_filled += zeros.size();
    return Done{};
}

/// Gives the room that is left back to whoever needs it.
Preparation SegmentLog::refuse_room()
{
    m_has_room = false;
    m_next.reset();
    if (m_disk.exists(next_path()) && !m_disk.remove(next_path()))
        return Preparation::no_room;  // It stays, and is emptied at the next attempt.
    return Preparation::no_room;
}

Failure<LogError> SegmentLog::stop(LogError why)
{
    m_stopped =
        LogError{LogErrorCode::stopped, "nothing more is written since this failed: " + why.what,
            why.file, why.offset, why.height, kStartAgain};
    return Failure{std::move(why)};
}

LogResult<Done> SegmentLog::close()
{
    if (m_stopped)
        return Failure{*m_stopped};
    return or_stop([&] { return close_in_order(); });
}

LogResult<Done> SegmentLog::close_in_order()
{
    if (const auto synced = m_durable.sync(); !synced)
        return stop(synced.error());
    m_next.reset();
    if (m_disk.exists(next_path()))
    {
        if (const auto removed = m_disk.remove(next_path()); !removed)
            return stop(from_disk(removed.error()));
    }
    if (const auto mark = m_published->get_mark())
    {
        if (const auto written = write_clean_stop(m_disk, m_data_directory, *mark); !written)
            return stop(written.error());
    }
    m_stopped =
        LogError{LogErrorCode::stopped, "the log is closed", m_directory, {}, {}, "Open it again."};
    return Done{};
}
}  // namespace engine::log
