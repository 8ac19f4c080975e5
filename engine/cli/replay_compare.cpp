#include "engine/cli/replay_compare.hpp"

#include "engine/base/hex.hpp"
#include "engine/cli/genesis_pin.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/row_text.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/runtime/compare_replays.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/store/checkpoint.hpp"
#include "engine/store/memory_plan.hpp"

#include <fmt/format.h>

namespace engine::cli
{
namespace
{
/// Two replays may be in memory at once: each gets half of what one may take.
Options halved(Options options, const std::string& directory)
{
    options.settings.config.data.directory = directory;
    options.settings.config.state.memory_bytes /= 2;
    return options;
}

std::string place_text(const EventPlace& place)
{
    return fmt::format("{}.{}", place.height.value, place.index);
}

json::value written_json(const std::optional<EventPlace>& place)
{
    return place ? json::value(json::string{place_text(*place)}) : json::value(nullptr);
}

/// What came out of a comparison at a height.
struct Compared
{
    std::string with;
    LogHeight height;
    GenesisId genesis;            ///< Of the log here.
    std::optional<LogFork> fork;  ///< Of two logs.
    StateComparison states;

    bool is_equal() const { return states.differing == 0 && !(fork && fork->block); }
};

json::object to_json(const Options& options, const Compared& compared)
{
    json::object out;
    out["genesis"] = to_hex(compared.genesis.bytes);
    out["genesis_pinned"] = options.has("genesis");
    out["with"] = json::string{compared.with};
    out["height"] = compared.height.value;
    out["equal"] = compared.is_equal();
    out["first_block"] = nullptr;
    out["first_root"] = nullptr;
    if (compared.fork && compared.fork->block)
        out["first_block"] = compared.fork->block->value;
    if (compared.fork && compared.fork->root)
    {
        const auto& root = *compared.fork->root;
        out["first_root"] = json::object{{"height", root.height.value},
            {"here", to_hex(root.here.bytes)}, {"there", to_hex(root.there.bytes)}};
    }
    out["rows"] = compared.states.rows;
    out["rows_differing"] = compared.states.differing;
    json::array rows;
    for (const auto& row : compared.states.shown)
    {
        json::object item;
        item["table"] = json::string{table_name(row.table)};
        item["key"] = json::string{key_text(row.table, row.key)};
        item["here"] = row_json(row.table, row.here);
        item["there"] = row_json(row.table, row.there);
        item["written_here"] = written_json(row.written_here);
        item["written_there"] = written_json(row.written_there);
        rows.push_back(std::move(item));
    }
    out["differences"] = std::move(rows);
    return out;
}

void print_side(std::ostream& out, std::string_view side, TableId table,
    const std::optional<Bytes>& row, const std::optional<EventPlace>& written)
{
    out << fmt::format("    {:<7} {}{}\n", side,
        row ? json::serialize(row_json(table, row)) : std::string{"no row"},
        written ? "   last written by event " + place_text(*written) : std::string{});
}

void print_fork(const LogFork& fork, std::ostream& out)
{
    if (!fork.block)
    {
        out << "  blocks   the same\n";
        return;
    }
    out << fmt::format("  blocks   other ones from height {} on\n", grouped(fork.block->value));
    if (!fork.root)
        out << "  roots    none that both have recorded differs\n";
    else
        out << fmt::format(
            "  roots    first differ at height {}\n           here    {}\n"
            "           there   {}\n",
            grouped(fork.root->height.value), to_hex(fork.root->here.bytes),
            to_hex(fork.root->there.bytes));
}

void print(const Options& options, const Compared& compared, std::ostream& out)
{
    out << fmt::format("compared with {} at height {}   {}\n", compared.with,
        grouped(compared.height.value),
        compared.is_equal() ? painted(options.terminal, Tone::good, "EQUAL")
                            : painted(options.terminal, Tone::bad, "DIFFERENT"));
    out << "  " << genesis_text(options, compared.genesis) << "\n";
    if (compared.fork)
        print_fork(*compared.fork, out);
    const auto& states = compared.states;
    out << fmt::format("  rows     {} compared, {} differ{}\n", grouped(states.rows),
        grouped(states.differing), states.differing == 1 ? "s" : "");
    for (const auto& row : states.shown)
    {
        const auto key = key_text(row.table, row.key);
        out << fmt::format("  {}{}{}\n", table_name(row.table), key.empty() ? "" : " ", key);
        print_side(out, "here", row.table, row.here, row.written_here);
        print_side(out, "there", row.table, row.there, row.written_there);
    }
    if (states.differing > states.shown.size())
        out << fmt::format(
            "  and {} more: --limit shows more\n", grouped(states.differing - states.shown.size()));
}

/// Folds once more from nothing, to see which events wrote the rows that differ.
std::optional<OperatorError> name_writers(const Options& options, PosixDisk& disk,
    std::ostream& err, LogHeight to, std::vector<DifferingRow>& rows,
    std::optional<EventPlace> DifferingRow::*written)
{
    if (rows.empty())
        return std::nullopt;
    const auto past = fold_past(options, disk, err,
        {.label = "writers",
            .from = std::nullopt,
            .to = to,
            .on_event = note_writers(rows, written)});
    return past ? std::nullopt : std::optional{past.error()};
}

using Answer = Result<Compared, OperatorError>;

/// Both logs are replayed, to a height that both have.
Answer with_log(const Options& options, PosixDisk& disk, std::ostream& err,
    const FoldWanted& wanted, const std::string& directory)
{
    const auto ours = halved(options, options.config().data.directory);
    const auto theirs = halved(options, directory);
    auto end = wanted.to;
    for (const auto* side : {&ours, &theirs})
    {
        const auto log = LogFiles::open(disk, side->config().data.directory);
        if (!log)
            return Failure{from_log(log.error())};
        if (!wanted.to)
            end = std::min((*log)->tip()->header.height, end.value_or(LogHeight{UINT64_MAX}));
    }
    auto part = wanted;
    part.to = end;
    const auto here = fold_past(ours, disk, err, part);
    if (!here)
        return Failure{here.error()};
    part.label += " there";
    part.pinned.reset();  // Which log is meant is said of the one here.
    const auto there = fold_past(theirs, disk, err, part);
    if (!there)
        return Failure{there.error()};

    Compared out{directory, *end, here->genesis, {}, {}};
    const auto fork = compare_logs(*here->log, *there->log, *end);
    if (!fork)
        return Failure{fork.error()};
    out.fork = *fork;
    // The newest root is in no header yet.
    const auto& ended = here->caught_up.root;
    const auto& other = there->caught_up.root;
    if (fork->block && !fork->root && ended.height == other.height && ended.root != other.root)
        out.fork->root = LogFork::Roots{ended.height, ended.root, other.root};
    out.states = compare_states(
        ViewSource{*there->caught_up.state}, *here->caught_up.state, wanted.rows_shown);
    auto& rows = out.states.shown;
    if (auto error = name_writers(ours, disk, err, *end, rows, &DifferingRow::written_here))
        return Failure{*std::move(error)};
    if (auto error = name_writers(theirs, disk, err, *end, rows, &DifferingRow::written_there))
        return Failure{*std::move(error)};
    return out;
}

/// The log is replayed to the height that the other state stands at.
Answer with_state(const Options& options, PosixDisk& disk, std::ostream& err,
    const FoldWanted& wanted, const std::string& directory)
{
    if (!disk.exists(directory))
        return Failure{OperatorError{errors::kBadFlag, "--compare", directory + " is not there",
            "name a data directory, a state or a checkpoint"}};
    const bool is_checkpoint = disk.exists(directory + "/" + kCheckpointManifest);
    const auto caches = memory_plan(options.config().state.memory_bytes).store({.read_only = true});
    const auto state = is_checkpoint ? open_checkpoint(disk, directory, caches)
                                     : StateStore::open(disk, directory, caches);
    if (!state)
        return Failure{from_store(state.error())};
    const auto mark = (*state)->stands_at();
    if (!mark)
        return Failure{OperatorError{errors::kStateFailed, directory, "the state is empty", {}}};
    if (wanted.to && *wanted.to != mark->height)
        return Failure{OperatorError{errors::kBadFlag, "--to-height",
            fmt::format("the state of {} stands at height {}", directory, mark->height.value),
            "leave it out"}};
    auto part = wanted;
    part.to = mark->height;
    const auto here = fold_past(options, disk, err, part);
    if (!here)
        return Failure{here.error()};
    Compared out{directory, mark->height, here->genesis, {}, {}};
    out.states = compare_states(**state, *here->caught_up.state, wanted.rows_shown);
    if (auto error = name_writers(
            options, disk, err, mark->height, out.states.shown, &DifferingRow::written_here))
        return Failure{*std::move(error)};
    return out;
}
}  // namespace

int compare_replays(const Options& options, std::ostream& out, std::ostream& err,
    const FoldWanted& wanted, const std::string& directory)
try
{
    PosixDisk disk;
    if (!disk.exists(log::log_directory(options.config().data.directory)))
        return fail(
            options, err, {errors::kNoLog, options.config().data.directory, "it holds no log", {}});
    const auto compared = disk.exists(log::log_directory(directory))
                              ? with_log(options, disk, err, wanted, directory)
                              : with_state(options, disk, err, wanted, directory);
    if (!compared)
        return fail(options, err, compared.error());
    if (options.json)
        write_line(out, to_json(options, *compared));
    else
        print(options, *compared, out);
    return compared->is_equal() ? kExitYes : kExitNo;
}
catch (const StoreFailure& failure)
{
    return fail(options, err, from_store(failure.error()));
}
}  // namespace engine::cli
