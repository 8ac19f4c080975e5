#include "engine/runtime/verify_state.hpp"

#include "engine/base/hex.hpp"
#include "engine/runtime/verify_row_history.hpp"
#include "engine/runtime/verify_rows.hpp"
#include "engine/store/full_root.hpp"
#include "engine/store/memory_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine
{
namespace
{
/// A row that differs, kept for naming the events that wrote it.
struct DifferingRow
{
    TableId table;
    Bytes key;
    std::size_t difference = 0;  ///< Its place in the report.
};

Difference of_mark(
    LogHeight height, std::string what, std::string stored = {}, std::string computed = {})
{
    Difference out;
    out.where = fmt::format("height {}", height.value);
    out.what = std::move(what);
    out.stored = std::move(stored);
    out.computed = std::move(computed);
    out.height = height;
    return out;
}

/// Folds from nothing to a height into a scratch state, with bounded memory, and shows each event.
std::optional<std::string> fold_watching(
    const VerifyInputs& inputs, LogHeight to, Writers& writers, RowHistory& history)
{
    const auto scratch = inputs.make_scratch();
    if (!scratch)
        return scratch.error().why;
    auto& store = **scratch;
    LiveState state{
        Modules::tables(), &store, {.memory_bytes_max = inputs.memory_bytes_max, .complete = true}};
    const auto plan = memory_plan(inputs.memory_bytes_max);
    Refolder folded{state, {.validate = false, .laws = false}};
    folded.on_event(
        [&](EventPlace place, const Changes& changes) { writers.note(place, changes); });
    const auto reader = inputs.log.reader(LogHeight{0});
    while (folded.next_height() <= to)
    {
        const auto block = reader->next();
        if (!block || *block == nullptr)
            return "the log can't be read again";
        if (const auto finding = folded.fold(**block))
            return to_string(*finding);
        const auto& header = (*block)->header();
        history.note(header.height, state);
        const auto progress = reader->progress();
        if (inputs.on_progress)
            inputs.on_progress(
                {"writers", progress.bytes_done, progress.bytes_total, header.height});
        if (!header.rooted || (state.dirty_rows() < CatchUpOptions{}.flush_rows &&
                                  state.dirty_bytes() < plan.flush_bytes))
            continue;
        if (const auto taken = store.take(state.freeze(header.height)); !taken)
            return taken.error().why;
        if (const auto flushed = store.flush(header.height, folded.last_hash()); !flushed)
            return flushed.error().why;
        state.flushed(header.height);
    }
    return std::nullopt;
}

std::string writers_text(
    std::span<const EventPlace> writers, std::span<const RootedInterval> suspects)
{
    if (writers.empty())
        return "no event wrote this row";
    for (const auto& interval : suspects)
    {
        std::vector<EventPlace> within;
        std::copy_if(
            writers.begin(), writers.end(), std::back_inserter(within), [&](EventPlace place) {
                return place.height >= interval.first() && place.height <= interval.last;
            });
        if (!within.empty())
            return fmt::format(
                "written by {}, in the interval whose root differs ({}), {} of the "
                "{} that wrote it",
                places_text(within), to_string(interval), within.size(), writers.size());
    }
    const auto& last = writers.back();
    return fmt::format(
        "last written by event {}.{}, one of {}", last.height.value, last.index, writers.size());
}

std::string history_text(const RowHistory::Answer& answer)
{
    if (answer.looked_at == 0)
        return {};
    const auto of = fmt::format(
        "{} checkpoint{} looked at", answer.looked_at, answer.looked_at == 1 ? "" : "s");
    return answer.right ? fmt::format("; first wrong after height {} ({})", answer.right->value, of)
                        : fmt::format("; wrong in every checkpoint ({})", of);
}

class StateLayer
{
    const VerifyInputs& m_in;
    const LogReading& m_reading;
    LayerReport m_report;
    std::vector<DifferingRow> m_rows;

public:
    StateLayer(const VerifyInputs& inputs, const LogReading& reading)
      : m_in{inputs}, m_reading{reading}
    {
        m_report.layer = Layer::state;
        m_report.verdict = LayerReport::Verdict::ok;
    }

    LayerReport run(const CaughtUp& refolded, std::span<const RootedInterval> suspects)
    try
    {
        const auto mark = *m_in.stored->stands_at();
        const auto tables = Modules::tables();
        const auto rows = compare(*m_in.stored, *refolded.state, tables,
            [&](const RowDifference& row) { return add(row); });
        check_mark(mark, refolded);
        check_files();
        rows_give(mark);
        name_writers(mark.height, suspects);
        m_report.looked_at = fmt::format("{} rows at height {}", rows, mark.height.value);
        return std::move(m_report);
    }
    catch (const StoreFailure& failure)
    {
        return unreadable(failure.error());
    }

    LayerReport run_alone(const std::string& why)
    try
    {
        const auto mark = *m_in.stored->stands_at();
        check_mark_alone(mark);
        check_files();
        if (!rows_give(mark))
            name_rows_against_tree();
        const bool differs = m_report.differences_all > 0;
        m_report.looked_at = fmt::format("the state of height {} {} itself; not refolded: {}",
            mark.height.value, differs ? "contradicts" : "agrees with", why);
        if (!differs)
            m_report.verdict = LayerReport::Verdict::not_checked;
        return std::move(m_report);
    }
    catch (const StoreFailure& failure)
    {
        return unreadable(failure.error());
    }

private:
    LayerReport unreadable(const StoreError& error)
    {
        if (is_of_the_disk(error.code))
        {
            m_report.looked_at = to_string(error);
            if (m_report.differences_all == 0)
                m_report.verdict = LayerReport::Verdict::not_checked;
            return std::move(m_report);
        }
        Difference out;
        out.where = error.where;
        out.what = error.what;
        out.cause = error.why;
        m_report.add(std::move(out));
        m_report.looked_at = "stopped where the state can't be read";
        return std::move(m_report);
    }

    bool add(const RowDifference& row)
    {
        if (m_report.differences.size() < kDifferencesMax)
            m_rows.push_back(
                {row.table, {row.key.begin(), row.key.end()}, m_report.differences.size()});
        m_report.add(row_difference(row, "the row isn't what the log says"));
        return true;
    }

    /// Every block of every table, whether rows stand in it or not.
    void check_files()
    {
        const auto whole = m_in.stored->check_files();
        if (!whole)
            throw StoreFailure{whole.error()};
    }

    /// Whether the rows give the root that the height row names.
    bool rows_give(const StateMark& mark)
    {
        const auto rows = full_root(*m_in.stored, m_in.memory_bytes_max).root;
        if (rows == mark.root)
            return true;
        m_report.add(of_mark(mark.height, "the stored rows don't give the stored root",
            to_hex(mark.root.bytes), to_hex(rows.bytes)));
        return false;
    }

    /// The height row against the refolded state.
    void check_mark(const StateMark& mark, const CaughtUp& refolded)
    {
        if (refolded.root.height != mark.height)
            return m_report.add(
                of_mark(mark.height, "the state stands at a height that isn't rooted"));
        if (refolded.root.root != mark.root)
            m_report.add(of_mark(mark.height, "the state's root isn't the refolded one",
                to_hex(mark.root.bytes), to_hex(refolded.root.root.bytes)));
        if (refolded.root.hash != mark.block_hash)
            m_report.add(of_mark(mark.height, "the state names another block",
                to_hex(mark.block_hash.bytes), to_hex(refolded.root.hash.bytes)));
    }

    /// The height row against what the log has recorded.
    void check_mark_alone(const StateMark& mark)
    {
        const auto& hash = m_reading.hash_at_mark;
        if (hash && *hash != mark.block_hash)
            m_report.add(of_mark(mark.height, "the state names another block than the log",
                to_hex(mark.block_hash.bytes), to_hex(hash->bytes)));
        for (const auto& known : m_reading.recorded)
        {
            if (known.height == mark.height && known.root != mark.root)
                m_report.add(of_mark(mark.height, "the log recorded another state root",
                    to_hex(mark.root.bytes), to_hex(known.root.bytes)));
        }
    }

    /// Each stored row against the stored tree, which was hashed from it when it was written.
    void name_rows_against_tree()
    {
        std::uint64_t rows = 0;
        m_in.stored->scan_all([&](TableId table, ByteView key, ByteView row) {
            ++rows;
            if (m_in.stored->prove(table, key))
                return true;
            auto out = row_difference({table, key, row, std::nullopt},
                "the row isn't what the state's own tree was hashed from");
            out.computed = "a row of another hash, or none";
            m_report.add(std::move(out));
            return true;
        });
        const auto top = m_in.stored->top().rows;
        if (rows < top)
            m_report.add(of_mark(m_in.stored->stands_at()->height,
                "rows are missing that the state's own tree was hashed from",
                fmt::format("{} rows", rows), fmt::format("{} rows", top)));
    }

    /// Folds once more to see which events wrote the rows that differ, and since when they do.
    void name_writers(LogHeight to, std::span<const RootedInterval> suspects)
    {
        if (m_rows.empty())
            return;
        auto writers = Writers::of_named_rows();
        RowHistory history{m_in.log.disk(), m_in.checkpoints, to};
        for (const auto& row : m_rows)
        {
            writers.watch(row.table, row.key);
            history.watch(row.table, row.key);
        }
        const auto failed = fold_watching(m_in, to, writers, history);
        for (const auto& row : m_rows)
        {
            auto& difference = m_report.differences[row.difference];
            if (failed)
            {
                difference.cause = "the events that wrote it could not be found: " + *failed;
                continue;
            }
            const auto since = history.of(row.table, row.key);
            difference.cause =
                writers_text(writers.of(row.table, row.key), suspects) + history_text(since);
            difference.right_at = since.right;
        }
    }
};
}  // namespace

LayerReport verify_state(const VerifyInputs& inputs, const LogReading& reading,
    const CaughtUp& refolded, std::span<const RootedInterval> suspects)
{
    return StateLayer{inputs, reading}.run(refolded, suspects);
}

LayerReport verify_state_alone(
    const VerifyInputs& inputs, const LogReading& reading, const std::string& why)
{
    return StateLayer{inputs, reading}.run_alone(why);
}

LayerReport verify_laws(const StateView& state, LogHeight height)
{
    LayerReport report;
    report.layer = Layer::laws;
    report.verdict = LayerReport::Verdict::ok;
    const auto laws = Modules::laws();
    for (const auto& law : laws)
    {
        auto broken = law.full(state);
        if (!broken)
            continue;
        Difference out;
        out.where = std::string{law.name};
        out.what = fmt::format("the law doesn't hold at height {}", height.value);
        out.stored = *std::move(broken);
        out.height = height;
        report.add(std::move(out));
    }
    report.looked_at = fmt::format("{} laws at height {}", laws.size(), height.value);
    return report;
}
}  // namespace engine
