#pragma once

#include "engine/log/frame.hpp"
#include "engine/log/log.hpp"

#include <memory>
#include <optional>
#include <string>

namespace engine::log
{
/// What the file `log/durable` says.
struct DurableRecord
{
    std::optional<Mark> newest;  ///< Nothing before the first block.
    bool present = false;
    bool damaged = false;  ///< A mark can't be read: it may have been the newer one.
};

std::string durable_path(const std::string& log_directory);
LogResult<DurableRecord> read_durable(Disk& disk, const std::string& log_directory);

/// Writes the durable-height record: after each sync of a block the older of its two marks is
/// overwritten. It is synced seldom and so lags behind after a power failure; it is never ahead.
class DurableWriter
{
    std::unique_ptr<File> m_file;
    std::uint64_t m_counter = 0;

public:
    /// Opens or creates the file. What it said is read before, by read_durable.
    static LogResult<DurableWriter> open(
        Disk& disk, const std::string& log_directory, const DurableRecord& before);

    /// Writes a mark; its counter is set here. Not synced.
    LogResult<Done> write(Mark mark);
    LogResult<Done> sync();
};

/// The mark of a clean stop, when there is one.
LogResult<std::optional<Mark>> read_clean_stop(Disk& disk, const std::string& data_directory);
LogResult<Done> write_clean_stop(Disk& disk, const std::string& data_directory, const Mark& mark);
LogResult<Done> remove_clean_stop(Disk& disk, const std::string& data_directory);
}  // namespace engine::log
