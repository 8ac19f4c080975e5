#include "tests/access/refusals.hpp"

namespace engine::test
{
namespace
{
using access::ClockJumpAllowed;
using access::OperatorAdded;
using access::OperatorRemoved;
using access::RulesScheduled;
using access::SourceDeclaration;
using access::SourceDeclared;
using access::SourceProof;

constexpr access::SourceId kNewSource{7};
constexpr LogHeight kHere{10};  // Where FoldAlone stands.

/// An order of the only operator, as the n-th.
Event order(access::Event event, std::uint64_t n = 1)
{
    return command_of(std::move(event), n);
}

Attempt one(access::Event event)
{
    return [event = std::move(event)](FoldAlone& fold) { return fold(order(event)); };
}

Attempt declared(const std::function<void(SourceDeclaration&)>& change)
{
    auto source = signed_source(kNewSource);
    change(source);
    return one(SourceDeclared{source});
}

Attempt scheduled(RulesVersion version, std::uint64_t height)
{
    return one(RulesScheduled{{version, LogHeight{height}}});
}

/// Rules of version 1 are in force until after height 50, which only a planted row can say while
/// there are two versions: the height of a schedule lies behind every other.
Attempt scheduled_behind_a_later_one(std::uint64_t height)
{
    return [=](FoldAlone& fold) {
        fold.state().plant(access::kRules.id, encode_key(LogHeight{50}),
            encode_row(access::Rules{RulesVersion{1}}));
        return scheduled(RulesVersion{2}, height)(fold);
    };
}

Attempt at_place(EventPlace place, Body body)
{
    return [place, body = std::move(body)](FoldAlone& fold) {
        fold.context.place = place;
        return fold({EngineAuthor{}, body});
    };
}

std::vector<Refusal> sources()
{
    const auto as_it_is = declared([](SourceDeclaration&) {});
    const auto proved_by_bitcoin = declared([](SourceDeclaration& s) {
        s.proof = SourceProof::bitcoin;
        s.key = {};
    });
    return {
        {access::kSourceExists, "an id of genesis",
            declared([](SourceDeclaration& s) { s.id = kSignedSource; }), as_it_is},
        {access::kSourceExists, "an id that an operator declared",
            [=](FoldAlone& fold) {
                return fold.after(order(SourceDeclared{signed_source(kNewSource)}))(
                    order(SourceDeclared{signed_source(kNewSource)}, 2));
            },
            as_it_is},
        {access::kSourceNotAllowed, "taken on trust", declared([](SourceDeclaration& s) {
             s.proof = SourceProof::none;
             s.key = {};
         }),
            proved_by_bitcoin},
        {access::kSourceWithoutRate, "no events",
            declared([](SourceDeclaration& s) { s.events_per_second = 0; }),
            declared([](SourceDeclaration& s) { s.events_per_second = 1; })},
        {access::kSourceWithoutRate, "no bytes",
            declared([](SourceDeclaration& s) { s.bytes_per_second = 0; }),
            declared([](SourceDeclaration& s) { s.bytes_per_second = 1; })},
        {access::kZeroKey, "a source that signs, without a key",
            declared([](SourceDeclaration& s) { s.key = {}; }), as_it_is},
        {access::kZeroKey, "a source that Bitcoin proves, with a key",
            declared([](SourceDeclaration& s) { s.proof = SourceProof::bitcoin; }),
            proved_by_bitcoin},
    };
}

std::vector<Refusal> operators()
{
    const auto add = [](std::uint8_t key) { return OperatorAdded{public_key_of(key)}; };
    const auto remove = [](std::uint8_t key) { return OperatorRemoved{public_key_of(key)}; };
    return {
        {access::kOperatorExists, "who is one already", one(add(kOperatorKey)), one(add(8))},
        {access::kNoSuchOperator, "who never was one", one(remove(8)),
            [=](FoldAlone& fold) { return fold.after(order(add(8)))(order(remove(8), 2)); }},
        {access::kNoSuchOperator, "who is none any more",
            [=](FoldAlone& fold) {
                return fold.after(order(add(8))).after(order(remove(8), 2))(order(remove(8), 3));
            },
            [=](FoldAlone& fold) {
                return fold.after(order(add(8)))
                    .after(order(remove(8), 2))
                    .after(order(add(8), 3))(order(remove(8), 4));
            }},
        {access::kLastOperator, "the only one", one(remove(kOperatorKey)),
            [=](FoldAlone& fold) {
                return fold.after(order(add(8)))(order(remove(kOperatorKey), 2));
            }},
        {access::kLastOperator, "the only one that is left",
            [=](FoldAlone& fold) {
                return fold.after(order(add(8)))
                    .after(order(remove(8), 2))(order(remove(kOperatorKey), 3));
            },
            [=](FoldAlone& fold) { return fold.after(order(add(8)))(order(remove(8), 2)); }},
        {access::kZeroKey, "an operator without a key", one(OperatorAdded{}), one(add(8))},
    };
}

std::vector<Refusal> clock_and_rules()
{
    return {
        {access::kJumpInPast, "to the time that it is", one(ClockJumpAllowed{kLogTime}),
            one(ClockJumpAllowed{LogTime{kLogTime.value + 1}})},
        {access::kJumpInPast, "back", one(ClockJumpAllowed{LogTime{INT64_MIN}}),
            one(ClockJumpAllowed{LogTime{INT64_MAX}})},
        {access::kRulesInPast, "at the order's own height", scheduled(RulesVersion{2}, kHere.value),
            scheduled(RulesVersion{2}, kHere.value + 1)},
        {access::kRulesInPast, "at height 0", scheduled(RulesVersion{2}, 0),
            scheduled(RulesVersion{2}, UINT64_MAX)},
        {access::kRulesOutOfOrder, "the version in force", scheduled(RulesVersion{1}, 100),
            scheduled(RulesVersion{2}, 100)},
        {access::kRulesOutOfOrder, "a version below the first", scheduled(RulesVersion{0}, 100),
            scheduled(RulesVersion{2}, 100)},
        {access::kRulesOutOfOrder, "a version that is scheduled already",
            [](FoldAlone& fold) {
                return fold.after(order(RulesScheduled{{RulesVersion{2}, LogHeight{100}}}))(
                    order(RulesScheduled{{RulesVersion{2}, LogHeight{101}}}, 2));
            },
            scheduled(RulesVersion{2}, 100)},
        {access::kRulesOutOfOrder, "at the height of the version before",
            scheduled_behind_a_later_one(50), scheduled_behind_a_later_one(51)},
        {access::kUnknownRules, "newer than this engine",
            scheduled(RulesVersion{access::kNewestRules.value + 1}, 100),
            scheduled(access::kNewestRules, 100)},
        {access::kOutOfPlace, "a block is opened by its first event",
            at_place({kHere, 1}, BlockOpened{}), at_place({kHere, 0}, BlockOpened{})},
        {access::kOutOfPlace, "block 0 isn't opened", at_place({LogHeight{0}, 0}, BlockOpened{}),
            at_place({LogHeight{1}, 0}, BlockOpened{})},
    };
}
}  // namespace

std::vector<Refusal> refusals_of_events()
{
    auto all = sources();
    for (auto rows : {operators(), clock_and_rules()})
        std::move(rows.begin(), rows.end(), std::back_inserter(all));
    return all;
}
}  // namespace engine::test
