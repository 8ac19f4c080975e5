#include "engine/runtime/verify.hpp"

#include "engine/runtime/verify_chain.hpp"
#include "engine/runtime/verify_log.hpp"
#include "engine/runtime/verify_state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine
{
namespace
{
/// One run over the layers. The refolded state is made once and serves three of them.
class Verification
{
    const VerifyInputs& m_in;
    std::vector<LayerReport> m_reports;
    std::optional<CaughtUp> m_refolded;
    std::string m_not_refolded = "the log could not be folded again";

public:
    explicit Verification(const VerifyInputs& inputs) : m_in{inputs} {}

    std::vector<LayerReport> run()
    {
        if (wants(Layer::log))
            add(verify_log(m_in));
        auto fold = refold();
        if (wants(Layer::fold))
            add(std::move(fold));
        if (wants(Layer::state))
            add(std::move(m_state));
        if (wants(Layer::laws))
            add(m_refolded ? verify_laws(*m_refolded->state)
                           : not_checked(Layer::laws, m_not_refolded));
        if (wants(Layer::chain))
            add(chain());
        return std::move(m_reports);
    }

private:
    LayerReport m_state;

    bool wants(Layer layer) const
    {
        return std::find(m_in.layers.begin(), m_in.layers.end(), layer) != m_in.layers.end();
    }

    void add(LayerReport report)
    {
        if (m_in.on_layer)
            m_in.on_layer(report);
        m_reports.push_back(std::move(report));
    }

    static LayerReport not_checked(Layer layer, std::string why)
    {
        LayerReport report;
        report.layer = layer;
        report.looked_at = std::move(why);
        return report;
    }

    static LayerReport differs(Layer layer, const OperatorError& error)
    {
        LayerReport report;
        report.layer = layer;
        report.verdict = LayerReport::Verdict::differs;
        report.looked_at = "stopped at the first difference";
        report.differences.push_back(
            {error.where, std::string{error.kind.what}, "", "", error.why});
        report.differences_all = 1;
        return report;
    }

    /// Folds the whole log, stopping on the way at the height that the state on disk stands at, to
    /// compare the two there.
    LayerReport refold()
    {
        CatchUpOptions options;
        options.memory_bytes_max = m_in.memory_bytes_max;
        options.every_root = true;
        options.validate_all = true;
        options.laws = true;
        std::uint64_t roots = 0;
        std::uint64_t events = 0;

        m_state = not_checked(Layer::state, m_in.stored_missing);
        const auto mark = m_in.stored != nullptr ? m_in.stored->stands_at() : std::nullopt;
        if (m_in.stored != nullptr && !mark)
            m_state.looked_at = "the state on disk is empty";
        const auto tip = m_in.log.tip();
        if (mark && tip && mark->height > tip->header.height)
        {
            m_state = differs(Layer::state, {{}, "", "", ""});
            m_state.differences.front() = {fmt::format("height {}", mark->height.value),
                "the state is ahead of the log", fmt::format("{}", mark->height.value),
                fmt::format("{}", tip->header.height.value), "one of the two is from a backup"};
        }
        else if (mark)
        {
            options.to = mark->height;
            auto part = catch_up(m_in.log, m_in.scratch, options, m_in.on_progress);
            if (!part)
            {
                m_state.looked_at = m_not_refolded;
                return differs(Layer::fold, part.error());
            }
            m_state = verify_state(m_in, *part);
            roots += part->roots_checked;
            events += part->folded->events();
            if (const auto flushed = m_in.scratch.flush(part->root.height, part->root.hash);
                !flushed)
                return differs(Layer::fold, from_store(flushed.error()));
        }
        options.to.reset();
        auto whole = catch_up(m_in.log, m_in.scratch, options, m_in.on_progress);
        if (!whole)
            return differs(Layer::fold, whole.error());
        roots += whole->roots_checked;
        events += whole->folded->events();
        auto report = folded(*whole, events, roots);
        m_refolded = *std::move(whole);
        return report;
    }

    /// The newest root has no header behind it that records it: the seal does.
    LayerReport folded(const CaughtUp& whole, std::uint64_t events, std::uint64_t roots) const
    {
        LayerReport report;
        report.layer = Layer::fold;
        report.verdict = LayerReport::Verdict::ok;
        report.looked_at =
            fmt::format("{} events folded again, {} recorded roots equal", events, roots);
        if (m_in.seal && m_in.seal->height == whole.root.height &&
            m_in.seal->root != whole.root.root)
        {
            report.verdict = LayerReport::Verdict::differs;
            report.differences.push_back(sealed_root_differs(*m_in.seal, whole.root.root));
            report.differences_all = 1;
        }
        return report;
    }

    LayerReport chain() const
    {
        if (m_in.chain == nullptr)
            return not_checked(Layer::chain, m_in.chain_missing);
        if (!m_refolded)
            return not_checked(Layer::chain, m_not_refolded);
        return verify_chain(*m_in.chain, *m_refolded->state);
    }
};
}  // namespace

std::vector<LayerReport> verify(const VerifyInputs& inputs)
{
    return Verification{inputs}.run();
}
}  // namespace engine
