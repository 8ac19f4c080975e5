#pragma once

#include "engine/log/log.hpp"
#include "engine/ports/executor.hpp"
#include "engine/runtime/config/error.hpp"
#include "engine/runtime/read_ahead.hpp"
#include "engine/runtime/refolder.hpp"
#include "engine/runtime/rooted_block.hpp"
#include "engine/store/live_state.hpp"
#include "engine/store/state_store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace engine
{
/// Told after every block of a long fold: how far it is, in bytes of the log.
using OnProgress = std::function<void(const log::Progress&, const Refolder&)>;

/// A recorded state root that the fold doesn't bear out.
struct RootDifference
{
    LogHeight height;       ///< Whose root it is.
    LogHeight recorded_in;  ///< The block whose header records it.
    StateRoot recorded;
    StateRoot computed;
};

/// What the log says and the fold doesn't bear out, for those who want to know all of it.
struct Findings
{
    std::optional<Finding> fold;  ///< What ended the fold.
    std::vector<RootDifference> roots;
};

struct CatchUpOptions
{
    std::size_t memory_bytes_max = std::size_t{1} << 30;  ///< And what memory_plan makes of it.
    std::size_t flush_rows = 262'144;
    std::uint64_t hash_seed = 0;

    /// Blocks above this height are validated again: no seal vouches for them. Nothing: all are.
    std::optional<LogHeight> sealed;

    /// Checks every root that the log recorded, not the newest alone. Costs hashing.
    bool every_root = false;
    bool validate_all = false;
    bool laws = false;

    /// The last height to fold. Nothing: to the end of the log.
    std::optional<LogHeight> to;

    /// Reads, checks, decodes and hashes beside the fold. Without one all is done in turn, with the
    /// same result.
    Executor* executor = nullptr;
    ReadAheadOptions ahead = {};

    /// Sees what each event changes.
    std::function<void(EventPlace, const Changes&)> on_event = nullptr;

    /// Who is told of findings: then a root that differs doesn't end the fold.
    Findings* findings = nullptr;
};

/// The live state of a log, folded to a height, over the state on disk that it began from.
struct CaughtUp
{
    std::unique_ptr<LiveState> state;
    std::unique_ptr<Refolder> folded;
    RootedBlock root;  ///< The newest rooted height at or below the end.
    std::uint64_t roots_checked = 0;
};

/// Folds what the log has beyond the state in the store: start-up, `replay` and `show --at`.
///
/// The store may be empty; then everything is folded. Rows are flushed on the way, at rooted
/// heights, so that memory stays within its bound. The first thing that the rules don't bear out
/// ends it: an error that names height, event, and what is recorded and computed. First is first in
/// the log, whatever was done ahead. May wait for the executor: not to be called from a task.
Result<CaughtUp, OperatorError> catch_up(const log::Log& log, StateStore& store,
    const CatchUpOptions& options, const OnProgress& on_progress = nullptr);

/// The constants of a log and its id.
Result<LogIdentity, OperatorError> identify(const log::Log& log);

OperatorError from_log(const log::LogError& error);
OperatorError from_store(const StoreError& error);
OperatorError from_finding(const Finding& finding);
}  // namespace engine
