#pragma once

#include "engine/core/changes.hpp"
#include "engine/log/log.hpp"
#include "engine/runtime/config/error.hpp"
#include "engine/store/compare.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace engine
{
// Two replays against each other: `here` is the one that was asked for, `there` the other one.

/// Where two logs part. Recorded roots are what the log says; a replay with every root checked says
/// whether they are right.
struct LogFork
{
    struct Roots
    {
        LogHeight height;
        StateRoot here;
        StateRoot there;
    };

    /// The first height whose block is another one. Absent: the same blocks; then all else is
    /// absent.
    std::optional<LogHeight> block;
    /// The first height that both have rooted, with another root.
    std::optional<Roots> root;
};

/// Compares two logs up to a height that both have. Reads them from where they part.
Result<LogFork, OperatorError> compare_logs(
    const log::Log& here, const log::Log& there, LogHeight to);

/// A row that two states disagree about. Absent: that state has no such row.
struct DifferingRow
{
    TableId table;
    Bytes key;
    std::optional<Bytes> here;
    std::optional<Bytes> there;
    std::optional<EventPlace> written_here;  ///< The last event that wrote it, where it is known.
    std::optional<EventPlace> written_there;
};

struct StateComparison
{
    std::uint64_t rows = 0;           ///< Compared.
    std::uint64_t differing = 0;      ///< Of them.
    std::vector<DifferingRow> shown;  ///< The first of them by (table, key), up to the bound.
};

/// Compares two states row by row. Throws StoreFailure when a row can't be read.
StateComparison compare_states(
    const RowSource& there, const StateView& here, std::size_t shown_max);

/// Notes in a member of every row the last event that wrote it. For Refolder::on_event; the rows
/// outlive the observer.
std::function<void(EventPlace, const Changes&)> note_writers(
    std::vector<DifferingRow>& rows, std::optional<EventPlace> DifferingRow::*written);
}  // namespace engine
