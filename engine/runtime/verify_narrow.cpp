#include "engine/runtime/verify_narrow.hpp"

#include "engine/base/hex.hpp"
#include "engine/runtime/verify_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine
{
namespace
{
/// One interval, looked into.
class Narrowing
{
    const VerifyInputs& m_in;
    const LogPart m_log;
    const RootedInterval& m_interval;
    CaughtUp m_refolded;
    Writers m_writers;
    std::vector<Difference> m_rows;
    std::uint64_t m_rows_all = 0;

public:
    Narrowing(const VerifyInputs& inputs, const LogReading& reading, const RootedInterval& interval)
      : m_in{inputs}, m_log{inputs.log, *reading.tip}, m_interval{interval}
    {}

    /// What is known of the interval, in a sentence.
    std::string look(const StateStore& state, const std::string& name)
    {
        if (auto why = refold())
            return fmt::format("{} was not compared: {}", name, *why);
        compare(state, *m_refolded.state, Modules::tables(), [&](const RowDifference& row) {
            add(row);
            return true;
        });
        if (m_rows_all == 0)
            return fmt::format(
                "{} equals the refolded state, row by row: not the rows are wrong "
                "but the record",
                name);
        return fmt::format(
            "{} differs in {} row{}, each named with the events of the interval "
            "that wrote it",
            name, m_rows_all, m_rows_all == 1 ? "" : "s");
    }

    std::vector<Difference> take_rows() { return std::move(m_rows); }

private:
    /// To the interval's end, with an eye on what its events write.
    std::optional<std::string> refold()
    {
        const auto scratch = m_in.make_scratch();
        if (!scratch)
            return scratch.error().why;
        Findings ignored;
        if (m_interval.agreeing)
        {
            CatchUpOptions options;
            options.memory_bytes_max = m_in.memory_bytes_max;
            options.to = m_interval.agreeing;
            options.findings = &ignored;
            options.executor = m_in.executor;
            auto before = catch_up(m_log, **scratch, options, tell());
            if (!before)
                return before.error().why;
            m_refolded = *std::move(before);
        }
        else
            begin_empty(**scratch);
        return fold_interval();
    }

    void begin_empty(StateStore& scratch)
    {
        m_refolded.state = std::make_unique<LiveState>(Modules::tables(), &scratch,
            LiveOptions{.memory_bytes_max = m_in.memory_bytes_max, .complete = true});
        m_refolded.folded = std::make_unique<Refolder>(
            *m_refolded.state, RefoldOptions{.validate = false, .laws = false});
    }

    std::optional<std::string> fold_interval()
    {
        auto& folded = *m_refolded.folded;
        folded.on_event(
            [&](EventPlace place, const Changes& changes) { m_writers.note(place, changes); });
        const auto reader = m_in.log.reader(m_interval.first());
        while (folded.next_height() <= m_interval.last)
        {
            const auto block = reader->next();
            if (!block || *block == nullptr)
                return "the log can't be read again";
            if (const auto finding = folded.fold(**block))
                return to_string(*finding);
        }
        return std::nullopt;
    }

    OnProgress tell() const
    {
        return [this](const log::Progress& progress, const Refolder& folded) {
            if (m_in.on_progress)
                m_in.on_progress({"narrow", progress.bytes_done, progress.bytes_total,
                    LogHeight{folded.next_height().value - 1}});
        };
    }

    void add(const RowDifference& row)
    {
        ++m_rows_all;
        if (m_rows.size() >= kDifferencesMax)
            return;
        auto out = row_difference(row,
            fmt::format("the row of height {} isn't what the log says", m_interval.last.value));
        const auto writers = m_writers.of(row.table, row.key);
        out.cause = writers.empty() ? "no event of the interval wrote it"
                                    : "written in the interval by " + places_text(writers);
        out.height = m_interval.last;
        m_rows.push_back(std::move(out));
    }
};

/// The state of a height: the one under test, or a checkpoint.
struct KnownState
{
    std::string name;
    const StateStore* store = nullptr;
    std::unique_ptr<StateStore> owned;
};

std::optional<KnownState> state_of(const VerifyInputs& inputs, LogHeight height)
{
    const auto mark = inputs.stored != nullptr ? inputs.stored->stands_at() : std::nullopt;
    if (mark && mark->height == height)
        return KnownState{"the state " + inputs.stored->directory(), inputs.stored, {}};
    auto checkpoint = inputs.checkpoint_of ? inputs.checkpoint_of(height) : std::nullopt;
    if (!checkpoint)
        return std::nullopt;
    KnownState out{checkpoint->name, nullptr, std::move(checkpoint->store)};
    out.store = out.owned.get();
    return out;
}
}  // namespace

std::string to_string(const RootedInterval& interval)
{
    return interval.first() == interval.last
               ? fmt::format("height {}", interval.last.value)
               : fmt::format("heights {} to {}", interval.first().value, interval.last.value);
}

RootedInterval interval_of(
    const LogReading& reading, std::span<const WrongRoot> wrong, std::size_t i)
{
    RootedInterval out{{}, wrong[i].height};
    for (const auto& known : reading.recorded)
    {
        if (known.height >= out.last)
            break;
        const bool differs = std::any_of(wrong.begin(), wrong.end(),
            [&](const WrongRoot& other) { return other.height == known.height; });
        if (!differs)
            out.agreeing = known.height;
    }
    return out;
}

Difference wrong_root(const WrongRoot& root, const RootedInterval& interval)
{
    Difference out;
    out.where = fmt::format("height {}", root.height.value);
    out.what = fmt::format("the state root that {} records isn't the refolded one", root.recorder);
    out.stored = to_hex(root.recorded.bytes);
    out.computed = to_hex(root.computed.bytes);
    out.cause = "narrowed to the events of " + to_string(interval);
    out.height = root.height;
    return out;
}

std::vector<Difference> narrow(const VerifyInputs& inputs, const LogReading& reading,
    const WrongRoot& root, const RootedInterval& interval)
try
{
    std::vector<Difference> out{wrong_root(root, interval)};
    const auto known = state_of(inputs, root.height);
    if (!known)
    {
        out.front().cause =
            fmt::format("no state of height {} exists: narrowed to the interval, {}",
                root.height.value, to_string(interval));
        return out;
    }
    Narrowing narrowing{inputs, reading, interval};
    const auto found = narrowing.look(*known->store, known->name);
    out.front().cause += "; " + found;
    for (auto& row : narrowing.take_rows())
        out.push_back(std::move(row));
    return out;
}
catch (const StoreFailure& failure)
{
    std::vector<Difference> out{wrong_root(root, interval)};
    out.front().cause += "; no state of that height can be read: " + failure.error().why;
    return out;
}
}  // namespace engine
