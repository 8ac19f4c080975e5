#pragma once

#include "engine/log/read_only_log.hpp"
#include "engine/log/reader.hpp"
#include "engine/ports/disk.hpp"

#include <string>

namespace engine::cli
{
/// The log of a data directory for those who only read: beside a running node or without one, and
/// without changing a byte. It ends where the log ended when it was opened.
class LogFiles final : public log::ReadOnlyLog
{
    Disk& m_disk;
    std::string m_data_directory;
    log::LogTip m_tip;
    std::optional<log::Mark> m_end;  // Without an owner: looked for once, for all readers.
    std::shared_ptr<log::OffsetIndex> m_index = std::make_shared<log::OffsetIndex>();

    LogFiles(Disk& disk, std::string data_directory, log::LogTip tip, std::optional<log::Mark> end)
      : m_disk{disk},
        m_data_directory{std::move(data_directory)},
        m_tip{std::move(tip)},
        m_end{std::move(end)}
    {}

public:
    /// A directory without a block is an error (beyond_end).
    static log::LogResult<std::unique_ptr<LogFiles>> open(
        Disk& disk, const std::string& data_directory);

    std::optional<log::LogTip> tip() const override { return m_tip; }
    log::LogResult<std::unique_ptr<log::BlockReader>> reader(LogHeight from) const override;

    /// Bytes of the log from the beginning of one height to the beginning of another.
    log::LogResult<std::uint64_t> bytes_between(LogHeight from, LogHeight to) const;
};
}  // namespace engine::cli
