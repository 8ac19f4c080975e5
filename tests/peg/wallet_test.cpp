#include "tests/peg/fixture.hpp"

namespace engine::test
{
namespace
{
class PegWallet : public PegTest
{
protected:
    btc::Transaction paid = spend({coin(1)}, {{*Sats::from(700), peg_wallet()}});
    OutPoint output{btc::txid(paid), 0};
    btc::Transaction spent = spend({output}, {{*Sats::from(600), script_of(4)}});

    bool is_unspent(const OutPoint& outpoint) const
    {
        return contains(rules->state(), peg::kUtxos, outpoint);
    }
};

TEST_F(PegWallet, HasWhatItIsPaidAndLosesWhatItSpends)
{
    const auto block = add(chain.genesis(), {paid});
    EXPECT_TRUE(is_unspent(output));
    EXPECT_EQ(totals().utxo_value, 700u);
    add(block, {spent});
    EXPECT_FALSE(is_unspent(output));
    EXPECT_EQ(totals(), peg::Totals{});
}

TEST_F(PegWallet, AnOutputThatIsSpentInItsOwnBlockIsNeverUnspent)
{
    add(chain.genesis(), {paid, spent});
    EXPECT_FALSE(is_unspent(output));
    EXPECT_EQ(totals().utxo_count, 0u);
}

TEST_F(PegWallet, AReorganisationGivesBackWhatTheOldBranchSpent)
{
    const auto block = add(chain.genesis(), {paid});
    add(block, {spent});
    add_empty(block, 2);
    EXPECT_TRUE(is_unspent(output));
    EXPECT_EQ(totals().utxo_value, 700u);
}

TEST_F(PegWallet, AReorganisationTakesWhatTheOldBranchPaidAndSpent)
{
    add(add(chain.genesis(), {paid}), {spent});
    add_empty(chain.genesis(), 3);
    EXPECT_EQ(peg::wallet_output(rules->state(), output), std::nullopt);
    EXPECT_EQ(totals(), peg::Totals{});
}

TEST_F(PegWallet, ASpendThatIsKnownBeforeItsOutputCountsAllTheSame)
{
    // The spending transaction also pays the wallet: it is relevant by itself.
    const auto change = spend({output}, {{*Sats::from(600), peg_wallet()}});
    const auto first = chain.mine(chain.genesis(), {paid});
    const auto second = chain.mine(first, {change});
    EXPECT_EQ((*rules)(header_seen(chain.at(first))), accepted);
    EXPECT_EQ((*rules)(header_seen(chain.at(second))), accepted);
    EXPECT_EQ((*rules)(transaction_seen(chain.at(second), 1)), accepted);
    EXPECT_EQ((*rules)(transaction_seen(chain.at(first), 1)), accepted);
    EXPECT_FALSE(is_unspent(output));
    EXPECT_EQ(totals().utxo_value, 600u);
    EXPECT_EQ(totals().utxo_count, 1u);
}

TEST_F(PegWallet, SpentOutputsAreForgottenWhenNoReorganisationCanGiveThemBack)
{
    const auto tip = add(add(chain.genesis(), {paid}), {spent});
    rules->before_apply = [](const MemoryState&, const Changes&) {};
    ASSERT_TRUE(contains(rules->state(), peg::kSpent, output));
    add_empty(tip, bitcoin::kHeadersKept + 1);
    EXPECT_FALSE(contains(rules->state(), peg::kSpent, output));
    EXPECT_EQ(peg::utxo_value(rules->state()), std::nullopt);
    EXPECT_TRUE(bitcoin::watch_list(rules->state()).outpoints.empty());
}
}  // namespace
}  // namespace engine::test
