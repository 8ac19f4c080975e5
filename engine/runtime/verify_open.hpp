#pragma once

#include "engine/log/read_only_log.hpp"
#include "engine/log/reader.hpp"
#include "engine/log/recovery.hpp"
#include "engine/store/state_store.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace engine
{
/// The log of a data directory as verify reads it: from its first block as far as blocks can be
/// read, however damaged the files are. Nothing is written; a node may own the directory. The log
/// ends where it ended when it was opened.
class LogUnderTest
{
    Disk& m_disk;
    std::string m_directory;
    std::shared_ptr<log::OffsetIndex> m_index = std::make_shared<log::OffsetIndex>();
    bool m_is_owned = false;
    std::optional<log::Mark> m_end;
    bool m_end_is_known = true;
    std::optional<log::LogError> m_end_error;
    std::optional<log::CutTail> m_torn;

public:
    /// Every height that somebody claims must be there, unless a node that runs is about to write
    /// it. `claims` are those that the log's own directory doesn't hold.
    LogUnderTest(
        Disk& disk, const std::string& data_directory, std::span<const log::HeightClaim> claims);

    /// Blocks from a height on, each checked as it is read. Without any block: null at once.
    std::unique_ptr<log::BlockReader> reader(LogHeight from) const;

    /// Why the log can't end where the reader ends; nothing if it can.
    const std::optional<log::LogError>& end_error() const { return m_end_error; }

    /// What the error of a reader means, with all that is known of the files.
    log::LogError explain(const log::LogError& error) const;

    /// A write at the end that a crash cut short and nobody was told of: no damage.
    const std::optional<log::CutTail>& torn_tail() const { return m_torn; }

    /// A node runs on the directory.
    bool is_owned() const { return m_is_owned; }

    Disk& disk() const { return m_disk; }
    const std::string& directory() const { return m_directory; }  ///< Of the segments.

private:
    void follow_owner();
    void find_end(const std::string& data_directory, std::span<const log::HeightClaim> claims);
    void end_at_broken_link();
};

/// The first heights of the segments that are there, by their names alone. What is named otherwise
/// is passed over.
std::vector<LogHeight> segments_by_name(const Disk& disk, const std::string& log_directory);

/// A part of a log under test that can be read whole, for those who fold it.
class LogPart final : public log::ReadOnlyLog
{
    const LogUnderTest& m_log;
    log::LogTip m_tip;

public:
    LogPart(const LogUnderTest& log, log::LogTip tip) : m_log{log}, m_tip{std::move(tip)} {}

    std::optional<log::LogTip> tip() const override { return m_tip; }
    log::LogResult<std::unique_ptr<log::BlockReader>> reader(LogHeight from) const override
    {
        return m_log.reader(from);
    }
};

/// What the seal file says.
struct SealUnderTest
{
    std::string path;
    std::optional<log::Seal> seal;
    std::string unreadable;  ///< Why the file that is there is no seal.
};
SealUnderTest read_seal_file(Disk& disk, const std::string& data_directory);

/// Heights that the rest of a data directory says were durable: the seal, the state, checkpoints.
std::vector<log::HeightClaim> claims_beside_log(Disk& disk, const std::string& data_directory,
    const SealUnderTest& seal, const std::optional<StateMark>& state);

/// The state of one height, beside the state under test.
struct StateOfHeight
{
    std::string name;  ///< "checkpoint /data/checkpoints/1200"
    std::unique_ptr<StateStore> store;
};

/// The checkpoint of a height, if there is one that can be opened.
std::optional<StateOfHeight> checkpoint_of_height(Disk& disk, const std::string& data_directory,
    LogHeight height, const StoreOptions& options = {});
}  // namespace engine
