#include "engine/runtime/refolder.hpp"

#include "engine/core/overlay.hpp"
#include "engine/domain/access/queries.hpp"
#include "engine/domain/access/rejects.hpp"
#include "engine/fold/fold.hpp"

#include <fmt/format.h>

namespace engine
{
namespace
{
std::string describe(const Verdict& verdict)
{
    return fmt::format("{:#06x} ({})", verdict.code(), verdict.name());
}

std::string describe(log::EventResult result)
{
    return fmt::format("verdict {:#06x}, {} effects", result.verdict, result.effects);
}

std::string describe(const Outcome& outcome)
{
    return fmt::format("verdict {}, {} effects", describe(outcome.verdict), outcome.effects.size());
}

Finding at(LogHeight height, std::string what, std::string recorded, std::string computed)
{
    return {{height, 0}, std::move(what), std::move(recorded), std::move(computed)};
}
}  // namespace

std::string to_string(const Finding& finding)
{
    auto text = fmt::format(
        "event {}.{}: {}", finding.place.height.value, finding.place.index, finding.what);
    if (!finding.recorded.empty() || !finding.computed.empty())
        text += fmt::format(": recorded {}, computed {}", finding.recorded, finding.computed);
    return text;
}

std::optional<Genesis> genesis_of(const log::BlockView& block_0)
{
    auto event = decode_event(block_0.event(0));
    if (!event)
        return std::nullopt;
    auto* genesis = std::get_if<Genesis>(&event->body);
    return genesis != nullptr ? std::optional{std::move(*genesis)} : std::nullopt;
}

Refolder::Refolder(LiveState& state, RefoldOptions options)
  : m_state{state}, m_options{options}, m_laws{Modules::laws()}
{}

Refolder::Refolder(LiveState& state, RefoldOptions options, const log::BlockView& block_0,
    const log::BlockHeader& last, const LogBlockHash& last_hash)
  : Refolder{state, options}
{
    auto genesis = genesis_of(block_0);
    ENSURE(genesis.has_value());
    m_identity = {block_0.hash(), *std::move(genesis)};
    m_last = last;
    m_last_hash = last_hash;
    m_known = last.known_root;
    // A state on disk stands at a rooted height.
    m_last_rooted = last.rooted ? std::optional{last.height} : std::nullopt;
    m_rooted_time = last.time;
}

LogHeight Refolder::next_height() const
{
    return m_last ? LogHeight{m_last->height.value + 1} : LogHeight{0};
}

/// A header repeats the newest root that is known, which the log checks, or tells that of the
/// newest rooted height.
std::optional<Finding> Refolder::check_known_root(const log::BlockHeader& header) const
{
    const auto& told = header.known_root;
    if (!told || (m_known && told->height == m_known->height))
        return std::nullopt;
    if (m_last_rooted && told->height == *m_last_rooted)
        return std::nullopt;
    return at(header.height, "a root is recorded of a height that isn't the newest rooted one",
        fmt::format("height {}", told->height.value),
        m_last_rooted ? fmt::format("height {}", m_last_rooted->value) : "none is rooted");
}

std::optional<Finding> Refolder::check_header(const log::BlockHeader& header) const
{
    const auto rules = access::rules_at(m_state, header.height);
    if (m_last && header.rules_version != rules)
        return at(header.height, "the rules version is not the one in force",
            fmt::format("{}", header.rules_version.value), fmt::format("{}", rules.value));
    if (header.rules_version > access::kNewestRules)
        return Finding{{header.height, 0}, "it is decided by rules that this version doesn't have",
            fmt::format("version {}", header.rules_version.value),
            fmt::format("at most version {}", access::kNewestRules.value), true};
    if (m_last && header.time > access::clock_limit(m_state, m_last->time))
        return at(header.height, "the log time jumps further than an operator allowed",
            fmt::format("{} ms", header.time.value),
            fmt::format("at most {} ms", access::clock_limit(m_state, m_last->time).value));
    const auto known = header.known_root ? header.known_root : m_known;
    const bool may_be_rooted = !m_last_rooted || (known && known->height == *m_last_rooted);
    if (header.rooted && !may_be_rooted)
        return at(header.height, "rooted before the previous root was recorded",
            fmt::format("previous rooted height {}", m_last_rooted->value),
            known ? fmt::format("newest known root at {}", known->height.value) : "none known");
    if (m_last_rooted && !header.rooted && header.time.value - m_rooted_time.value > kRootedEveryMs)
        return at(header.height, "a block that had to be rooted isn't",
            fmt::format("log time {} ms, not rooted", header.time.value),
            fmt::format("rooted, for the last such block is of {} ms", m_rooted_time.value));
    return check_known_root(header);
}

std::optional<Finding> Refolder::fold_event(
    const log::BlockView& block, std::uint32_t index, const CheckedBlock& checked)
{
    const EventPlace place{block.height(), index};
    const auto& event = checked.events[index];
    const Context context{.genesis = m_identity.id,
        .place = place,
        .time = block.header().time,
        .rules = block.header().rules_version,
        .event = checked.event_hashes[index],
        .bytes = static_cast<std::uint32_t>(block.event(index).size())};
    engine::fold(m_state, context, event, m_outcome);

    const auto recorded = block.result(index);
    if (m_outcome.verdict == Verdict{access::kUnknownRules} && recorded.verdict == 0)
        return Finding{place, "it names rules that this version doesn't have", describe(recorded),
            describe(m_outcome.verdict), true};
    if (!enters_the_log(m_outcome.fate))
        return Finding{place, "the rules don't let this event into the log", describe(recorded),
            describe(m_outcome.verdict)};
    if (recorded.verdict != m_outcome.verdict.code() ||
        recorded.effects != m_outcome.effects.size())
        return Finding{place, "what it did differs", describe(recorded), describe(m_outcome)};
    if (index == 0 && place.height != LogHeight{0} &&
        !std::holds_alternative<BlockOpened>(event.body))
        return Finding{
            place, "a block must begin with BlockOpened", "another event", "BlockOpened"};
    if (m_on_event)
        m_on_event(place, m_outcome.changes);
    m_state.apply(m_outcome.changes);
    m_changes.merge(m_outcome.changes);
    return std::nullopt;
}

std::optional<Finding> Refolder::fold_events(
    const log::BlockView& block, const CheckedBlock& checked)
{
    for (std::uint32_t i = 0; i < checked.events.size(); ++i)
    {
        if (auto finding = fold_event(block, i, checked))
            return finding;
    }
    return checked.unusable;
}

/// A block may be left without a root only while few enough rows have changed.
std::optional<Finding> Refolder::check_changed_rows(const log::BlockHeader& header)
{
    if (header.rooted)
        m_changed.clear();
    else
        m_changed.add(m_changes);
    if (header.rooted || !m_changed.exceed(m_options.changed_rows_max))
        return std::nullopt;
    return at(header.height, "a block that had to be rooted isn't",
        fmt::format("more than {} rows changed since the last rooted block, not rooted",
            m_options.changed_rows_max),
        "rooted");
}

std::optional<Finding> Refolder::check_laws(LogHeight height) const
{
    const Underlay before{m_state, m_changes};
    for (const auto& law : m_laws)
    {
        if (const auto broken = law.delta(before, m_changes))
            return at(height, "law " + std::string{law.name} + " is broken", *broken, "it holds");
    }
    return std::nullopt;
}

void Refolder::adopt(const log::BlockView& block, const LogBlockHash& hash)
{
    m_last = block.header();
    m_last_hash = hash;
    m_events += block.event_count();
    if (block.header().known_root)
        m_known = block.header().known_root;
    if (block.header().rooted)
    {
        m_last_rooted = block.height();
        m_rooted_time = block.header().time;
    }
}

std::optional<Finding> Refolder::fold(const log::BlockView& block)
{
    const auto checks = m_options.validate ? EventChecks::all : EventChecks::vouched;
    m_checker.check(block, checks, &m_identity, m_checked);
    return fold(block, m_checked);
}

std::optional<Finding> Refolder::fold(const log::BlockView& block, const CheckedBlock& checked)
{
    ENSURE(block.height() == next_height());
    m_changes.clear();
    if (!m_last)
    {
        auto genesis = genesis_of(block);
        if (!genesis)
            return at(block.height(), "the log doesn't begin with a genesis event", "", "");
        m_identity = {checked.hash, *std::move(genesis)};
    }
    if (checked.damage)
        return at(block.height(), "the block isn't what its header says", checked.damage->what, "");
    auto finding = check_header(block.header());
    if (!finding)
        finding = fold_events(block, checked);
    m_changes.drop_unchanged();
    if (!finding)
        finding = check_changed_rows(block.header());
    if (!finding && m_options.laws)
        finding = check_laws(block.height());
    if (finding)
    {
        m_state.undo(m_changes);
        return finding;
    }
    adopt(block, checked.hash);
    return std::nullopt;
}
}  // namespace engine
