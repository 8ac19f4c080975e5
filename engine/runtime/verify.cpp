#include "engine/runtime/verify.hpp"

#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/verify_chain.hpp"
#include "engine/runtime/verify_checkpoints.hpp"
#include "engine/runtime/verify_log.hpp"
#include "engine/runtime/verify_narrow.hpp"
#include "engine/runtime/verify_state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine
{
void LayerReport::add(Difference difference)
{
    verdict = Verdict::differs;
    ++differences_all;
    if (differences.size() < kDifferencesMax)
        differences.push_back(std::move(difference));
}

namespace
{
using LayerVerdict = LayerReport::Verdict;

LayerReport not_checked(Layer layer, std::string why)
{
    LayerReport report;
    report.layer = layer;
    report.looked_at = std::move(why);
    return report;
}

LayerReport unasked(Layer layer, std::string why, bool is_silent = false)
{
    auto report = not_checked(layer, std::move(why));
    report.has_nothing_to_ask = !is_silent;
    return report;
}

/// Milliseconds since it was made.
class Stopwatch
{
    const Clock& m_clock;
    std::int64_t m_begun;

public:
    explicit Stopwatch(const Clock& clock) : m_clock{clock}, m_begun{clock.monotonic_ms()} {}
    std::int64_t milliseconds() const { return m_clock.monotonic_ms() - m_begun; }
};

/// One run over the layers.
///
/// The log is read first: how far it can be read, and which roots it records, is what the others
/// rely on. Then it is folded once, into a scratch state. That fold serves four layers; on the way
/// it stops at the height of the state on disk, to compare the two there.
class Verification
{
    const VerifyInputs& m_in;
    const Stopwatch m_all{m_in.clock};
    std::optional<StateMark> m_mark;  // Of the state on disk.
    LogReading m_reading;
    VerifyReport m_report;

    Findings m_findings;
    std::optional<CaughtUp> m_refolded;  // At the last height that could be folded.
    std::string m_fold_ended;            // Why that is not the last height that can be read.
    bool m_fold_failed = false;          // For a reason that the log is not to blame for.
    std::uint64_t m_events = 0;
    std::uint64_t m_roots = 0;
    LogHeight m_next;                  // The height that could not be folded, while folding.
    std::uint64_t m_bytes_before = 0;  // Folded by parts that are done.

    LayerReport m_state;
    std::int64_t m_fold_ms = 0;   // Not yet on a layer's account.
    std::int64_t m_state_ms = 0;  // Of comparing alone.

public:
    explicit Verification(const VerifyInputs& inputs)
      : m_in{inputs}, m_mark{inputs.stored ? inputs.stored->stands_at() : std::nullopt}
    {}

    VerifyReport run()
    {
        read();
        if (wants(Layer::state))
        {
            compare_state();
            compare_checkpoints();
        }
        if (wants(Layer::state) && !wants(Layer::fold))
            add_state();
        if (wants_tip())
            fold_to(std::nullopt);
        if (wants(Layer::fold))
            add_fold();
        if (wants(Layer::state) && wants(Layer::fold))
            add_state();
        if (wants(Layer::laws))
            laws();
        if (wants(Layer::chain))
            chain();
        m_report.milliseconds = m_all.milliseconds();
        return std::move(m_report);
    }

private:
    bool wants(Layer layer) const
    {
        return std::find(m_in.layers.begin(), m_in.layers.end(), layer) != m_in.layers.end();
    }
    bool wants_tip() const
    {
        return wants(Layer::fold) || wants(Layer::laws) ||
               (wants(Layer::chain) && m_in.chain != nullptr);
    }

    /// A layer is done. Folding that no layer before it asked for is on its account.
    void add(LayerReport report, const Stopwatch& own)
    {
        report.folding_milliseconds = std::exchange(m_fold_ms, 0);
        report.milliseconds += report.folding_milliseconds + own.milliseconds();
        if (m_in.on_layer)
            m_in.on_layer(report);
        m_report.layers.push_back(std::move(report));
    }

    // Layer 1.

    void read()
    {
        const Stopwatch own{m_in.clock};
        m_reading = read_log(
            m_in, wants(Layer::log), m_mark ? std::optional{m_mark->height} : std::nullopt);
        m_report.genesis = m_reading.genesis;
        m_report.genesis_differs =
            m_in.pinned && m_reading.genesis && *m_in.pinned != *m_reading.genesis;
        m_report.unreadable = m_reading.unreadable;
        if (wants(Layer::log))
            add(m_reading.report, own);
        else
            m_fold_ms += own.milliseconds();
    }

    bool can_fold() const { return m_reading.tip && !m_fold_failed && !m_findings.fold; }

    std::string why_not_folded() const
    {
        if (!m_fold_ended.empty())
            return m_fold_ended;
        return m_reading.tip ? "the log could not be folded"
                             : "the log has no block that can be read";
    }

    // The fold that serves layers 2 to 5.

    CatchUpOptions options(std::optional<LogHeight> to)
    {
        CatchUpOptions out;
        out.memory_bytes_max = m_in.memory_bytes_max;
        out.every_root = wants(Layer::fold);
        out.validate_all = true;
        out.laws = wants(Layer::fold);
        out.to = to;
        out.findings = &m_findings;
        out.executor = m_in.executor;
        return out;
    }

    OnProgress tell()
    {
        return [this](const log::Progress& progress, const Refolder& folded) {
            m_next = folded.next_height();
            if (!m_in.on_progress)
                return;
            const auto total = wants_tip() ? m_reading.bytes : m_reading.bytes_to_mark;
            m_in.on_progress({"fold", std::min(m_bytes_before + progress.bytes_done, total), total,
                LogHeight{m_next.value - 1}});
        };
    }

    StateStore* m_scratch = nullptr;  // Holds what part of the log has been folded.

    StateStore* scratch()
    {
        if (m_scratch != nullptr)
            return m_scratch;
        const auto made = m_in.make_scratch();
        if (!made)
        {
            end_fold(made.error());
            return nullptr;
        }
        ENSURE(!(*made)->stands_at());  // What is folded into is verify's own, and empty.
        m_scratch = *made;
        return m_scratch;
    }

    void end_fold(const OperatorError& error)
    {
        m_refolded.reset();
        m_fold_failed = !m_findings.fold;
        m_fold_ended =
            m_findings.fold
                ? fmt::format("the log can't be folded beyond event {}.{}: {}",
                      m_findings.fold->place.height.value, m_findings.fold->place.index,
                      m_findings.fold->what)
                : fmt::format("{}: {}{} ({})", error.kind.what,
                      error.where.empty() ? "" : error.where + ": ", error.why, error.what_to_do());
    }

    /// Folds on from where the scratch state stands. False: it ended before, and m_fold_ended says
    /// why.
    bool fold_to(std::optional<LogHeight> to)
    {
        if (!can_fold())
            return false;
        const Stopwatch own{m_in.clock};
        auto* store = scratch();
        if (store == nullptr)
            return false;
        m_refolded.reset();
        const auto begun = m_next;
        auto folded = catch_up(LogPart{m_in.log, *m_reading.tip}, *store, options(to), tell());
        m_fold_ms += own.milliseconds();
        if (!folded)
        {
            end_fold(folded.error());
            return false;
        }
        m_events += folded->folded->events();
        m_roots += folded->roots_checked;
        m_refolded = *std::move(folded);
        if (begun == LogHeight{0})
            m_bytes_before = m_reading.bytes_to_mark;
        return true;
    }

    // Layer 3, on the way.

    /// What there is to compare; nothing if the layer is done already.
    bool has_state()
    {
        if (m_in.stored_error)
        {
            m_state = not_checked(Layer::state, to_string(*m_in.stored_error));
            if (m_in.stored_error->code == StoreErrorCode::corrupt ||
                m_in.stored_error->code == StoreErrorCode::missing)
                m_state.add(unopened(*m_in.stored_error));
            return false;
        }
        if (m_in.stored == nullptr || !m_mark)
        {
            m_state = unasked(Layer::state,
                m_in.stored == nullptr ? m_in.stored_missing : "the state on disk is empty",
                m_in.stored_silent);
            return false;
        }
        return true;
    }

    static Difference unopened(const StoreError& error)
    {
        Difference out;
        out.where = error.where;
        out.what = error.what;
        out.cause = error.why;
        out.file = error.where;
        return out;
    }

    static Difference ahead(LogHeight state, LogHeight tip)
    {
        Difference out;
        out.where = fmt::format("height {}", state.value);
        out.what = "the state is ahead of the log";
        out.stored = fmt::format("{}", state.value);
        out.computed = fmt::format("at most {}", tip.value);
        out.cause = "one of the two is from a backup";
        out.height = state;
        return out;
    }

    void compare_state()
    {
        if (!has_state())
            return;
        const auto height = m_mark->height;
        const bool is_there = m_reading.tip && height <= m_reading.tip->header.height;
        const bool reached = is_there && fold_to(height);
        const Stopwatch own{m_in.clock};
        if (reached)
            m_state = verify_state(m_in, m_reading, *m_refolded, suspects());
        else if (!is_there && m_reading.tip && m_reading.unreadable.empty())
            (m_state = not_checked(Layer::state, "it is not a state of this log"))
                .add(ahead(height, m_reading.tip->header.height));
        else
            m_state = verify_state_alone(m_in, m_reading,
                is_there ? why_not_folded()
                         : fmt::format("the log can be read {}",
                               m_reading.tip
                                   ? fmt::format("to height {}", m_reading.tip->header.height.value)
                                   : std::string{"nowhere"}));
        m_state_ms += own.milliseconds();
        if (reached && wants_tip())
            flush_scratch();
    }

    void compare_checkpoints()
    {
        const Stopwatch own{m_in.clock};
        verify_checkpoints(m_in, m_reading, m_state);
        m_state_ms += own.milliseconds();
    }

    /// So that the rest is folded from here.
    void flush_scratch()
    {
        const Stopwatch own{m_in.clock};
        const auto& root = m_refolded->root;
        if (!m_scratch->pending())
            return;
        if (const auto flushed = m_scratch->flush(root.height, root.hash); !flushed)
            end_fold(from_store(flushed.error()));
        m_fold_ms += own.milliseconds();
    }

    void add_state()
    {
        m_state.milliseconds += m_state_ms;
        add(std::move(m_state), Stopwatch{m_in.clock});
    }

    // Layer 2.

    std::vector<WrongRoot> wrong_roots() const
    {
        std::vector<WrongRoot> out;
        for (const auto& root : m_findings.roots)
            out.push_back(
                {root.height, fmt::format("the header of block {}", root.recorded_in.value),
                    root.recorded, root.computed});
        std::sort(out.begin(), out.end(),
            [](const WrongRoot& a, const WrongRoot& b) { return a.height < b.height; });
        // The newest root has no header behind it that records it: the seal does.
        const auto& seal = m_in.seal.seal;
        if (seal && m_refolded && seal->height == m_refolded->root.height &&
            seal->root != m_refolded->root.root &&
            (out.empty() || out.back().height < seal->height))
            out.push_back({seal->height, "the seal file", seal->root, m_refolded->root.root});
        return out;
    }

    std::vector<RootedInterval> suspects() const
    {
        const auto wrong = wrong_roots();
        std::vector<RootedInterval> out;
        for (std::size_t i = 0; i < wrong.size(); ++i)
            out.push_back(interval_of(m_reading, wrong, i));
        return out;
    }

    void add_fold()
    {
        const Stopwatch own{m_in.clock};
        add(fold(), own);
    }

    LayerReport fold()
    {
        LayerReport report;
        report.layer = Layer::fold;
        if (!m_reading.tip)
            return not_checked(Layer::fold, why_not_folded());
        if (m_findings.fold && !m_findings.fold->newer)
            report.add(event_difference(*m_findings.fold));
        add_roots(report);
        report.looked_at = fold_summary();
        if (report.differences_all == 0 && is_whole())
            report.verdict = LayerVerdict::ok;
        return report;
    }

    std::string fold_summary() const
    {
        if (m_fold_failed)
            return m_fold_ended;
        if (m_findings.fold && m_findings.fold->newer)
            return m_fold_ended + "; use the version that wrote it, or a later one";
        if (m_findings.fold)
            return fmt::format("stopped at event {}.{}; all before it was looked at",
                m_findings.fold->place.height.value, m_findings.fold->place.index);
        const auto all = fmt::format("{} event{} folded again, {} recorded root{}{} equal",
            m_events, m_events == 1 ? "" : "s", m_roots, m_roots == 1 ? "" : "s",
            sealed_root_is_equal() ? " and the seal's" : "");
        return m_reading.unreadable.empty()
                   ? all
                   : fmt::format("{}, to height {}: the rest can't be read", all,
                         m_reading.tip->header.height.value);
    }

    bool sealed_root_is_equal() const
    {
        const auto& seal = m_in.seal.seal;
        return seal && m_refolded && seal->height == m_refolded->root.height &&
               seal->root == m_refolded->root.root;
    }

    static Difference event_difference(const Finding& finding)
    {
        Difference out;
        out.where = fmt::format("event {}.{}", finding.place.height.value, finding.place.index);
        out.what = finding.what;
        out.stored = finding.recorded;
        out.computed = finding.computed;
        out.height = finding.place.height;
        out.event = finding.place.index;
        return out;
    }

    /// A root that differs is narrowed. One that differs right behind another one may be its
    /// consequence alone: such a run is reported by its beginning.
    void add_roots(LayerReport& report)
    {
        const auto wrong = wrong_roots();
        for (std::size_t i = 0; i < wrong.size();)
        {
            const auto interval = interval_of(m_reading, wrong, i);
            auto found = narrow(m_in, m_reading, wrong[i], interval);
            auto end = i + 1;
            while (end < wrong.size() &&
                   interval_of(m_reading, wrong, end).agreeing == interval.agreeing)
                ++end;
            if (end - i > 1)
                found.front().cause +=
                    fmt::format("; {} more recorded roots behind it differ, to height {}",
                        end - i - 1, wrong[end - 1].height.value);
            for (auto& difference : found)
                report.add(std::move(difference));
            i = end;
        }
    }

    // Layer 4 is over the last state that the log gives, layer 5 over that of its tip alone: the
    // node goes on where the log is damaged.

    /// Where the fold has ended before the tip: to the height before, once more.
    void fold_what_is_good()
    {
        if (m_refolded || !m_findings.fold || m_findings.fold->place.height == LogHeight{0})
            return;
        const auto made = m_in.make_scratch();
        if (!made)
            return;
        const Stopwatch own{m_in.clock};
        Findings known;
        auto good = options(LogHeight{m_findings.fold->place.height.value - 1});
        good.every_root = false;
        good.findings = &known;
        auto folded = catch_up(LogPart{m_in.log, *m_reading.tip}, **made, good, nullptr);
        m_fold_ms += own.milliseconds();
        if (folded)
            m_refolded = *std::move(folded);
    }

    /// What holds at a height that isn't the log's last is not the whole answer.
    LayerReport as_far_as_known(LayerReport report) const
    {
        if (is_whole())
            return report;
        if (report.verdict == LayerVerdict::ok)
            report.verdict = LayerVerdict::not_checked;
        report.looked_at += "; not further: " + why_not_whole();
        return report;
    }

    bool is_whole() const { return m_fold_ended.empty() && m_reading.unreadable.empty(); }
    std::string why_not_whole() const
    {
        return m_fold_ended.empty() ? "the rest of the log can't be read" : m_fold_ended;
    }

    LogHeight folded_height() const { return m_refolded->folded->last()->height; }

    void laws()
    try
    {
        fold_what_is_good();
        const Stopwatch own{m_in.clock};
        if (!m_refolded)
            return add(not_checked(Layer::laws, why_not_folded()), own);
        add(as_far_as_known(verify_laws(*m_refolded->state, folded_height())), own);
    }
    catch (const StoreFailure& failure)
    {
        add(not_checked(Layer::laws, to_string(failure.error())), Stopwatch{m_in.clock});
    }

    void chain()
    try
    {
        const Stopwatch own{m_in.clock};
        if (m_in.chain == nullptr)
            add(unasked(Layer::chain, m_in.chain_missing, m_in.chain_silent), own);
        else if (!m_reading.tip || !is_whole())
            add(not_checked(Layer::chain, m_reading.tip ? why_not_whole() : why_not_folded()), own);
        else
            add(verify_chain(*m_in.chain, *m_refolded->state), own);
    }
    catch (const StoreFailure& failure)
    {
        add(not_checked(Layer::chain, to_string(failure.error())), Stopwatch{m_in.clock});
    }
};
}  // namespace

VerifyReport verify(const VerifyInputs& inputs)
{
    return Verification{inputs}.run();
}
}  // namespace engine
