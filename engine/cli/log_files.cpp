#include "engine/cli/log_files.hpp"

#include "engine/log/data_directory.hpp"
#include "engine/log/marks.hpp"
#include "engine/log/recovery.hpp"

namespace engine::cli
{
namespace
{
// Where the log ends, if nobody writes it: readers that have been told so don't look for it again,
// which takes a pass over the last segment. The blocks up to there stay, whoever comes.
std::optional<log::Mark> end_without_owner(
    Disk& disk, const std::string& data_directory, LogHeight tip)
{
    if (disk.is_locked(log::lock_path(data_directory)))
        return std::nullopt;
    const auto end = log::find_end(disk, log::log_directory(data_directory));
    return end && end->mark && end->mark->height == tip ? end->mark : std::nullopt;
}

// Every byte from the place where a reader stands to the end of the log.
log::LogResult<std::uint64_t> bytes_to_end(log::BlockReader& reader)
{
    const auto block = reader.next();
    if (!block)
        return Failure{block.error()};
    if (*block == nullptr)
        return std::uint64_t{0};
    return reader.progress().bytes_total;
}
}  // namespace

log::LogResult<std::unique_ptr<LogFiles>> LogFiles::open(
    Disk& disk, const std::string& data_directory)
{
    // The durable record is never ahead of the log; what lies behind it is read.
    const auto record = log::read_durable(disk, log::log_directory(data_directory));
    if (!record)
        return Failure{record.error()};
    const auto from = record->newest ? record->newest->height : LogHeight{0};
    auto reader = log::open_reader(disk, data_directory, from);
    if (!reader)
        return Failure{reader.error()};
    std::optional<log::LogTip> tip;
    while (true)
    {
        const auto block = (*reader)->next();
        if (!block)
            return Failure{block.error()};
        if (*block == nullptr)
            break;
        tip = log::LogTip{(*block)->header(), (*block)->hash()};
    }
    if (!tip)
        return Failure{log::LogError{.code = log::LogErrorCode::beyond_end,
            .what = "the log has no block",
            .file = log::log_directory(data_directory),
            .offset = {},
            .height = {},
            .repair = "engine init makes a log."}};
    auto end = end_without_owner(disk, data_directory, tip->header.height);
    return std::unique_ptr<LogFiles>{
        new LogFiles{disk, data_directory, *std::move(tip), std::move(end)}};
}

log::LogResult<std::unique_ptr<log::BlockReader>> LogFiles::reader(LogHeight from) const
{
    if (!m_end)
        return log::open_reader(m_disk, m_data_directory, from);
    const auto end = [mark = *m_end]() -> log::LogResult<std::optional<log::Mark>> {
        return std::optional{mark};
    };
    return std::unique_ptr<log::BlockReader>{std::make_unique<log::SegmentReader>(
        m_disk, log::log_directory(m_data_directory), from, end, m_index)};
}

log::LogResult<std::uint64_t> LogFiles::bytes_between(LogHeight from, LogHeight to) const
{
    std::uint64_t left[2] = {};
    for (const auto i : {0, 1})
    {
        auto at = reader(i == 0 ? from : to);
        if (!at)
            return Failure{at.error()};
        const auto bytes = bytes_to_end(**at);
        if (!bytes)
            return Failure{bytes.error()};
        left[i] = *bytes;
    }
    return left[0] - std::min(left[0], left[1]);
}

}  // namespace engine::cli
