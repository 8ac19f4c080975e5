#include "tests/access/refusals.hpp"

namespace engine::test
{
namespace
{
using access::RulesActivation;

/// Begins a log of its own with a changed genesis.
Attempt genesis_with(std::function<void(access::Genesis&)> change)
{
    return [change = std::move(change)](FoldAlone& fold) {
        fold = FoldAlone{};
        auto genesis = access_genesis();
        change(access_of(genesis));
        return fold.begin(genesis);
    };
}

Attempt rules_of(std::vector<RulesActivation> rules)
{
    return genesis_with([rules = std::move(rules)](access::Genesis& g) { g.rules = rules; });
}

constexpr RulesActivation rules(std::uint32_t version, std::uint64_t height)
{
    return {RulesVersion{version}, LogHeight{height}};
}

const Attempt kAsItIs = genesis_with([](access::Genesis&) {});

std::vector<Refusal> of_rules()
{
    return {
        {access::kBadGenesis, "no rules", rules_of({}), kAsItIs},
        {access::kBadGenesis, "no rules at height 0", rules_of({rules(1, 1)}),
            rules_of({rules(1, 0)})},
        {access::kUnknownRules, "version 0", rules_of({rules(0, 0)}), rules_of({rules(1, 0)})},
        {access::kUnknownRules, "newer than this engine",
            rules_of({rules(access::kNewestRules.value + 1, 0)}),
            rules_of({rules(access::kNewestRules.value, 0)})},
        {access::kRulesOutOfOrder, "a version twice", rules_of({rules(1, 0), rules(1, 9)}),
            rules_of({rules(1, 0), rules(2, 9)})},
        {access::kRulesOutOfOrder, "back to a version", rules_of({rules(2, 0), rules(1, 9)}),
            rules_of({rules(2, 0)})},
        {access::kRulesOutOfOrder, "two versions at one height",
            rules_of({rules(1, 0), rules(2, 0)}), rules_of({rules(1, 0), rules(2, 1)})},
    };
}

std::vector<Refusal> of_authors()
{
    const auto twice = [](access::Genesis& g) { g.operators.push_back(g.operators[0]); };
    const auto second = [](access::Genesis& g) { g.operators.push_back(public_key_of(8)); };
    return {
        {access::kBadGenesis, "no sequencer",
            genesis_with([](access::Genesis& g) { g.sequencer = {}; }), kAsItIs},
        {access::kBadGenesis, "no operator",
            genesis_with([](access::Genesis& g) { g.operators.clear(); }), kAsItIs},
        {access::kZeroKey, "an operator without a key",
            genesis_with([](access::Genesis& g) { g.operators.emplace_back(); }),
            genesis_with(second)},
        {access::kOperatorExists, "an operator twice", genesis_with(twice), genesis_with(second)},
        {access::kSourceExists, "a source twice",
            genesis_with([](access::Genesis& g) { g.sources[2].id = g.sources[0].id; }), kAsItIs},
        {access::kSourceWithoutRate, "a source without events",
            genesis_with([](access::Genesis& g) { g.sources[1].events_per_second = 0; }),
            genesis_with([](access::Genesis& g) { g.sources[1].events_per_second = 1; })},
        {access::kZeroKey, "a source that signs, without a key",
            genesis_with([](access::Genesis& g) { g.sources[2].key = {}; }), kAsItIs},
        {access::kBadGenesis, "no clock that goes forward",
            genesis_with([](access::Genesis& g) { g.clock_jump_max_ms = 0; }),
            genesis_with([](access::Genesis& g) { g.clock_jump_max_ms = 1; })},
    };
}
}  // namespace

std::vector<Refusal> refusals_of_genesis()
{
    auto all = of_rules();
    for (auto& row : of_authors())
        all.push_back(std::move(row));
    const auto again = [](FoldAlone& fold) { return fold({EngineAuthor{}, access_genesis()}); };
    all.push_back({access::kOutOfPlace, "a second genesis", again, kAsItIs});
    return all;
}
}  // namespace engine::test
