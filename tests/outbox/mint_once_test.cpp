#include "tests/peg/fixture.hpp"

// One deposit, one mint: by the peg's rows, by the outbox's states, and by its attempts.

namespace engine::test
{
namespace
{
class MintOnce : public PegTest
{
protected:
    const btc::Transaction good = peg_in(coin(1), 5'000, test_principal(1));
    BlockHash first;
    EffectId mint;

    void SetUp() override
    {
        PegTest::SetUp();
        first = add(chain.genesis(), {good});
        add_empty(first, 2);
        mint = deposit(good)->effect;
    }
    Verdict take_mint(std::uint32_t attempt)
    {
        return (*rules)(outbox::EffectTaken{mint, attempt, {1}});
    }
};

TEST_F(MintOnce, ATakenMintIsNotTakenASecondTime)
{
    EXPECT_EQ(take_mint(1), accepted);
    EXPECT_EQ(take_mint(1), Verdict{outbox::kNotPending});
    EXPECT_EQ(take_mint(2), Verdict{outbox::kNotPending});
}

TEST_F(MintOnce, ASettledMintIsNeverTakenFailedOrRetried)
{
    EXPECT_EQ(take_mint(1), accepted);
    EXPECT_EQ((*rules)(outbox::EffectSettled{mint, {2}}), accepted);
    EXPECT_EQ((*rules)(outbox::EffectSettled{mint, {3}}), Verdict{kDuplicate});
    EXPECT_EQ(take_mint(2), Verdict{outbox::kNotPending});
    EXPECT_EQ((*rules)(outbox::EffectFailed{mint, 1, "no", false}), Verdict{outbox::kNotTaken});
    EXPECT_EQ((*rules)(outbox::EffectRetried{mint}), Verdict{outbox::kNotParked});
}

TEST_F(MintOnce, TheTransactionInAnotherBlockOpensNoSecondMint)
{
    EXPECT_EQ(take_mint(1), accepted);
    EXPECT_EQ((*rules)(outbox::EffectSettled{mint, {2}}), accepted);
    add_empty(add(chain.genesis(), {good}), 5);
    EXPECT_EQ(state(good), State::credited);
    EXPECT_EQ(deposit(good)->effect, mint);
    EXPECT_EQ(mints(), 1u);
    EXPECT_EQ(totals().minted, 5'000u);
}

TEST_F(MintOnce, AnAttemptIsNumberedByTheLastOne)
{
    EXPECT_EQ(take_mint(0), Verdict{outbox::kWrongAttempt});
    EXPECT_EQ(take_mint(2), Verdict{outbox::kWrongAttempt});
    EXPECT_EQ(take_mint(1), accepted);
    EXPECT_EQ((*rules)(outbox::EffectFailed{mint, 2, "no", false}), Verdict{outbox::kWrongAttempt});
    EXPECT_EQ((*rules)(outbox::EffectFailed{mint, 1, "no", false}), accepted);
    EXPECT_EQ(take_mint(1), Verdict{outbox::kWrongAttempt});
    EXPECT_EQ(take_mint(2), accepted);
}

TEST_F(MintOnce, WhatIsTakenNamesTheBytesThatGoOutside)
{
    EXPECT_EQ((*rules)(outbox::EffectTaken{mint, 1, {}}), Verdict{outbox::kNothingToDo});
    EXPECT_EQ(
        (*rules)(outbox::EffectTaken{EffectId{{9}}, 1, {1}}), Verdict{outbox::kUnknownEffect});
}
}  // namespace
}  // namespace engine::test
