#include "engine/runtime/status_findings.hpp"

#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace engine
{
namespace
{
constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;

constexpr std::uint64_t kFreePercentMin = 10;
constexpr std::uint64_t kUnsealedBlocksMax = 10'000;
constexpr std::int64_t kUnsealedIdleMs = kMinute;
constexpr std::int64_t kStalledMs = 10 * kSecond;
constexpr std::int64_t kClockBehindMs = kMinute;
constexpr std::int64_t kChainAheadMs = 2 * kHour;  // Bitcoin's own bound for a header's time.
constexpr std::int64_t kChainQuietMs = 2 * kHour;
constexpr std::uint32_t kReturnsMin = 3;                  // A reorganisation that is undone is one.
constexpr std::uint64_t kCheckpointEveryMax = 1'000'000;  // In blocks, where none is configured.
constexpr std::uint64_t kOpenFilesForTables = 512;

std::string in_percent(std::uint64_t part, std::uint64_t whole)
{
    return fmt::format("{} %", whole == 0 ? 0 : part / (whole / 100 + 1));
}

std::string hours_and_minutes(std::int64_t ms)
{
    return ms < kHour ? fmt::format("{} min", ms / kMinute)
                      : fmt::format("{} h {} min", ms / kHour, ms % kHour / kMinute);
}

void find_unsealed(const NodeFacts& facts, StatusFindings& out)
{
    const auto sealed = facts.sealed ? facts.sealed->value : 0;
    const auto open = facts.height.value - std::min(sealed, facts.height.value);
    const bool idle = facts.now.value - facts.log_time.value > kUnsealedIdleMs;
    if (!facts.held && !facts.failed && (open > kUnsealedBlocksMax || (open > 0 && idle)))
        out.push_back({errors::kSealLags, Severity::warning, "state",
            fmt::format("{} blocks are not sealed; the newest sealed one is {}", open,
                facts.sealed ? fmt::to_string(facts.sealed->value) : "none")});
}

void find_disk(const MachineFacts& facts, StatusFindings& out)
{
    if (facts.disk_free && facts.disk_bytes &&
        *facts.disk_free / kFreePercentMin < *facts.disk_bytes / 100)
        out.push_back({errors::kDiskNearlyFull, Severity::warning, "disk",
            fmt::format("{} MB of {} MB are free ({})", *facts.disk_free / 1'000'000,
                *facts.disk_bytes / 1'000'000, in_percent(*facts.disk_free, *facts.disk_bytes))});
    if (facts.storage == StorageKind::memory)
        out.push_back({errors::kDataInMemory, Severity::warning, "disk",
            fmt::format("{} is on {}", facts.data_directory, facts.file_system)});
    if (facts.storage == StorageKind::network)
        out.push_back({errors::kDataOnNetwork, Severity::warning, "disk",
            fmt::format("{} is on {}", facts.data_directory, facts.file_system)});
}

void find_modes(const MachineFacts& facts, StatusFindings& out)
{
    constexpr std::uint32_t kOthers = 077;
    if (facts.key_mode && (*facts.key_mode & kOthers) != 0)
        out.push_back({errors::kKeyModes, Severity::error, "key",
            fmt::format("{} has mode {:04o}", facts.key_file.value_or(""), *facts.key_mode),
            "chmod 600 " + facts.key_file.value_or("")});
    if (facts.data_mode && (*facts.data_mode & kOthers) != 0)
        out.push_back({errors::kDataModes, Severity::warning, "disk",
            fmt::format("{} has mode {:04o}", facts.data_directory, *facts.data_mode),
            "chmod 700 " + facts.data_directory});
}

void find_limits(const MachineFacts& facts, StatusFindings& out)
{
    const auto wanted = facts.connections_max + kOpenFilesForTables;
    if (facts.open_files_max && *facts.open_files_max < wanted)
        out.push_back({errors::kFewOpenFiles, Severity::warning, "process",
            fmt::format("{} are allowed, {} may be wanted", *facts.open_files_max, wanted)});
    if (facts.core_dumps)
        out.push_back(
            {errors::kCoreDumps, Severity::warning, "process", "the limit of core dumps is not 0"});
}

void find_checkpoint(const MachineFacts& facts, StatusFindings& out)
{
    const auto every =
        facts.checkpoint_every > 0 ? facts.checkpoint_every : kCheckpointEveryMax / 2;
    const auto newest = facts.checkpoint ? facts.checkpoint->value : 0;
    const auto since = facts.height.value - std::min(newest, facts.height.value);
    if (since > 2 * every)
        out.push_back({errors::kCheckpointOld, Severity::warning, "state",
            facts.checkpoint
                ? fmt::format("{} blocks since the newest checkpoint, at {}", since, newest)
                : fmt::format("{} blocks, and no checkpoint yet", since)});
}

void find_backup(const BackupFacts& facts, LogTime now, StatusFindings& out)
{
    if (facts.unusable)
        return out.push_back({errors::kBackupUnusable, Severity::error, "backup", *facts.unusable,
            "engine backup --check " + facts.directory});
    if (!facts.made)
        return out.push_back({errors::kNoBackupYet, Severity::warning, "backup",
            "none was ever made to " + facts.directory});
    const auto age = now.value - facts.made->value;
    if (age > facts.hours_max * kHour)
        out.push_back({errors::kBackupOld, Severity::warning, "backup",
            fmt::format("the last one is {} old, the limit is {} h", hours_and_minutes(age),
                facts.hours_max)});
}
}  // namespace

bool has_error(const StatusFindings& findings)
{
    return std::any_of(findings.begin(), findings.end(),
        [](const StatusFinding& finding) { return finding.severity == Severity::error; });
}

StatusFindings node_findings(const NodeFacts& facts)
{
    StatusFindings out;
    if (facts.failed)
        out.push_back({errors::kNodeFailed, Severity::error, "node", "it has stopped itself"});
    if (!facts.has_room)
        out.push_back(
            {errors::kDiskFull, Severity::error, "log", "the disk is full: nothing is accepted"});
    if (facts.held)
        out.push_back({errors::kHeld, Severity::error, "log", *facts.held});
    if (facts.clock_stands)
        out.push_back({errors::kClockStands, Severity::error, "clock",
            "the machine's clock is far ahead of the log"});
    const auto behind = facts.log_time.value - facts.now.value;
    if (behind > kClockBehindMs)
        out.push_back({errors::kClockBehind, Severity::warning, "clock",
            fmt::format("the machine's clock is {} behind the log", hours_and_minutes(behind))});
    if (facts.stalled_ms > kStalledMs && facts.has_room && !facts.held && !facts.failed)
        out.push_back({errors::kLogStalls, Severity::error, "log",
            fmt::format("{} requests wait, and no block has become durable for {} s", facts.queued,
                facts.stalled_ms / kSecond)});
    find_unsealed(facts, out);
    return out;
}

StatusFindings effect_findings(const EffectFacts& facts)
{
    const auto& effects = facts.totals;
    StatusFindings out;
    if (effects.halted)
        out.push_back({errors::kHalted, Severity::error, "effects",
            "irrevocable effects are halted after a reorganisation below the window"});
    if (effects.halt_ordered)
        out.push_back({errors::kHaltOrdered, Severity::error, "effects",
            "an operator has ordered that irrevocable ones are halted"});
    if (effects.parked > 0)
        out.push_back({errors::kParked, Severity::error, "effects",
            fmt::format("{} are parked", effects.parked)});
    if (effects.pending > 0 && !facts.has_executor)
        out.push_back({errors::kNoExecutor, Severity::warning, "effects",
            fmt::format("{} wait, and no ledger is named", effects.pending)});
    if (facts.failing > 0)
        out.push_back({errors::kEffectTrouble, Severity::error, "effects",
            facts.failing == 1
                ? facts.failure
                : fmt::format("{} fail; one of them: {}", facts.failing, facts.failure),
            facts.failure_action});
    return out;
}

StatusFindings follower_findings(const FollowerFacts& facts)
{
    StatusFindings out;
    const auto find = [&out](const ErrorKind& kind, Severity severity, std::string what,
                          std::string action = {}) {
        out.push_back({kind, severity, "bitcoin", std::move(what), std::move(action)});
    };
    switch (facts.trouble)
    {
        case FollowerFacts::Trouble::none:
            break;
        case FollowerFacts::Trouble::away:
            find(errors::kBitcoinTrouble, Severity::error, facts.what, facts.action);
            break;
        case FollowerFacts::Trouble::lies:
            find(errors::kBitcoinLies, Severity::error, facts.what, facts.action);
            break;
        case FollowerFacts::Trouble::other_chain:
            find(errors::kWrongNetwork, Severity::error, facts.what, facts.action);
            break;
    }
    if (facts.blocks_are_regular && facts.quiet_ms > kChainQuietMs)
        find(errors::kBitcoinStale, Severity::error,
            fmt::format(
                "the node has named no other block for {}", hours_and_minutes(facts.quiet_ms)),
            "compare its tip with another node's: it may be cut off from its peers");
    if (facts.behind > 0)
        find(errors::kBitcoinStale, Severity::error,
            fmt::format("the node's best block is {} below the log's", facts.behind),
            "none if it is catching up or there is a reorganisation; otherwise its answers are "
            "old: "
            "compare its tip with another node's");
    if (facts.returns >= kReturnsMin)
        find(errors::kBitcoinFlaps, Severity::warning,
            fmt::format("the node went back {} times in {} to a block that it had left",
                facts.returns, hours_and_minutes(kReturnsWithinMs)));
    if (facts.is_syncing)
        find(errors::kBitcoinSyncing, Severity::warning,
            fmt::format(
                "the node is at block {} of at least {}", facts.height.value, facts.headers.value));
    return out;
}

StatusFindings logging_findings(std::uint64_t dropped)
{
    if (dropped == 0)
        return {};
    return {{errors::kLinesDropped, Severity::warning, "logging",
        fmt::format("{} log lines were dropped", dropped)}};
}

StatusFindings chain_findings(const ChainFacts& facts)
{
    StatusFindings out;
    if (!facts.tip_time)
        return out;
    const auto time = std::int64_t{facts.tip_time->value} * kSecond;
    const auto ahead = time - facts.now.value;
    if (ahead > kChainAheadMs)
        out.push_back({errors::kClockBehind, Severity::warning, "clock",
            fmt::format("the machine's clock is {} behind the newest Bitcoin block",
                hours_and_minutes(ahead))});
    if (facts.is_followed && facts.blocks_are_regular && -ahead > kChainQuietMs)
        out.push_back({errors::kBitcoinStale, Severity::warning, "bitcoin",
            fmt::format("block {} is {} old, and no other came", facts.height.value,
                hours_and_minutes(-ahead))});
    return out;
}

StatusFindings merged(const StatusFindings& findings)
{
    StatusFindings out;
    for (const auto& finding : findings)
    {
        const auto same = std::find_if(out.begin(), out.end(),
            [&](const auto& other) { return other.kind.code == finding.kind.code; });
        if (same == out.end())
        {
            out.push_back(finding);
            continue;
        }
        const bool is_graver =
            finding.severity == Severity::error && same->severity == Severity::warning;
        const auto other = is_graver ? std::exchange(*same, finding).what : finding.what;
        same->what += "; " + other;
    }
    return out;
}

StatusFindings machine_findings(const MachineFacts& facts)
{
    StatusFindings out;
    find_disk(facts, out);
    find_modes(facts, out);
    find_limits(facts, out);
    find_checkpoint(facts, out);
    if (facts.backup)
        find_backup(*facts.backup, facts.now, out);
    return out;
}
}  // namespace engine
