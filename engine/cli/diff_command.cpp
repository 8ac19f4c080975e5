#include "engine/cli/commands.hpp"
#include "engine/cli/fold_past.hpp"
#include "engine/cli/past_event.hpp"
#include "engine/cli/row_change.hpp"
#include "engine/cli/row_diff.hpp"
#include "engine/cli/row_text.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/table.hpp"
#include "engine/cli/values.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

namespace engine::cli
{
namespace
{
constexpr std::size_t kHeldBytesMax = std::size_t{64} << 20;

struct Wanted
{
    LogHeight from;
    LogHeight to;
    const TableCodec* table = nullptr;
    Bytes from_key;
    std::size_t limit = 20;
};

Result<Wanted, OperatorError> read_wanted(const Options& options)
{
    Wanted out;
    const auto from = height_argument(options.arguments[0]);
    const auto to = height_argument(options.arguments[1]);
    const auto limit = limit_flag(options);
    if (!from || !to)
        return Failure{from ? to.error() : from.error()};
    if (!limit)
        return Failure{limit.error()};
    if (*from > *to)
        return Failure{
            OperatorError{errors::kBadArgument, fmt::format("{} {}", from->value, to->value),
                "the first height is above the second", "name the earlier height first"}};
    out.from = *from;
    out.to = *to;
    out.limit = *limit;
    if (options.arguments.size() > 2)
    {
        const auto table = table_argument(options.arguments[2]);
        if (!table)
            return Failure{table.error()};
        out.table = *table;
    }
    const auto key = options.flag("from");
    if (!key)
        return out;
    if (!out.table)
        return Failure{OperatorError{
            errors::kBadFlag, "--from", "a key belongs to a table", "name the table, too"}};
    auto encoded = key_argument(*out.table, *key);
    if (!encoded)
        return Failure{encoded.error()};
    out.from_key = *std::move(encoded);
    return out;
}

struct Counts
{
    std::uint64_t changed = 0;
    std::uint64_t added = 0;
    std::uint64_t removed = 0;

    void count(const RowDiff::Row& row)
    {
        ++(!row.before ? added : !row.after ? removed : changed);
    }
};

struct ShownRow
{
    TableId table;
    std::string key;
    RowChange change;
    PastEvent event;
};

struct Differences
{
    std::map<TableId, Counts> tables;
    Counts all;
    std::vector<ShownRow> shown;
    std::optional<RowDiff::RowKey> next;
    bool is_complete = true;  ///< Every row that differs was counted.
};

Result<Differences, OperatorError> look(const log::Log& log, const RowDiff& diff, std::size_t limit)
{
    Differences out;
    out.next = diff.given_up_from();
    out.is_complete = !out.next;
    for (const auto& [key, row] : diff.rows())
    {
        out.tables[key.first].count(row);
        out.all.count(row);
        if (out.shown.size() == limit)
        {
            if (!out.next || key < *out.next)
                out.next = key;
            continue;
        }
        auto event = past_event(log, row.written);
        if (!event)
            return Failure{event.error()};
        out.shown.push_back({key.first, key_text(key.first, key.second),
            row_change(key.first, row.before, row.after), *std::move(event)});
    }
    return out;
}

void add_counts(json::object& out, const Counts& counts)
{
    out["changed"] = counts.changed;
    out["added"] = counts.added;
    out["removed"] = counts.removed;
}

json::object to_json(const Wanted& wanted, const Differences& differences)
{
    json::object out;
    out["from"] = wanted.from.value;
    out["to"] = wanted.to.value;
    add_counts(out, differences.all);
    out["complete"] = differences.is_complete;
    json::array tables, rows;
    for (const auto& [id, counts] : differences.tables)
    {
        json::object table{{"table", table_name(id)}};
        add_counts(table, counts);
        tables.push_back(std::move(table));
    }
    for (const auto& row : differences.shown)
    {
        json::object item{{"table", table_name(row.table)}, {"key", row.key}};
        add_change(item, row.change);
        item["place"] = to_text(row.event.place);
        item["time_ms"] = row.event.time.value;
        item["kind"] = row.event.kind;
        rows.push_back(std::move(item));
    }
    out["tables"] = std::move(tables);
    out["rows"] = std::move(rows);
    out["next"] = nullptr;
    if (differences.next)
        out["next"] = json::object{{"table", table_name(differences.next->first)},
            {"key", key_text(differences.next->first, differences.next->second)}};
    return out;
}

std::string in_words(const Counts& counts)
{
    return fmt::format("{} changed, {} added, {} removed", grouped(counts.changed),
        grouped(counts.added), grouped(counts.removed));
}

void print_table(
    const Options& options, const Differences& differences, TableId id, std::ostream& out)
{
    Table table;
    table.column("").column("").column("").column("");
    for (const auto& row : differences.shown)
    {
        if (row.table == id)
            table.add({fmt::format("{} {}", row.change.sign, row.key),
                change_in_words(row.change, options.terminal.out_is_terminal),
                to_text(row.event.place), row.event.kind});
    }
    out << "\n" << table_name(id) << "   " << in_words(differences.tables.at(id)) << "\n";
    table.write(out);
}

void print(
    const Options& options, const Wanted& wanted, const Differences& differences, std::ostream& out)
{
    out << fmt::format("heights {} to {}   {}{}\n", grouped(wanted.from.value),
        grouped(wanted.to.value), differences.is_complete ? "" : "at least ",
        in_words(differences.all));
    for (const auto& [id, counts] : differences.tables)
        print_table(options, differences, id, out);
    if (differences.next)
        out << fmt::format("\nmore: engine diff {} {} {} --from {}\n", wanted.from.value,
            wanted.to.value, table_name(differences.next->first),
            key_text(differences.next->first, differences.next->second));
}
}  // namespace

int run_diff(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto wanted = read_wanted(options);
    if (!wanted)
        return fail(options, err, wanted.error());
    RowDiff diff{wanted->table ? std::optional{wanted->table->info.id} : std::nullopt,
        wanted->from_key, kHeldBytesMax};
    PosixDisk disk;
    const auto past = fold_past(options, disk, err,
        {.label = "diff",
            .from = wanted->from,
            .to = wanted->to,
            .on_event = [&](EventPlace place, const Changes& changes) {
                if (place.height > wanted->from)
                    diff.add(place, changes);
            }});
    if (!past)
        return fail(options, err, past.error());
    diff.finish();
    const auto differences = look(*past->log, diff, wanted->limit);
    if (!differences)
        return fail(options, err, differences.error());
    if (options.json)
        write_line(out, to_json(*wanted, *differences));
    else
        print(options, *wanted, *differences, out);
    return kExitYes;
}
}  // namespace engine::cli
