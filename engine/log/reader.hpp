#pragma once

#include "engine/log/marks.hpp"
#include "engine/log/segments.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace engine::log
{
/// Where frames begin, for those who look for a height: the segments, if somebody has told them,
/// and one offset of every 64, remembered as segments are read. May be shared by readers of several
/// threads.
class OffsetIndex
{
    mutable std::mutex m_mutex;
    std::vector<LogHeight> m_segments;                          // First heights, in order.
    std::map<LogHeight, std::vector<std::uint64_t>> m_offsets;  // By the segment's first height.

public:
    struct Place
    {
        LogHeight height;
        std::uint64_t offset = 0;
    };

    /// Adds the segment that comes after those that were added.
    void add_segment(LogHeight first);

    /// The segment that a height belongs to; nothing when nobody has told the segments.
    std::optional<LogHeight> segment_of(LogHeight height) const;

    /// The last place that is known at or before a height of a segment.
    Place find(LogHeight first, LogHeight height) const;
    void note(LogHeight first, Place place);
};

/// Where the durable log ends, whenever it is asked. Nothing while the log is empty.
using EndOfLog = std::function<LogResult<std::optional<Mark>>()>;

/// Reads the segments of a directory, without a lock and without writing anything.
///
/// Segments that are full are mapped and read in place when they are read from their beginning; the
/// one that grows, and the one where reading begins within, are read in pieces.
class SegmentReader final : public BlockReader
{
    Disk& m_disk;
    std::string m_directory;
    EndOfLog m_ask_end;
    std::shared_ptr<OffsetIndex> m_index;

    std::optional<Mark> m_end;
    std::optional<LogError> m_error;
    std::optional<LogError> m_after_end;
    std::optional<LogHeight> m_from;  // Where to begin; nothing once we have begun.

    SegmentFile m_segment;
    std::unique_ptr<File> m_file;
    std::optional<ByteView> m_map;
    Bytes m_piece;  // Of a segment that is not mapped.
    std::uint64_t m_piece_begin = 0;
    std::uint64_t m_piece_size = 0;  // Grows while we read on: one block alone costs little.

    LogHeight m_next;
    std::uint64_t m_offset = 0;
    std::optional<HashedHeader> m_before;
    BlockView m_block;

    std::uint64_t m_offset_begun = 0;
    LogHeight m_segment_begun;
    std::map<LogHeight, std::uint64_t> m_sizes;  // Of all segments, for progress.

public:
    SegmentReader(Disk& disk, std::string log_directory, LogHeight from, EndOfLog end,
        std::shared_ptr<OffsetIndex> index = std::make_shared<OffsetIndex>());

    /// An error to be told where the log ends.
    void tell_at_end(LogError error) { m_after_end = std::move(error); }

    LogResult<const BlockView*> next() override;
    Progress progress() override;

private:
    LogResult<const BlockView*> read_next();
    LogResult<bool> has_next();
    LogResult<Done> begin(LogHeight from);
    LogResult<LogHeight> segment_of(LogHeight height) const;
    LogResult<Done> open_segment(LogHeight first, bool map);
    LogResult<Done> walk_to(LogHeight height);
    LogResult<Done> next_segment();
    LogResult<Done> read_block_at_offset();
    LogResult<Done> check_zero_to_end();
    LogResult<ByteView> bytes_at(std::uint64_t offset, std::uint64_t count);
    std::uint64_t limit() const;
    void read_sizes();
    std::uint64_t bytes_before(LogHeight segment_first) const;
    Failure<LogError> failed(LogErrorCode code, std::string what, std::uint64_t offset) const;
};

/// Reads the log of a data directory that another process may own. With an owner, the reader goes
/// up to the durable height that the owner writes down, and follows it. Without one, it goes to the
/// end of the intact blocks as they are now: where recovery would go on. There, a tail that is cut
/// short by a crash is no error; anything else that is wrong is one, told after the blocks before
/// it.
LogResult<std::unique_ptr<BlockReader>> open_reader(
    Disk& disk, const std::string& data_directory, LogHeight from);
}  // namespace engine::log
