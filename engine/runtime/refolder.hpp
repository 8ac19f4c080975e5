#pragma once

#include "engine/core/outcome.hpp"
#include "engine/runtime/changed_rows.hpp"
#include "engine/runtime/checked_block.hpp"
#include "engine/store/live_state.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace engine
{
/// How far a refold looks.
struct RefoldOptions
{
    bool validate = false;  ///< Re-check encodings, proofs of work, branches and signatures.
    bool laws = true;       ///< Ask every law about every block.
    std::size_t changed_rows_max = kChangedRowsMax;  ///< Less: for tests alone.
};

/// The log time after a rooted block within which the next one has to follow, in milliseconds.
inline constexpr std::int64_t kRootedEveryMs = 10'000;

/// Folds recorded blocks onto a state, in order, and compares what comes out with what was
/// recorded: the only reader of history. Start-up, replay, verify and `show --at` all use it.
class Refolder
{
    LiveState& m_state;
    RefoldOptions m_options;
    std::optional<log::BlockHeader> m_last;  // Of the last folded block.
    LogBlockHash m_last_hash;
    LogIdentity m_identity;
    std::optional<LogHeight> m_last_rooted;
    LogTime m_rooted_time;  // Of the last rooted block.
    ChangedRows m_changed;  // Since then.
    std::optional<log::KnownRoot> m_known;
    std::uint64_t m_events = 0;
    std::vector<Law> m_laws;
    BlockChecker m_checker;
    CheckedBlock m_checked;
    Outcome m_outcome;
    Changes m_changes;
    std::function<void(EventPlace, const Changes&)> m_on_event;

public:
    /// Onto an empty state: the first block must be block 0.
    Refolder(LiveState& state, RefoldOptions options);

    /// Onto a state that stands after `last`. Block 0 is needed for its constants.
    Refolder(LiveState& state, RefoldOptions options, const log::BlockView& block_0,
        const log::BlockHeader& last, const LogBlockHash& last_hash);

    /// Shows what each event changes, as it is folded.
    void on_event(std::function<void(EventPlace, const Changes&)> observer)
    {
        m_on_event = std::move(observer);
    }

    /// Folds the next block. A finding leaves the state as it was; an exception, one of no use.
    std::optional<Finding> fold(const log::BlockView& block);

    /// The same with a block that was checked already, as closely as the caller wants it.
    std::optional<Finding> fold(const log::BlockView& block, const CheckedBlock& checked);

    /// The height that comes next.
    LogHeight next_height() const;

    const GenesisId& genesis_id() const { return m_identity.id; }
    const Genesis& constants() const { return m_identity.genesis; }
    const std::optional<log::BlockHeader>& last() const { return m_last; }
    const LogBlockHash& last_hash() const { return m_last_hash; }
    std::optional<LogHeight> last_rooted() const { return m_last_rooted; }
    LogTime rooted_time() const { return m_rooted_time; }
    std::optional<log::KnownRoot> known_root() const { return m_known; }
    std::uint64_t events() const { return m_events; }

    /// The net changes of the last folded block.
    const Changes& changes() const { return m_changes; }

private:
    std::optional<Finding> check_header(const log::BlockHeader& header) const;
    std::optional<Finding> check_known_root(const log::BlockHeader& header) const;
    std::optional<Finding> fold_events(const log::BlockView& block, const CheckedBlock& checked);
    std::optional<Finding> fold_event(
        const log::BlockView& block, std::uint32_t index, const CheckedBlock& checked);
    std::optional<Finding> check_changed_rows(const log::BlockHeader& header);
    std::optional<Finding> check_laws(LogHeight height) const;
    void adopt(const log::BlockView& block, const LogBlockHash& hash);
};

/// The constants of a log: its first event. Nothing if that is no genesis event.
std::optional<Genesis> genesis_of(const log::BlockView& block_0);
}  // namespace engine
