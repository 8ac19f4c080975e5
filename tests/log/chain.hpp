#pragma once

#include "engine/log/segment_log.hpp"
#include "tests/sim/disk.hpp"

#include <string>
#include <vector>

namespace engine::log
{
/// Makes blocks that follow one another, and remembers them.
class Chain
{
    std::vector<Bytes> m_blocks;
    std::optional<HashedHeader> m_before;

public:
    /// A block with one event of this many bytes, their values taken from the height.
    const Bytes& add(std::size_t event_size);

    /// A block with events of these sizes.
    const Bytes& add_events(
        const std::vector<std::size_t>& event_sizes, const std::optional<Seal>& seal = {});

    /// Forgets the blocks from a height on.
    void cut(std::uint64_t height);

    const std::vector<Bytes>& blocks() const { return m_blocks; }
    std::uint64_t size() const { return m_blocks.size(); }
};

/// A log on a simulated disk, with its directory owned.
struct OpenLog
{
    DataDirectory directory;
    std::unique_ptr<SegmentLog> log;
};

inline constexpr const char* kData = "data";
inline constexpr std::uint64_t kSmallSegment = 4096;

LogResult<OpenLog> open_log(
    sim::SimDisk& disk, SegmentLogOptions options = {kSmallSegment, {}, false});

/// The same, which must succeed.
OpenLog must_open(sim::SimDisk& disk, SegmentLogOptions options = {kSmallSegment, {}, false});

/// All blocks up to the end, or the error that comes after those that are given.
struct ReadBack
{
    std::vector<Bytes> blocks;
    std::optional<LogError> error;
};
ReadBack read_all(BlockReader& reader);
ReadBack read_log(const Log& log, std::uint64_t from = 0);
ReadBack read_directory(sim::SimDisk& disk, std::uint64_t from = 0);

/// A file of the log directory: "durable", or a segment by its first height.
std::string log_file(const std::string& name);
std::string segment_file(std::uint64_t first);
}  // namespace engine::log
