#include "engine/domain/outbox/verbs.hpp"
#include "tests/peg/fixture.hpp"

namespace engine::test
{
namespace
{
using outbox::HaltLifted;
using outbox::HaltOrdered;
using outbox::HaltRevoked;

/// A mint that is pending, and a way to make the chain halt what can't be undone.
class OutboxHalt : public PegTest
{
protected:
    static constexpr std::uint32_t kWindow = 2;

    const btc::Transaction good = peg_in(coin(1), 5'000, test_principal(1));
    const btc::Transaction later = peg_in(coin(2), 3'000, test_principal(2));
    EffectId mint;

    void SetUp() override
    {
        start(genesis(), kWindow);
        add_empty(add(chain.genesis(), {good}), 2);
        mint = deposit(good)->effect;
    }
    Verdict take_mint(std::uint32_t attempt = 1)
    {
        return (*rules)(outbox::EffectTaken{mint, attempt, {1}});
    }
    void halt_by_reorg()
    {
        add_empty(add(chain.genesis(), {good}), 3);
        mint = deposit(good)->effect;
    }
    BlockHash tip() const { return bitcoin::tip(rules->state()).block; }
};

TEST_F(OutboxHalt, AnOrderedHaltKeepsMintsFromBeingTakenUntilItIsRevoked)
{
    EXPECT_EQ((*rules)(HaltOrdered{}), accepted);
    EXPECT_TRUE(outbox::is_halted(rules->state()));
    EXPECT_EQ(take_mint(), Verdict{outbox::kHalted});
    EXPECT_EQ(effect_state(mint), outbox::EffectState::pending);
    EXPECT_EQ((*rules)(HaltRevoked{}), accepted);
    EXPECT_FALSE(outbox::is_halted(rules->state()));
    EXPECT_EQ(take_mint(), accepted);
}

TEST_F(OutboxHalt, DepositsAreCreditedMeanwhileAndMintedAfterwards)
{
    EXPECT_EQ((*rules)(HaltOrdered{}), accepted);
    add_empty(add(tip(), {later}), 2);
    EXPECT_EQ(state(later), State::credited);
    EXPECT_EQ(totals().minted, 8'000u);
    mint = deposit(later)->effect;
    EXPECT_EQ(take_mint(), Verdict{outbox::kHalted});
    EXPECT_EQ((*rules)(HaltRevoked{}), accepted);
    EXPECT_EQ(take_mint(), accepted);
}

TEST_F(OutboxHalt, WhatWasTakenBeforeIsSettledMeanwhile)
{
    EXPECT_EQ(take_mint(), accepted);
    EXPECT_EQ((*rules)(HaltOrdered{}), accepted);
    EXPECT_EQ((*rules)(outbox::EffectSettled{mint, {2}}), accepted);
    EXPECT_EQ(effect_state(mint), outbox::EffectState::settled);
}

TEST_F(OutboxHalt, WhatFailedMeanwhileWaitsForTheEnd)
{
    EXPECT_EQ(take_mint(), accepted);
    EXPECT_EQ((*rules)(HaltOrdered{}), accepted);
    EXPECT_EQ((*rules)(outbox::EffectFailed{mint, 1, "refused", true}), accepted);
    EXPECT_EQ((*rules)(outbox::EffectRetried{mint}), accepted);
    EXPECT_EQ(take_mint(2), Verdict{outbox::kHalted});
    EXPECT_EQ((*rules)(HaltRevoked{}), accepted);
    EXPECT_EQ(take_mint(2), accepted);
}

TEST_F(OutboxHalt, WhatCanBeUndoneGoesOn)
{
    EXPECT_EQ((*rules)(HaltOrdered{}), accepted);
    EffectId rescan;
    const auto open = [&](Step& step) {
        rescan = outbox::open(step, outbox::EffectKind::rescan, Bytes{1});
        return accepted;
    };
    EXPECT_EQ(rules->run(open), accepted);
    EXPECT_EQ((*rules)(outbox::EffectTaken{rescan, 1, {1}}), accepted);
}

TEST_F(OutboxHalt, EachHaltHasItsOwnEnd)
{
    EXPECT_EQ((*rules)(HaltOrdered{}), accepted);
    halt_by_reorg();
    EXPECT_EQ((*rules)(HaltRevoked{}), accepted);
    EXPECT_EQ(take_mint(), Verdict{outbox::kHalted});  // The reorganisation still halts it.
    EXPECT_EQ((*rules)(HaltOrdered{}), accepted);
    EXPECT_EQ((*rules)(HaltLifted{}), accepted);
    EXPECT_EQ(take_mint(), Verdict{outbox::kHalted});  // The order still does.
    EXPECT_EQ((*rules)(HaltRevoked{}), accepted);
    EXPECT_EQ(take_mint(), accepted);
}

TEST_F(OutboxHalt, OrdersThatChangeNothingAreRefused)
{
    EXPECT_EQ((*rules)(HaltLifted{}), Verdict{outbox::kNotHalted});
    EXPECT_EQ((*rules)(HaltRevoked{}), Verdict{outbox::kNoHaltOrder});
    EXPECT_EQ((*rules)(HaltOrdered{}), accepted);
    EXPECT_EQ((*rules)(HaltOrdered{}), Verdict{outbox::kHaltOrderStands});
    EXPECT_EQ((*rules)(HaltLifted{}), Verdict{outbox::kNotHalted});
    EXPECT_EQ((*rules)(HaltRevoked{}), accepted);
    EXPECT_EQ((*rules)(HaltRevoked{}), Verdict{outbox::kNoHaltOrder});
}

TEST(OutboxAuthors, OperatorsAloneOrderAndEndHalts)
{
    EXPECT_EQ(authors(HaltLifted{}), Authors::operators);
    EXPECT_EQ(authors(HaltOrdered{}), Authors::operators);
    EXPECT_EQ(authors(HaltRevoked{}), Authors::operators);
}

// No row of a log that knows no orders says anything of them.
TEST(OutboxTotals, AreWrittenAsBeforeThereWereOrders)
{
    outbox::Totals totals;
    totals.halted = true;
    Bytes expected(std::size_t{5} * 8);
    expected.push_back(1);
    EXPECT_EQ(encode_row(totals), expected);
    EXPECT_EQ(decode_row<outbox::Totals>(encode_row(totals)), totals);
}
}  // namespace
}  // namespace engine::test
