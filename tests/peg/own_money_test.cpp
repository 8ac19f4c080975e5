#include "tests/peg/fixture.hpp"

// The wallet pays itself with peg-in data: whoever signs for it could mint without end, if that
// were a deposit.

namespace engine::test
{
namespace
{
class PegOwnMoney : public PegTest
{
protected:
    const btc::Transaction paid = spend({coin(1)}, {{*Sats::from(5'000), peg_wallet()}});
    const OutPoint output{btc::txid(paid), 0};
    const btc::Transaction again = peg_in(output, 4'000, test_principal(1));

    /// Header and transactions of a block, without the scan.
    void tell(const BlockHash& block, std::initializer_list<std::uint32_t> transactions)
    {
        EXPECT_EQ((*rules)(header_seen(chain.at(block))), accepted);
        for (const auto i : transactions)
            EXPECT_EQ((*rules)(transaction_seen(chain.at(block), i)), accepted);
    }
    void expect_ignored()
    {
        EXPECT_EQ(state(again), State::ignored);
        EXPECT_EQ(reason(again), peg::kSpendsWallet.code);
        EXPECT_EQ(totals().minted, 0u);
    }
};

TEST_F(PegOwnMoney, IsNotCreditedAndKeepsTheReason)
{
    add_empty(add(add(chain.genesis(), {paid}), {again}), 5);
    expect_ignored();
    EXPECT_EQ(mints(), 0u);
    EXPECT_EQ(totals().utxo_value, 4'000u);
    EXPECT_EQ(totals().ignored, 1u);
}

TEST_F(PegOwnMoney, IsNotCreditedInTheBlockThatPaidIt)
{
    add_empty(add(chain.genesis(), {paid, again}), 5);
    expect_ignored();
    EXPECT_EQ(mints(), 0u);
}

TEST_F(PegOwnMoney, IsNotCreditedTogetherWithTheMoneyOfOthers)
{
    auto mixed = again;
    mixed.inputs.insert(mixed.inputs.begin(), {coin(2), {}, 0xffffffff, {}});
    add_empty(add(add(chain.genesis(), {paid}), {mixed}), 5);
    EXPECT_EQ(reason(mixed), peg::kSpendsWallet.code);
    EXPECT_EQ(mints(), 0u);
}

TEST_F(PegOwnMoney, OfADepositIsNotCreditedASecondTime)
{
    const auto good = peg_in(coin(3), 5'000, test_principal(1));
    const auto rolled = peg_in({btc::txid(good), 1}, 5'000, test_principal(1));
    const auto tip = add_empty(add(chain.genesis(), {good}), 3);
    add_empty(add(tip, {rolled}), 5);
    EXPECT_EQ(state(good), State::credited);
    EXPECT_EQ(reason(rolled), peg::kSpendsWallet.code);
    EXPECT_EQ(totals().minted, 5'000u);
    EXPECT_EQ(mints(), 1u);
}

TEST_F(PegOwnMoney, ThatLeftTheWalletAndCameBackIsADeposit)
{
    const auto left = spend({output}, {{*Sats::from(4'500), script_of(3)}});
    const auto back = peg_in({btc::txid(left), 0}, 4'000, test_principal(1));
    add_empty(add(chain.genesis(), {paid, left, back}), 5);
    EXPECT_EQ(state(back), State::credited);
    EXPECT_EQ(totals().utxo_value, 4'000u);
}

TEST_F(PegOwnMoney, ThatIsToldOfLateTakesTheCreditBack)
{
    const auto first = chain.mine(chain.genesis(), {paid});
    const auto second = chain.mine(first, {again});
    tell(first, {});
    tell(second, {1});
    EXPECT_EQ((*rules)(bitcoin::BlockScanned{second, list.version}), accepted);
    add_empty(second, 5);
    EXPECT_EQ(state(again), State::credited);  // As far as anybody could know.
    const auto effect = deposit(again)->effect;
    EXPECT_EQ((*rules)(transaction_seen(chain.at(first), 1)), accepted);
    expect_ignored();
    EXPECT_EQ(effect_state(effect), outbox::EffectState::withdrawn);
    EXPECT_EQ(totals().utxo_value, 4'000u);
}

TEST_F(PegOwnMoney, ThatIsToldOfAfterTheMintIsAShortfallForGood)
{
    const auto first = chain.mine(chain.genesis(), {paid});
    const auto second = chain.mine(first, {again});
    tell(first, {});
    tell(second, {1});
    EXPECT_EQ((*rules)(bitcoin::BlockScanned{second, list.version}), accepted);
    auto tip = add_empty(second, 5);
    const auto effect = deposit(again)->effect;
    take(effect);
    EXPECT_EQ((*rules)(transaction_seen(chain.at(first), 1)), accepted);
    EXPECT_EQ(state(again), State::shortfall);
    EXPECT_EQ(reason(again), peg::kSpendsWallet.code);
    EXPECT_EQ(totals().shortfall, 4'000u);
    tip = add_empty(tip, 5);
    EXPECT_EQ(state(again), State::shortfall);
    EXPECT_EQ((*rules)(outbox::EffectFailed{effect, 1, "refused", false}), accepted);
    expect_ignored();
    EXPECT_EQ(totals().shortfall, 0u);
}

TEST_F(PegOwnMoney, IsJudgedAnewOnABranchWithoutIt)
{
    const auto fork = chain.genesis();
    add(add(fork, {paid}), {again});
    expect_ignored();
    add_empty(fork, 3);
    EXPECT_EQ(state(again), std::nullopt);
    EXPECT_EQ(totals(), peg::Totals{});
}
}  // namespace
}  // namespace engine::test
