#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/base/nearest.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/event_view.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/table.hpp"
#include "engine/codec/codec.hpp"
#include "engine/codec/json.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/log/marks.hpp"
#include "engine/log/reader.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <array>
#include <deque>

namespace engine::cli
{
namespace
{
constexpr std::array<std::string_view, 6> kModules{
    "engine", "access", "bitcoin", "outbox", "peg", "probe"};

struct BlockRow
{
    log::BlockHeader header;
    LogBlockHash hash;
    std::size_t bytes = 0;
};

// What was asked for.
struct Wanted
{
    LogHeight from;
    std::optional<LogHeight> to;
    std::optional<std::uint32_t> index;
    bool newest = false;  // The last ones, instead of the first.
    bool one = false;     // A single block or event, with everything.
    std::optional<std::string> module;
    std::size_t limit = 20;
};

class LogView
{
    const Options& m_options;
    std::ostream& m_out;
    std::ostream& m_err;
    PosixDisk m_disk;
    Wanted m_wanted;

public:
    LogView(const Options& options, std::ostream& out, std::ostream& err)
      : m_options{options}, m_out{out}, m_err{err}
    {}

    int run()
    {
        if (auto error = read_wanted())
            return fail(m_options, m_err, *error);
        auto reader = log::open_reader(m_disk, directory(), m_wanted.from);
        if (!reader)
            return failed(reader.error());
        if (m_wanted.one)
            return show_one(**reader);
        if (m_wanted.module)
            return show_events(**reader);
        return show_blocks(**reader);
    }

private:
    const std::string& directory() const { return m_options.config().data.directory; }

    int failed(const log::LogError& error) { return fail(m_options, m_err, from_log(error)); }

    std::optional<OperatorError> read_height(std::string_view flag, LogHeight& target)
    {
        const auto text = m_options.flag(flag);
        if (!text)
            return std::nullopt;
        const auto number = parse_number(*text);
        if (!number)
            return OperatorError{
                errors::kBadFlag, "--" + std::string{flag}, "\"" + *text + "\" is no height", {}};
        target = LogHeight{*number};
        return std::nullopt;
    }

    std::optional<OperatorError> read_wanted()
    {
        if (!m_disk.exists(log::log_directory(directory())))
            return OperatorError{errors::kNoLog, directory(), "it holds no log", {}};
        if (auto error = read_height("from", m_wanted.from))
            return error;
        LogHeight to, limit{m_wanted.limit};
        if (auto error = read_height("to", to))
            return error;
        if (m_options.has("to"))
            m_wanted.to = to;
        if (auto error = read_height("limit", limit))
            return error;
        m_wanted.limit = limit.value;
        m_wanted.module = m_options.flag("module");
        if (auto error = check_module())
            return error;
        return read_place();
    }

    std::optional<OperatorError> check_module() const
    {
        const auto& name = m_wanted.module;
        if (!name || std::find(kModules.begin(), kModules.end(), *name) != kModules.end())
            return std::nullopt;
        const auto meant = nearest(*name, kModules);
        return OperatorError{errors::kBadFlag, "--module", "\"" + *name + "\" is no module",
            (meant ? fmt::format("did you mean `{}`?   ", *meant) : "") +
                fmt::format("all modules: {}", fmt::join(kModules, ", "))};
    }

    std::optional<OperatorError> read_place()
    {
        const bool ranged = m_options.has("from") || m_options.has("to");
        if (m_options.arguments.empty())
        {
            m_wanted.newest = !ranged && !m_wanted.module;
            return m_wanted.newest ? find_newest() : std::nullopt;
        }
        const auto& text = m_options.arguments.front();
        const auto place = parse_place(text);
        if (!place)
            return OperatorError{errors::kBadArgument, text,
                "a place is a height, or a height and an index: 12 or 12.0", {}};
        if (ranged || m_wanted.module)
            return OperatorError{errors::kFlagConflict, text + " and --from, --to or --module",
                "one place, or a range", {}};
        m_wanted.from = place->height;
        m_wanted.index = place->index;
        m_wanted.one = true;
        return std::nullopt;
    }

    // The durable record is never ahead; what lies behind it is read and counted.
    std::optional<OperatorError> find_newest()
    {
        const auto record = log::read_durable(m_disk, log::log_directory(directory()));
        if (!record)
            return from_log(record.error());
        const auto height = record->newest ? record->newest->height.value : 0;
        m_wanted.from = LogHeight{height + 1 > m_wanted.limit ? height + 1 - m_wanted.limit : 0};
        return std::nullopt;
    }

    // Ends where the log ends or the range does.
    template <typename F>
    std::optional<log::LogError> for_each_block(log::BlockReader& reader, F&& visit)
    {
        while (true)
        {
            const auto block = reader.next();
            if (!block)
                return block.error();
            const bool past = *block && m_wanted.to && (*block)->height() > *m_wanted.to;
            if (*block == nullptr || past || !visit(**block))
                return std::nullopt;
        }
    }

    int show_blocks(log::BlockReader& reader)
    {
        std::deque<BlockRow> rows;
        const auto error = for_each_block(reader, [&](const log::BlockView& block) {
            rows.push_back({block.header(), block.hash(), block.bytes().size()});
            if (m_wanted.newest && rows.size() > m_wanted.limit)
                rows.pop_front();
            return m_wanted.newest || rows.size() < m_wanted.limit;
        });
        print_blocks(rows);
        return error ? failed(*error) : kExitYes;
    }

    void print_blocks(const std::deque<BlockRow>& rows)
    {
        if (m_options.json)
        {
            for (const auto& row : rows)
                write_line(m_out, header_to_json(row.header, row.hash));
            return;
        }
        Table table;
        table.column("height", Align::right).column("time").column("events", Align::right);
        table.column("size", Align::right)
            .column("rules", Align::right)
            .column("root")
            .column("hash");
        for (const auto& row : rows)
            table.add({grouped(row.header.height.value), time_in_words(row.header.time),
                grouped(row.header.event_count), bytes_in_words(row.bytes),
                std::to_string(row.header.rules_version.value), row.header.rooted ? "rooted" : "-",
                short_id(to_hex(row.hash.bytes), m_options.terminal.out_is_terminal)});
        table.write(m_out);
        if (!rows.empty() && m_wanted.newest && rows.front().header.height.value > 0)
            m_out << fmt::format("{} of {} blocks; earlier ones: engine log --from HEIGHT\n",
                rows.size(), grouped(rows.back().header.height.value + 1));
    }

    int show_events(log::BlockReader& reader)
    {
        Table table = event_table();
        std::size_t shown = 0;
        std::optional<OperatorError> bad;
        const auto error = for_each_block(reader, [&](const log::BlockView& block) {
            for (std::uint32_t i = 0; i < block.event_count() && shown < m_wanted.limit; ++i)
            {
                const auto event = decode_event(block.event(i));
                if (!event)
                {
                    bad = undecodable({block.height(), i}, event.error());
                    return false;
                }
                if (module_of(kind_name(event->body)) != *m_wanted.module)
                    continue;
                print_event_row(table, block, i, *event);
                ++shown;
            }
            return shown < m_wanted.limit;
        });
        if (!m_options.json)
            table.write(m_out);
        if (bad)
            return fail(m_options, m_err, *bad);
        return error ? failed(*error) : kExitYes;
    }

    static Table event_table()
    {
        Table table;
        table.column("place", Align::right).column("kind").column("author").column("verdict");
        table.column("effects", Align::right).column("size", Align::right);
        return table;
    }

    void print_event_row(
        Table& table, const log::BlockView& block, std::uint32_t index, const Event& event)
    {
        const EventPlace place{block.height(), index};
        const auto result = block.result(index);
        if (m_options.json)
        {
            write_line(m_out, event_to_json(place, event_hash(block.event(index)), result, event));
            return;
        }
        table.add({to_text(place), kind_name(event.body),
            author_in_words(event.author, m_options.terminal.out_is_terminal),
            verdict_in_words(result.verdict), std::to_string(result.effects),
            bytes_in_words(block.event(index).size())});
    }

    static OperatorError undecodable(EventPlace place, const Invalid& invalid)
    {
        return {errors::kUndecodable, "event " + to_text(place), invalid.what, {}};
    }

    int show_one(log::BlockReader& reader)
    {
        const auto next = reader.next();
        if (!next)
            return failed(next.error());
        if (*next == nullptr)
            return fail(m_options, m_err,
                {errors::kNoSuchHeight, "height " + grouped(m_wanted.from.value),
                    "the log ends before it", {}});
        const auto& block = **next;
        if (!m_wanted.index)
            return show_block(block);
        if (*m_wanted.index >= block.event_count())
            return fail(m_options, m_err,
                {errors::kNotFound, "event " + to_text({block.height(), *m_wanted.index}),
                    fmt::format("the block has {} events", block.event_count()),
                    "indices begin at 0"});
        return show_event(block, *m_wanted.index);
    }

    int show_event(const log::BlockView& block, std::uint32_t index)
    {
        const EventPlace place{block.height(), index};
        const auto event = decode_event(block.event(index));
        if (!event)
            return fail(m_options, m_err, undecodable(place, event.error()));
        const auto answer =
            event_to_json(place, event_hash(block.event(index)), block.result(index), *event);
        if (m_options.json)
        {
            write_line(m_out, answer);
            return kExitYes;
        }
        m_out << "event " << to_text(place) << "   " << kind_name(event->body) << "   "
              << verdict_in_words(block.result(index).verdict) << "   "
              << time_in_words(block.header().time) << "\n"
              << pretty(to_json(*event)) << "\n";
        return kExitYes;
    }

    int show_block(const log::BlockView& block)
    {
        if (m_options.json)
            return show_block_json(block);
        const auto& header = block.header();
        m_out << "block " << grouped(header.height.value) << "   " << time_in_words(header.time)
              << "   rules " << header.rules_version.value
              << (header.rooted ? "   rooted" : "   not rooted") << "\n"
              << "  hash      " << to_hex(block.hash().bytes) << "\n"
              << "  previous  " << to_hex(header.previous.bytes) << "\n";
        if (header.known_root)
            m_out << "  root      " << to_hex(header.known_root->root.bytes) << " of height "
                  << grouped(header.known_root->height.value) << "\n";
        m_out << "\n";
        Table table = event_table();
        for (std::uint32_t i = 0; i < block.event_count(); ++i)
        {
            const auto event = decode_event(block.event(i));
            if (!event)
                return fail(m_options, m_err, undecodable({block.height(), i}, event.error()));
            print_event_row(table, block, i, *event);
        }
        table.write(m_out);
        return kExitYes;
    }

    int show_block_json(const log::BlockView& block)
    {
        auto answer = header_to_json(block.header(), block.hash());
        json::array events;
        for (std::uint32_t i = 0; i < block.event_count(); ++i)
        {
            const auto event = decode_event(block.event(i));
            if (!event)
                return fail(m_options, m_err, undecodable({block.height(), i}, event.error()));
            events.push_back(event_to_json(
                {block.height(), i}, event_hash(block.event(i)), block.result(i), *event));
        }
        answer["events"] = std::move(events);
        write_line(m_out, answer);
        return kExitYes;
    }
};
}  // namespace

int run_log(const Options& options, std::ostream& out, std::ostream& err)
{
    return LogView{options, out, err}.run();
}
}  // namespace engine::cli
