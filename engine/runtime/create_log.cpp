#include "engine/runtime/create_log.hpp"

#include "engine/codec/codec.hpp"
#include "engine/domain/access/state.hpp"
#include "engine/fold/fold.hpp"
#include "engine/log/segment_log.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

namespace engine
{
namespace
{
/// What the fold makes of the genesis event. Its id isn't known yet, and nothing depends on it.
Result<log::EventResult, OperatorError> judge(const Genesis& genesis, ByteView bytes)
{
    const LiveState empty{Modules::tables()};
    const Context context{.genesis = {},
        .place = {},
        .time = genesis.time,
        .rules = std::get<access::Genesis>(genesis.modules).rules.empty()
                     ? RulesVersion{1}
                     : std::get<access::Genesis>(genesis.modules).rules.front().version,
        .event = event_hash(bytes),
        .bytes = static_cast<std::uint32_t>(bytes.size())};
    const auto outcome = fold(empty, context, {EngineAuthor{}, genesis});
    if (!outcome.verdict.accepted())
        return Failure{OperatorError{errors::kGenesisRefused, "",
            fmt::format("{}: {}", outcome.verdict.name(), outcome.verdict.sentence()), ""}};
    return log::EventResult{
        outcome.verdict.code(), static_cast<std::uint32_t>(outcome.effects.size())};
}
}  // namespace

Result<GenesisId, OperatorError> create_log(Disk& disk, const std::string& data_directory,
    const Genesis& genesis, const std::string& holder, std::uint64_t segment_bytes)
{
    const auto bytes = encode_event({EngineAuthor{}, genesis});
    if (const auto decoded = decode_event(bytes); !decoded)
        return Failure{OperatorError{errors::kGenesisRefused, "", decoded.error().what, ""}};
    const auto result = judge(genesis, bytes);
    if (!result)
        return Failure{result.error()};

    const auto directory = log::DataDirectory::own(disk, data_directory, holder);
    if (!directory)
        return Failure{from_log(directory.error())};
    auto log =
        log::SegmentLog::open(disk, *directory, {.segment_size = segment_bytes, .claims = {}});
    if (!log)
        return Failure{from_log(log.error())};
    if ((*log)->tip())
        return Failure{OperatorError{errors::kLogExists, data_directory,
            fmt::format("its log has {} blocks", (*log)->tip()->header.height.value + 1), ""}};

    const log::EventRecord record{bytes, event_hash(bytes), *result};
    log::BlockHeader header;
    header.rules_version = std::get<access::Genesis>(genesis.modules).rules.front().version;
    header.time = genesis.time;
    header.rooted = true;
    const auto block = log::encode_block(header, {&record, 1});
    if (const auto appended = (*log)->append(block.bytes); !appended)
        return Failure{from_log(appended.error())};
    if (const auto closed = (*log)->close(); !closed)
        return Failure{from_log(closed.error())};
    return block.hash;
}
}  // namespace engine
