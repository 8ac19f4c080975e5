#include "engine/domain/access/transition.hpp"

#include "engine/domain/access/rejects.hpp"
#include "engine/domain/access/state.hpp"

namespace engine::access
{
namespace
{
/// What can be said of a declaration without state.
Verdict check(const SourceDeclaration& source)
{
    if (source.events_per_second == 0 || source.bytes_per_second == 0)
        return kSourceWithoutRate;
    const bool has_key = source.key != PublicKey{};
    if (has_key != (source.proof == SourceProof::key))
        return kZeroKey;
    return accepted;
}

Verdict check(const Genesis& genesis)
{
    if (genesis.sequencer == PublicKey{} || genesis.operators.empty() || genesis.rules.empty())
        return kBadGenesis;
    if (genesis.rules.front() != RulesActivation{genesis.rules.front().version, LogHeight{0}})
        return kBadGenesis;
    for (std::size_t i = 0; i < genesis.rules.size(); ++i)
    {
        const auto& rules = genesis.rules[i];
        if (rules.version.value == 0 || rules.version > kNewestRules)
            return Verdict{kUnknownRules}.with("version", rules.version.value);
        if (i > 0 && (rules.version.value != genesis.rules[i - 1].version.value + 1 ||
                         rules.height <= genesis.rules[i - 1].height))
            return kRulesOutOfOrder;
    }
    for (std::size_t i = 0; i < genesis.operators.size(); ++i)
    {
        const auto& key = genesis.operators[i];
        if (key == PublicKey{})
            return kZeroKey;
        if (std::find(genesis.operators.begin(),
                genesis.operators.begin() + static_cast<std::ptrdiff_t>(i),
                key) != genesis.operators.begin() + static_cast<std::ptrdiff_t>(i))
            return kOperatorExists;
    }
    for (std::size_t i = 0; i < genesis.sources.size(); ++i)
    {
        if (const auto verdict = check(genesis.sources[i]); !verdict.accepted())
            return verdict;
        for (std::size_t j = 0; j < i; ++j)
        {
            if (genesis.sources[j].id == genesis.sources[i].id)
                return kSourceExists;
        }
    }
    return genesis.clock_jump_max_ms > 0 ? accepted : Verdict{kBadGenesis};
}
}  // namespace

Verdict on_genesis(Step& step, const Genesis& genesis)
{
    if (const auto verdict = check(genesis); !verdict.accepted())
        return verdict;

    // From here on genesis cannot fail.
    step.put(kParameters, Parameters{.sequencer = genesis.sequencer,
                              .clock_jump_max_ms = genesis.clock_jump_max_ms,
                              .clock_jump_until = {},
                              .operators = static_cast<std::uint32_t>(genesis.operators.size())});
    for (const auto& key : genesis.operators)
        step.put(kOperators, key, Operator{.sequence = 0, .last = {}, .place = {}, .active = true});
    for (const auto& source : genesis.sources)
        step.put(kSources, source.id, Source{.declaration = source});
    for (const auto& rules : genesis.rules)
        step.put(kRules, rules.height, Rules{rules.version});
    return accepted;
}

Verdict transition(Step& step, const SourceDeclared& event)
{
    if (const auto verdict = check(event.source); !verdict.accepted())
        return verdict;
    if (event.source.proof == SourceProof::none)
        return kSourceNotAllowed;
    if (step.contains(kSources, event.source.id))
        return Verdict{kSourceExists}.with("source", event.source.id.value);

    // From here on the declaration cannot fail.
    step.put(kSources, event.source.id, Source{.declaration = event.source});
    return accepted;
}

Verdict transition(Step& step, const OperatorAdded& event)
{
    if (event.key == PublicKey{})
        return kZeroKey;
    auto row = step.find(kOperators, event.key).value_or(Operator{});
    if (row.active)
        return kOperatorExists;

    // From here on adding cannot fail.
    row.active = true;
    step.put(kOperators, event.key, row);
    auto parameters = step.get(kParameters);
    ++parameters.operators;
    step.put(kParameters, parameters);
    return accepted;
}

Verdict transition(Step& step, const OperatorRemoved& event)
{
    auto row = step.find(kOperators, event.key);
    if (!row || !row->active)
        return kNoSuchOperator;
    auto parameters = step.get(kParameters);
    if (parameters.operators == 1)
        return kLastOperator;

    // From here on removing cannot fail.
    row->active = false;
    step.put(kOperators, event.key, *row);
    --parameters.operators;
    step.put(kParameters, parameters);
    return accepted;
}

Verdict transition(Step& step, const ClockJumpAllowed& event)
{
    if (event.until <= step.context().time)
        return kJumpInPast;

    // From here on it cannot fail.
    auto parameters = step.get(kParameters);
    parameters.clock_jump_until = event.until;
    step.put(kParameters, parameters);
    return accepted;
}

Verdict transition(Step& step, const RulesScheduled& event)
{
    const auto& wanted = event.activation;
    if (wanted.version > kNewestRules)
        return Verdict{kUnknownRules}.with("version", wanted.version.value);
    if (wanted.height <= step.context().place.height)
        return Verdict{kRulesInPast}.with("height", wanted.height.value);
    RulesActivation last{};
    for_each(step.state(), kRules, [&](LogHeight height, const Rules& rules) {
        last = {rules.version, height};
        return true;
    });
    if (wanted.version.value != last.version.value + 1 || wanted.height <= last.height)
        return Verdict{kRulesOutOfOrder}.with("version", wanted.version.value);

    // From here on scheduling cannot fail.
    step.put(kRules, wanted.height, Rules{wanted.version});
    return accepted;
}
}  // namespace engine::access
