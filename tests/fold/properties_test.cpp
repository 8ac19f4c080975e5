// What holds for every module without a line of its own.

#include "engine/codec/codec.hpp"
#include "tests/support/random_log.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::test
{
namespace
{
template <typename M>
struct EveryModule : ::testing::Test
{};

struct ModuleName
{
    template <typename M>
    static std::string GetName(int)
    {
        return std::string{M::kName};
    }
};

TYPED_TEST_SUITE(EveryModule, Modules::As<::testing::Types>, ModuleName);

constexpr int kEvents = 60;

TYPED_TEST(EveryModule, SameInputsGiveTheSameOutcome)
{
    EXPECT_TRUE(rc::check([] {
        RandomLog log;
        for (int i = 0; i < kEvents; ++i)
        {
            const auto before = log.state();
            const auto folded = log.next<TypeParam>();
            RC_ASSERT(fold(before, folded.context, folded.event) == folded.outcome);
        }
    }));
}

TYPED_TEST(EveryModule, ARefusalLeavesNoTrace)
{
    EXPECT_TRUE(rc::check([] {
        RandomLog log;
        for (int i = 0; i < kEvents; ++i)
        {
            const auto before = log.state();
            const auto folded = log.next<TypeParam>();
            if (enters_the_log(folded.outcome.fate))
                continue;
            RC_ASSERT(folded.outcome.changes.empty());
            RC_ASSERT(folded.outcome.effects.empty());
            RC_ASSERT(log.state() == before);
        }
    }));
}

TYPED_TEST(EveryModule, AnIgnoredObservationMovesItsSourceAlone)
{
    EXPECT_TRUE(rc::check([] {
        RandomLog log;
        for (int i = 0; i < kEvents; ++i)
        {
            const auto folded = log.next<TypeParam>();
            if (folded.outcome.fate != Fate::ignored)
                continue;
            for (const auto& change : folded.outcome.changes.in_order_of_touch())
                RC_ASSERT(change.table == access::kSources.id);
            RC_ASSERT(folded.outcome.effects.empty());
        }
    }));
}

TYPED_TEST(EveryModule, UndoRestoresEveryState)
{
    EXPECT_TRUE(rc::check([] {
        RandomLog log;
        std::vector<std::pair<MemoryState, Changes>> past;
        for (int i = 0; i < kEvents; ++i)
        {
            auto before = log.state();
            past.emplace_back(std::move(before), log.next<TypeParam>().outcome.changes);
        }
        auto state = log.state();
        for (; !past.empty(); past.pop_back())
        {
            state.undo(past.back().second);
            RC_ASSERT(state == past.back().first);
        }
    }));
}

TYPED_TEST(EveryModule, LawsHoldAfterEveryEventAndBothFormsAgree)
{
    EXPECT_TRUE(rc::check([] {
        RandomLog log;
        for (int i = 0; i < kEvents; ++i)
        {
            const auto before = log.state();
            const auto folded = log.next<TypeParam>();
            for (const auto& law : Modules::laws())
            {
                const auto delta = law.delta(before, folded.outcome.changes);
                const auto full = law.full(log.state());
                if (delta || full)
                    RC_FAIL(std::string{law.name} + ": delta " + delta.value_or("holds") +
                            ", full " + full.value_or("holds"));
            }
        }
    }));
}

// A law that can't fail is none: a counter that is changed behind the rules' back must break one of
// its module's laws, in both forms.
template <typename M, typename Cell, typename Damage>
void expect_seen(const Cell& cell, Damage damage)
{
    EXPECT_TRUE(rc::check(std::string{cell.name}, [&] {
        RandomLog log;
        for (int i = 0; i < kEvents; ++i)
            log.next<M>();
        auto row = get(log.state(), cell);
        const auto before = encode_row(row);
        damage(row);
        const auto after = encode_row(row);
        Changes planted;
        planted.set(cell.id, {}, before, after);
        auto state = log.state();
        state.apply(planted);
        bool delta = false;
        bool full = false;
        for (const auto& law : M::kLaws)
        {
            delta = delta || law.delta(log.state(), planted).has_value();
            full = full || law.full(state).has_value();
        }
        RC_ASSERT(delta);
        RC_ASSERT(full);
    }));
}

TEST(Laws, SeeACounterThatIsWrong)
{
    expect_seen<access::Module>(access::kParameters, [](auto& row) { ++row.operators; });
    expect_seen<outbox::Module>(outbox::kTotals, [](auto& row) { ++row.taken; });
    expect_seen<peg::Module>(peg::kTotals, [](auto& row) { ++row.minted; });
    expect_seen<peg::Module>(peg::kTotals, [](auto& row) { ++row.utxo_value; });
    expect_seen<probe::Module>(probe::kTotals, [](auto& row) { ++row.amount; });
}

TYPED_TEST(EveryModule, ChangesInPiecesAreTheChangesInOne)
{
    EXPECT_TRUE(rc::check([] {
        RandomLog log;
        auto in_one = log.state();
        Changes all;
        for (int i = 0; i < kEvents; ++i)
            all.merge(log.next<TypeParam>().outcome.changes);
        all.drop_unchanged();
        in_one.apply(all);
        RC_ASSERT(in_one == log.state());
    }));
}

TYPED_TEST(EveryModule, TheSameEventAgainChangesNothingOfItsModule)
{
    EXPECT_TRUE(rc::check([] {
        RandomLog log;
        for (int i = 0; i < kEvents; ++i)
        {
            const auto folded = log.next<TypeParam>();
            const bool is_engine = std::holds_alternative<EngineAuthor>(folded.event.author);
            if (!enters_the_log(folded.outcome.fate) || is_engine)
                continue;
            const auto again = fold(log.state(), folded.context, folded.event);
            if (std::holds_alternative<Authorization>(folded.event.author))
                RC_ASSERT(again.verdict == Verdict{kDuplicate});
            if (folded.outcome.fate == Fate::applied)
                RC_ASSERT(again.changes.empty());
        }
    }));
}

TYPED_TEST(EveryModule, EveryFoldedEventSurvivesItsEncoding)
{
    EXPECT_TRUE(rc::check([] {
        RandomLog log;
        for (int i = 0; i < kEvents; ++i)
        {
            const auto folded = log.next<TypeParam>();
            const auto bytes = encode_event(folded.event);
            const auto decoded = decode_event(bytes);
            RC_ASSERT(decoded.has_value());
            RC_ASSERT(*decoded == folded.event);
            const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size());
            RC_ASSERT(!decode_event(ByteView{bytes}.first(cut)).has_value());
        }
    }));
}

TYPED_TEST(EveryModule, ArbitraryBytesInPlaceOfItsEventsNeverCrash)
{
    EXPECT_TRUE(rc::check([] {
        auto bytes = encode_event({*rc::gen::arbitrary<Author>(),
            Body{*rc::gen::arbitrary<typename TypeParam::Event>()}});
        for (int i = *rc::gen::inRange(1, 9); i > 0; --i)
            bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
                *rc::gen::arbitrary<std::uint8_t>();
        if (const auto event = decode_event(bytes))
            RC_ASSERT(encode_event(*event) == bytes);
    }));
}
}  // namespace
}  // namespace engine::test
