#pragma once

#include "engine/log/data_directory.hpp"
#include "engine/log/marks.hpp"
#include "engine/log/reader.hpp"
#include "engine/log/recovery.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace engine::log
{
struct SegmentLogOptions
{
    /// Bytes of a segment made from now on: a multiple of 512, at least 4096, at most 16 GiB. No
    /// block may be larger than what a segment holds.
    std::uint64_t segment_size = std::uint64_t{64} << 20;

    /// Heights that others know of: a log that ends before one of them is not opened.
    std::vector<HeightClaim> claims;

    /// Reads the whole log, not only its last two segments, before it is opened.
    bool check_all = false;
};

/// The log in files of the data directory: `log/<first height>.seg`, `log/durable`, `clean-stop`.
///
/// Opening settles the end first: the last block is written and synced again, a write that a crash
/// cut short is cleared, and whatever else is wrong is an error that says where. The segment to
/// come is filled with zero bytes ahead, by prepare_next, so that a sync of a block changes no
/// metadata.
class SegmentLog final : public Log
{
    struct Published;

    Disk& m_disk;
    std::string m_data_directory;
    std::string m_directory;
    SegmentLogOptions m_options;
    std::optional<LogError> m_stopped;  // Why nothing more is written.
    LogError m_interrupted;             // The same, for when there is no memory to say it.
    std::optional<CutTail> m_cut;

    SegmentFile m_segment;  // The one that grows; m_file is null while there is none.
    std::unique_ptr<File> m_file;
    std::uint64_t m_offset = 0;
    Bytes m_frame;
    DurableWriter m_durable;

    std::unique_ptr<File> m_next;  // The one that is being prepared.
    std::uint64_t m_filled = 0;
    std::atomic<bool> m_has_room = true;

    std::shared_ptr<Published> m_published;  // What other threads and readers see.

public:
    /// The directory must stay owned as long as the log lives.
    static LogResult<std::unique_ptr<SegmentLog>> open(
        Disk& disk, const DataDirectory& directory, SegmentLogOptions options = {});

    std::optional<LogTip> tip() const override;
    LogResult<Done> append(ByteView block) override;
    LogResult<Preparation> prepare_next() override;
    bool has_room() const override { return m_has_room; }
    LogResult<std::unique_ptr<BlockReader>> reader(LogHeight from) const override;
    LogResult<Done> close() override;

    /// What opening took away, if it did: a block that nobody was told of.
    const std::optional<CutTail>& cut_tail() const { return m_cut; }

private:
    SegmentLog(Disk& disk, const std::string& data_directory, SegmentLogOptions options);

    template <typename Work>
    auto or_stop(Work&& work);

    LogResult<Done> recover();
    LogResult<Done> check_all() const;
    LogResult<Done> take_end(const LogEnd& end, const DurableRecord& before);
    LogResult<Done> append_next(ByteView block);
    LogResult<Preparation> prepare_step();
    LogResult<Done> close_in_order();
    LogResult<Done> check_next(const BlockHeader& header, std::size_t size) const;
    LogResult<Done> make_segment(const BlockHeader& first);
    LogResult<Done> place_segment();
    IoResult<Done> write_frame(const BlockHeader& header, ByteView block);
    LogResult<Done> publish(const BlockHeader& header, ByteView block);
    LogResult<Done> prepare_all();
    IoResult<Done> fill_next();
    Preparation refuse_room();
    Failure<LogError> stop(LogError why);
    std::string next_path() const { return m_directory + "/" + kNextSegment; }
};
}  // namespace engine::log
