#include "engine/runtime/verify_open.hpp"

#include "engine/log/marks.hpp"
#include "engine/runtime/node.hpp"
#include "engine/store/checkpoint.hpp"

namespace engine
{
namespace
{
std::optional<log::SegmentFile> next_linked(Disk& disk, const std::string& directory,
    LogHeight first, const std::optional<log::SegmentFile>& before)
{
    auto segment = log::read_segment_header(disk, directory, first);
    const bool follows = segment && (before ? log::check_linked(*before, *segment).has_value()
                                            : first == LogHeight{0});
    return follows ? std::optional{std::move(*segment)} : std::nullopt;
}
}  // namespace

std::vector<LogHeight> segments_by_name(const Disk& disk, const std::string& log_directory)
{
    std::vector<LogHeight> firsts;
    const auto names = disk.list(log_directory);
    for (const auto& name : names ? *names : std::vector<std::string>{})
    {
        if (const auto first = log::parse_segment_name(name))
            firsts.push_back(*first);
    }
    return firsts;
}

LogUnderTest::LogUnderTest(
    Disk& disk, const std::string& data_directory, std::span<const log::HeightClaim> claims)
  : m_disk{disk}, m_directory{log::log_directory(data_directory)}
{
    const auto lock = log::lock_path(data_directory);
    m_is_owned = m_disk.is_locked(lock);
    if (!m_is_owned)
    {
        find_end(data_directory, claims);
        // An owner may have come while we looked: then we saw half of what it was writing.
        m_is_owned = m_disk.is_locked(lock);
    }
    if (m_is_owned)
        follow_owner();
}

/// The owner writes down how far its log is durable. A record that is just being written can't be
/// read: a moment later it can.
void LogUnderTest::follow_owner()
{
    constexpr int kAttempts = 5;
    m_torn.reset();
    m_end_error.reset();
    m_end_is_known = true;
    auto record = log::read_durable(m_disk, m_directory);
    for (int i = 1; i < kAttempts && record && record->damaged; ++i)
        record = log::read_durable(m_disk, m_directory);
    if (record)
        m_end = record->newest;
    else
        m_end_error = record.error();
}

void LogUnderTest::find_end(
    const std::string& data_directory, std::span<const log::HeightClaim> claims)
{
    const auto end = log::find_end(m_disk, m_directory);
    if (!end)
    {
        m_end_error = end.error();
        if (end.error().code != log::LogErrorCode::io)
            end_at_broken_link();
        return;
    }
    m_end = end->mark;
    const auto known = log::read_known_heights(m_disk, data_directory);
    m_end_error =
        known ? log::judge_end(*end, m_directory, *known, claims) : std::optional{known.error()};
    if (!m_end_error && end->scan.tail == log::TailKind::torn)
        m_torn = log::CutTail{end->segments.back().path, end->scan.end, end->scan.next};
}

/// The segments up to the first that is missing, or isn't what it should be, can be read; where
/// their last block ends, reading will tell.
void LogUnderTest::end_at_broken_link()
{
    std::optional<log::SegmentFile> before;
    for (const auto first : segments_by_name(m_disk, m_directory))
    {
        auto segment = next_linked(m_disk, m_directory, first, before);
        if (!segment)
            break;
        before = std::move(*segment);
        m_index->add_segment(first);
    }
    if (!before)
        return;
    m_end_is_known = false;
    m_end = log::Mark{
        0, LogHeight{UINT64_MAX}, before->header.first, before->header.size, LogBlockHash{}};
}

std::unique_ptr<log::BlockReader> LogUnderTest::reader(LogHeight from) const
{
    return std::make_unique<log::SegmentReader>(
        m_disk, m_directory, from,
        [end = m_end]() -> log::LogResult<std::optional<log::Mark>> { return end; }, m_index);
}

log::LogError LogUnderTest::explain(const log::LogError& error) const
{
    // Where the end isn't known, reading goes on until there are no more blocks.
    const bool ended = !m_end_is_known && error.code == log::LogErrorCode::missing &&
                       error.file == log::segment_path(m_directory, m_end->segment_first);
    if (!ended || !m_end_error)
        return error;
    auto explained = *m_end_error;
    explained.height = error.height;
    return explained;
}

SealUnderTest read_seal_file(Disk& disk, const std::string& data_directory)
{
    SealUnderTest out{seal_path(data_directory), {}, {}};
    const auto seal = Node::read_seal(disk, data_directory);
    if (seal)
        out.seal = *seal;
    else
        out.unreadable = seal.error().why;
    return out;
}

std::vector<log::HeightClaim> claims_beside_log(Disk& disk, const std::string& data_directory,
    const SealUnderTest& seal, const std::optional<StateMark>& state)
{
    std::vector<log::HeightClaim> claims;
    if (seal.seal)
        claims.push_back({"the seal", seal.seal->height});
    if (state)
        claims.push_back({"the state", state->height});
    if (const auto all = list_checkpoints(disk, checkpoints_path(data_directory)))
    {
        for (const auto& checkpoint : *all)
        {
            if (checkpoint.mark)
                claims.push_back({"checkpoint " + checkpoint.directory, checkpoint.mark->height});
        }
    }
    return claims;
}

std::optional<StateOfHeight> checkpoint_of_height(
    Disk& disk, const std::string& data_directory, LogHeight height, const StoreOptions& options)
{
    const auto directory = checkpoint_directory(checkpoints_path(data_directory), height);
    if (!disk.exists(directory))
        return std::nullopt;
    auto opened = open_checkpoint(disk, directory, options);
    if (!opened)
        return std::nullopt;
    return StateOfHeight{"checkpoint " + directory, *std::move(opened)};
}
}  // namespace engine
