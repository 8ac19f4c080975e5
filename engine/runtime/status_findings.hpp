#pragma once

#include "engine/base/types.hpp"
#include "engine/domain/outbox/state.hpp"
#include "engine/runtime/config/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What an operator should know of a running node. Functions of facts alone, so that each finding
/// has a row in a table of tests; who gathers the facts is elsewhere.
namespace engine
{
enum class Severity : std::uint8_t
{
    warning,  ///< Should be looked at. The node does all that it should.
    error,    ///< The node does not do what it should, or is about to stop: `engine status` ends
              ///< with 1.
};

constexpr std::string_view name(Severity severity)
{
    return severity == Severity::error ? "error" : "warning";
}

struct StatusFinding
{
    ErrorKind kind;  ///< Its code; why it matters; what to do where `action` is empty.
    Severity severity = Severity::error;
    std::string part;  ///< "log", "disk", "bitcoin": the line of the status that it is about.
    std::string what;  ///< This case, with its numbers.
    std::string action = {};

    std::string_view what_to_do() const { return action.empty() ? kind.remedy : action; }
};

using StatusFindings = std::vector<StatusFinding>;

bool has_error(const StatusFindings& findings);

/// What the sequencer knows of itself.
struct NodeFacts
{
    bool failed = false;
    bool has_room = true;
    bool clock_stands = false;
    std::optional<std::string> held;
    LogHeight height;
    LogTime log_time;
    LogTime now;
    std::optional<LogHeight> sealed;
    std::uint64_t queued = 0;
    std::int64_t stalled_ms = 0;  ///< For how long requests wait while the log does not move.
};
StatusFindings node_findings(const NodeFacts& facts);

/// What the rules know of effects, and how who carries them out fares.
struct EffectFacts
{
    outbox::Totals totals;
    bool has_executor = true;
    std::size_t failing = 0;
    std::string failure = {};         ///< Of one of those that fail.
    std::string failure_action = {};  ///< What to do about it.
};
StatusFindings effect_findings(const EffectFacts& facts);

/// What the chain that was folded says of the clock, and of its source.
struct ChainFacts
{
    bool is_followed = false;
    bool blocks_are_regular = false;  ///< Not on regtest.
    ChainHeight height;
    std::optional<ChainTime> tip_time;
    LogTime now;
};
StatusFindings chain_findings(const ChainFacts& facts);

/// How long a return of the node to a block that it had left counts, in milliseconds.
inline constexpr std::int64_t kReturnsWithinMs = 600'000;

/// What the Bitcoin node that is followed looks like from here.
struct FollowerFacts
{
    enum class Trouble : std::uint8_t
    {
        none,
        away,         ///< It gives no answer, or can't give this one.
        lies,         ///< Its answers can't be true, or are none.
        other_chain,  ///< It is on another chain than the log.
    };

    Trouble trouble = Trouble::none;
    std::string what = {};            ///< Of the trouble.
    std::string action = {};          ///< What to do about it.
    bool blocks_are_regular = false;  ///< Not on regtest.
    std::int64_t quiet_ms = 0;        ///< Since it last named another best block.
    std::uint32_t behind = 0;         ///< Blocks that its best one is below the log's.
    std::uint32_t returns = 0;  ///< How often lately it went back to a block that it had left.
    bool is_syncing = false;
    ChainHeight height;
    ChainHeight headers;
};
StatusFindings follower_findings(const FollowerFacts& facts);

/// Of log lines that were dropped since the start.
StatusFindings logging_findings(std::uint64_t dropped);

/// One finding for each code: the gravest, with what the others say.
StatusFindings merged(const StatusFindings& findings);

enum class StorageKind : std::uint8_t
{
    disk,
    memory,
    network,
};

/// What there is of the backup at backup.directory.
struct BackupFacts
{
    std::string directory;
    std::optional<LogTime> made;          ///< Nothing: there is none, or it can't be used.
    std::optional<std::string> unusable;  ///< Why, if so.
    std::int64_t hours_max = 24;
};

/// What the machine says. What is not known is left out.
struct MachineFacts
{
    std::string data_directory;
    std::optional<std::uint64_t> disk_free;
    std::optional<std::uint64_t> disk_bytes;
    std::string file_system;  ///< "ext4"
    StorageKind storage = StorageKind::disk;
    std::optional<std::string> key_file;
    std::optional<std::uint32_t> key_mode;
    std::optional<std::uint32_t> data_mode;
    std::optional<std::uint64_t> open_files_max;
    std::uint64_t connections_max = 0;
    bool core_dumps = false;  ///< One would be written.
    std::optional<LogHeight> checkpoint;
    std::uint64_t checkpoint_every = 0;
    LogHeight height;
    std::optional<BackupFacts> backup;
    LogTime now;
};
StatusFindings machine_findings(const MachineFacts& facts);
}  // namespace engine
