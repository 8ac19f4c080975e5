#include "engine/cli/fold_past.hpp"

#include "adapters/system/clock.hpp"
#include "adapters/system/executor.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/genesis_pin.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/progress.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/node.hpp"
#include "engine/store/memory_plan.hpp"

#include <fmt/format.h>

namespace engine::cli
{
namespace
{
CatchUpOptions catch_up_options(const Options& options, const FoldWanted& wanted,
    const std::optional<log::Seal>& seal, Executor& executor)
{
    return {.memory_bytes_max = options.config().state.memory_bytes,
        .flush_rows = options.config().state.flush_rows,
        .hash_seed = 0,
        .sealed = seal ? std::optional{seal->height} : std::nullopt,
        .every_root = wanted.every_root,
        .validate_all = wanted.validate_all,
        .laws = wanted.laws,
        .to = wanted.to,
        .executor = &executor,
        .on_event = wanted.on_event};
}

LogHeight after(LogHeight height)
{
    return LogHeight{height.value + 1};
}

std::optional<OperatorError> shorter_than_seal(
    const LogFiles& log, const std::string& data, LogHeight sealed)
{
    const auto end = log.tip()->header.height;
    if (sealed <= end)
        return std::nullopt;
    return from_log({.code = log::LogErrorCode::missing,
        .what =
            fmt::format("the seal knows the block of height {}, but the log ends before height {}",
                sealed.value, after(end).value),
        .file = log::log_directory(data),
        .offset = {},
        .height = after(end),
        .repair = log::how_to_repair()});
}

// A seal spares the work of validating what it vouches for: it must be the sequencer's own, and of
// a block of this log.
std::optional<OperatorError> check_trust(const LogFiles& log, const LogIdentity& identity,
    const std::string& data, const log::Seal& seal)
{
    const auto wrong = [&](std::string why) {
        return OperatorError{errors::kLogDamaged, seal_path(data), std::move(why),
            "if the log is sound, remove the file: the node makes it again"};
    };
    const auto& key = std::get<access::Genesis>(identity.genesis.modules).sequencer;
    if (!schnorr_verify(key, log::seal_message(identity.id, seal).bytes, seal.signature))
        return wrong("its signature is not that of this log's sequencer");
    if (auto error = shorter_than_seal(log, data, seal.height))
        return error;
    const auto block = log::read_block(log, seal.height);
    if (!block)
        return from_log(block.error());
    const auto hash = log::block_hash(ByteView{*block});
    if (hash == seal.block_hash)
        return std::nullopt;
    return wrong(fmt::format("at height {} it seals block {}, and the log has block {}",
        seal.height.value, to_hex(seal.block_hash.bytes), to_hex(hash.bytes)));
}

// A root that the sequencer has signed for is one that has to come out.
std::optional<OperatorError> check_seal(
    const std::optional<log::Seal>& seal, const RootedBlock& computed)
{
    const bool same_height = seal && seal->height == computed.height;
    if (!same_height || seal->root == computed.root)
        return std::nullopt;
    return from_finding({{seal->height, 0}, "the sealed state root differs",
        to_hex(seal->root.bytes), to_hex(computed.root.bytes)});
}

std::optional<OperatorError> check_range(const LogFiles& log, const FoldWanted& wanted)
{
    const auto end = log.tip()->header.height;
    for (const auto& height : {wanted.from, wanted.to})
    {
        if (height && *height > end)
            return OperatorError{errors::kNoSuchHeight, "height " + grouped(height->value),
                "the log ends at height " + grouped(end.value), {}};
    }
    return std::nullopt;
}
}  // namespace

Result<FoldedPast, OperatorError> fold_past(
    const Options& options, PosixDisk& disk, std::ostream& err, const FoldWanted& wanted)
{
    const auto& data = options.config().data.directory;
    if (!disk.exists(log::log_directory(data)))
        return Failure{OperatorError{errors::kNoLog, data, "it holds no log", {}}};
    // The seal first: a node goes on, and the log that is opened afterwards holds what it seals.
    const auto seal = Node::read_seal(disk, data);
    if (!seal)
        return Failure{seal.error()};
    auto log = LogFiles::open(disk, data);
    if (!log)
        return Failure{from_log(log.error())};
    const auto identity = identify(**log);
    if (!identity)
        return Failure{identity.error()};
    if (auto error = check_pin(data, wanted.pinned, identity->id))
        return Failure{std::move(*error)};
    if (auto error = check_range(**log, wanted))
        return Failure{std::move(*error)};
    auto scratch = ScratchState::make(
        disk, data, wanted.from, memory_plan(options.config().state.memory_bytes));
    if (!scratch)
        return Failure{scratch.error()};

    if (*seal)
    {
        if (auto error = check_trust(**log, *identity, data, **seal))
            return Failure{std::move(*error)};
    }

    const auto mark = scratch->store().stands_at();
    const auto first = mark ? after(mark->height) : LogHeight{0};
    const auto last = wanted.to.value_or((*log)->tip()->header.height);
    const auto bytes = first > last ? log::LogResult<std::uint64_t>{std::uint64_t{0}}
                                    : (*log)->bytes_between(first, after(last));
    if (!bytes)
        return Failure{from_log(bytes.error())};

    const SystemClock clock;
    const auto begun = clock.monotonic_ms();
    ProgressLine line{err, options.terminal, clock, wanted.label};
    std::uint64_t events = 0;
    const auto tell = [&](const log::Progress& progress, const Refolder& folded) {
        events = folded.events();
        line.update(progress.bytes_done, *bytes,
            fmt::format(
                "heights {} / {}", grouped(folded.next_height().value - 1), grouped(last.value)));
    };
    ThreadExecutor executor;
    auto caught_up =
        catch_up(**log, scratch->store(), catch_up_options(options, wanted, *seal, executor), tell);
    if (!caught_up)
    {
        line.abandon();
        return Failure{caught_up.error()};
    }
    if (auto error = check_seal(*seal, caught_up->root))
    {
        line.abandon();
        return Failure{std::move(*error)};
    }
    line.finish(fmt::format("heights {} / {}", grouped(last.value), grouped(last.value)));
    return FoldedPast{*std::move(log), identity->id, *std::move(scratch), *std::move(caught_up),
        mark ? std::optional{mark->height} : std::nullopt, first, last, *seal, events, *bytes,
        clock.monotonic_ms() - begun};
}
}  // namespace engine::cli
