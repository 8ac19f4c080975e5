#include "engine/runtime/backup/source.hpp"

#include "engine/log/data_directory.hpp"
#include "engine/log/reader.hpp"
#include "engine/log/recovery.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/node.hpp"

#include <algorithm>

namespace engine::backup
{
namespace
{
using Problem = std::optional<OperatorError>;

/// The header of a block, whose frame is checked as it is read.
Result<log::HashedHeader, OperatorError> header_at(
    Disk& disk, const std::string& data, LogHeight height)
{
    auto reader = log::open_reader(disk, data, height);
    if (!reader)
        return Failure{from_log(reader.error())};
    const auto block = (*reader)->next();
    if (!block)
        return Failure{from_log(block.error())};
    if (*block == nullptr)
        return Failure{OperatorError{errors::kNoSuchHeight, log::log_directory(data),
            "the log ends before height " + std::to_string(height.value), {}}};
    return log::HashedHeader{(*block)->header(), (*block)->hash()};
}

/// Everyone in the directory who knows a height that was durable.
std::vector<log::HeightClaim> claims_of(const Source& source)
{
    std::vector<log::HeightClaim> claims;
    if (source.seal)
        claims.push_back({"the seal", source.seal->height});
    for (const auto& checkpoint : source.checkpoints)
        claims.push_back({"checkpoint " + checkpoint.directory, checkpoint.height});
    return claims;
}

/// Without an owner nobody vouches for the last block: it may have been written and not synced.
Problem make_durable(Disk& disk, const std::string& path)
{
    const auto file = disk.open(path, OpenMode::read);
    if (!file)
        return from_log(log::from_disk(file.error()));
    if (const auto synced = (*file)->sync(); !synced)
        return from_log(log::from_disk(synced.error()));
    return std::nullopt;
}

Result<log::Mark, OperatorError> end_of_closed_log(
    Disk& disk, const std::string& data, const Source& source)
{
    const auto directory = log::log_directory(data);
    const auto end = log::find_end(disk, directory);
    if (!end)
        return Failure{from_log(end.error())};
    const auto known = log::read_known_heights(disk, data);
    if (!known)
        return Failure{from_log(known.error())};
    const auto claims = claims_of(source);
    if (const auto wrong = log::judge_end(*end, directory, *known, claims))
        return Failure{from_log(*wrong)};
    if (!end->mark)
        return Failure{OperatorError{errors::kNoLog, directory, "it holds no block", {}}};
    if (auto problem = make_durable(disk, end->segments.back().path))
        return Failure{*std::move(problem)};
    return *end->mark;
}

/// A running node writes down what is durable after each block.
Result<log::Mark, OperatorError> end_of_open_log(Disk& disk, const std::string& data)
{
    const auto record = log::read_durable(disk, log::log_directory(data));
    if (!record)
        return Failure{from_log(record.error())};
    if (!record->newest)
        return Failure{
            OperatorError{errors::kNoLog, log::log_directory(data), "it holds no block yet", {}}};
    return *record->newest;
}

Problem read_seal_into(Disk& disk, const std::string& data, Source& source)
{
    const auto seal = Node::read_seal(disk, data);
    if (!seal)
        return seal.error();
    if (!*seal)
        return std::nullopt;
    const auto bytes = log::encode_seal(**seal);
    source.seal = SealBytes{(*seal)->height, {bytes.begin(), bytes.end()}};
    return std::nullopt;
}

Problem read_checkpoints_into(Disk& disk, const std::string& data, Source& source)
{
    auto all = list_checkpoints(disk, checkpoints_path(data));
    if (!all)
        return from_store(all.error());
    std::erase_if(*all,
        [](const CheckpointInfo& info) { return !info.mark || info.mark->height != info.height; });
    source.checkpoints = *std::move(all);
    return std::nullopt;
}

Problem read_segments_into(Disk& disk, const std::string& data, Source& source)
{
    auto segments = log::linked_segments(disk, log::log_directory(data));
    if (!segments)
        return from_log(segments.error());
    std::erase_if(*segments, [&](const log::SegmentFile& segment) {
        return segment.header.first > source.end.segment_first;
    });
    source.segments = *std::move(segments);
    return std::nullopt;
}
}  // namespace

Result<LogBlockHash, OperatorError> hash_at(Disk& disk, const std::string& data, LogHeight height)
{
    const auto header = header_at(disk, data, height);
    if (!header)
        return Failure{header.error()};
    return header->hash;
}

Result<Source, OperatorError> look_at(Disk& disk, const std::string& data)
{
    if (!disk.exists(log::log_directory(data)))
        return Failure{OperatorError{errors::kNoLog, data, "it holds no log", {}}};
    // In this order: a seal and a checkpoint are made of blocks that are durable already, so that
    // an end which is looked for later lies behind them.
    Source source;
    if (auto problem = read_seal_into(disk, data, source))
        return Failure{*std::move(problem)};
    if (auto problem = read_checkpoints_into(disk, data, source))
        return Failure{*std::move(problem)};
    auto end = disk.is_locked(log::lock_path(data)) ? end_of_open_log(disk, data)
                                                    : end_of_closed_log(disk, data, source);
    if (!end)
        return Failure{end.error()};
    source.end = *end;
    source.end.counter = 0;
    if (auto problem = read_segments_into(disk, data, source))
        return Failure{*std::move(problem)};

    const auto genesis = hash_at(disk, data, LogHeight{0});
    if (!genesis)
        return Failure{genesis.error()};
    source.genesis = *genesis;
    const auto last = header_at(disk, data, source.end.height);
    if (!last)
        return Failure{last.error()};
    source.time = last->header.time;
    return source;
}
}  // namespace engine::backup
