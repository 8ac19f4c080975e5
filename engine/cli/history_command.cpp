#include "engine/cli/commands.hpp"
#include "engine/cli/fold_past.hpp"
#include "engine/cli/past_event.hpp"
#include "engine/cli/row_change.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/table.hpp"
#include "engine/cli/values.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <deque>

namespace engine::cli
{
namespace
{
struct Wanted
{
    const TableCodec* table = nullptr;
    Bytes key;
    LogHeight from;
    std::optional<LogHeight> to;
    std::size_t limit = 20;
};

Result<Wanted, OperatorError> read_wanted(const Options& options)
{
    const auto table = table_argument(options.arguments[0]);
    if (!table)
        return Failure{table.error()};
    const bool is_single = (*table)->key_members.empty();
    if (options.arguments.size() < 2 && !is_single)
        return Failure{OperatorError{errors::kBadArguments, options.arguments[0],
            "the table has more than one row", "name the row by its key"}};
    auto key = key_argument(**table, options.arguments.size() > 1 ? options.arguments[1] : "");
    const auto from = height_flag(options, "from"), to = height_flag(options, "to");
    const auto limit = limit_flag(options);
    if (!key)
        return Failure{key.error()};
    if (!from || !to)
        return Failure{from ? to.error() : from.error()};
    if (!limit)
        return Failure{limit.error()};
    if (*from && *to && **from > **to)
        return Failure{OperatorError{errors::kBadFlag, "--from and --to",
            fmt::format("{} is above {}", (*from)->value, (*to)->value), "begin below the end"}};
    return Wanted{*table, *std::move(key), from->value_or(LogHeight{0}), *to, *limit};
}

/// One writing of the row, as it was found.
struct Written
{
    EventPlace place;
    std::optional<Bytes> before;
    std::optional<Bytes> after;
};

/// The newest writings of a row, at most so many.
class Writings
{
    const Wanted& m_wanted;
    std::deque<Written> m_newest;
    std::uint64_t m_all = 0;

public:
    explicit Writings(const Wanted& wanted) : m_wanted{wanted} {}

    void add(EventPlace place, const Changes& changes)
    {
        const auto* change = changes.find(m_wanted.table->info.id, m_wanted.key);
        if (place.height < m_wanted.from || change == nullptr || change->is_none())
            return;
        const auto copy = [](const std::optional<ByteView>& row) {
            return row ? std::optional{Bytes{row->begin(), row->end()}} : std::nullopt;
        };
        m_newest.push_back({place, copy(change->before), copy(change->after)});
        ++m_all;
        if (m_newest.size() > m_wanted.limit)
            m_newest.pop_front();
    }

    const std::deque<Written>& newest() const { return m_newest; }
    std::uint64_t all() const { return m_all; }
};

struct Shown
{
    PastEvent event;
    RowChange change;
};

struct History
{
    std::string key;
    LogHeight to;
    std::uint64_t changes_all = 0;
    std::vector<Shown> shown;
};

json::object to_json(const Wanted& wanted, const History& history)
{
    json::object out;
    out["table"] = json::string{wanted.table->info.name};
    out["key"] = history.key;
    out["from"] = wanted.from.value;
    out["to"] = history.to.value;
    out["changes_all"] = history.changes_all;
    json::array changes;
    for (const auto& shown : history.shown)
    {
        json::object item{{"place", to_text(shown.event.place)},
            {"time_ms", shown.event.time.value}, {"kind", shown.event.kind}};
        add_change(item, shown.change);
        changes.push_back(std::move(item));
    }
    out["changes"] = std::move(changes);
    return out;
}

void print(const Options& options, const Wanted& wanted, const History& history, std::ostream& out)
{
    const auto all = history.changes_all;
    out << fmt::format("{}{}{}   {} change{} in heights {} to {}\n", wanted.table->info.name,
        history.key.empty() ? "" : " ", history.key, grouped(all), all == 1 ? "" : "s",
        grouped(wanted.from.value), grouped(history.to.value));
    Table table;
    table.column("").column("").column("").column("");
    for (const auto& shown : history.shown)
        table.add({fmt::format("{} {}", shown.change.sign, to_text(shown.event.place)),
            time_in_words(shown.event.time), shown.event.kind,
            change_in_words(shown.change, options.terminal.out_is_terminal)});
    table.write(out);
    if (all > history.shown.size())
        out << fmt::format("the newest {} of {}; earlier ones: --to {}, or --limit\n",
            history.shown.size(), grouped(all), history.shown.front().event.place.height.value);
}

Result<History, OperatorError> look(
    const FoldedPast& past, const Wanted& wanted, const Writings& writings)
{
    const auto key = wanted.table->key_to_text(wanted.key);
    History out{key ? *key : std::string{}, past.last, writings.all(), {}};
    for (const auto& written : writings.newest())
    {
        auto event = past_event(*past.log, written.place);
        if (!event)
            return Failure{event.error()};
        out.shown.push_back(
            {*std::move(event), row_change(wanted.table->info.id, written.before, written.after)});
    }
    return out;
}
}  // namespace

int run_history(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto wanted = read_wanted(options);
    if (!wanted)
        return fail(options, err, wanted.error());
    Writings writings{*wanted};
    PosixDisk disk;
    const bool from_nothing = wanted->from == LogHeight{0};
    const auto past = fold_past(options, disk, err,
        {.label = "history",
            .from = from_nothing ? std::nullopt : std::optional{LogHeight{wanted->from.value - 1}},
            .to = wanted->to,
            .on_event = [&](EventPlace place, const Changes& changes) {
                writings.add(place, changes);
            }});
    if (!past)
        return fail(options, err, past.error());
    const auto history = look(*past, *wanted, writings);
    if (!history)
        return fail(options, err, history.error());
    if (options.json)
        write_line(out, to_json(*wanted, *history));
    else
        print(options, *wanted, *history, out);
    return history->changes_all > 0 ? kExitYes : kExitNo;
}
}  // namespace engine::cli
