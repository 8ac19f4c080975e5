#include "tests/domain_bitcoin/fixture.hpp"

namespace engine::test
{
namespace
{
class BitcoinTransactions : public BitcoinTest
{
protected:
    const Bytes script = script_of(7);
    const Bytes other = script_of(8);

    void SetUp() override
    {
        BitcoinTest::SetUp();
        watch(script);
    }
};

TEST_F(BitcoinTransactions, WithoutItsHeaderItIsAGap)
{
    const auto block = chain.mine(chain.genesis(), {pay(1, script)});
    EXPECT_EQ(transaction(block), Verdict{kGap});
    EXPECT_EQ(header(block), accepted);
    EXPECT_EQ(transaction(block), accepted);
    EXPECT_EQ(transaction(block), Verdict{kDuplicate});
}

TEST_F(BitcoinTransactions, WhatNobodyAsksForIsIgnored)
{
    const auto block = add(chain.genesis(), {pay(1, other)});
    EXPECT_EQ(transaction(block), Verdict{bitcoin::kNotWatched});
    EXPECT_EQ(transaction(block, 0), Verdict{bitcoin::kNotWatched});
}

TEST_F(BitcoinTransactions, SpendingAWatchedOutputMatters)
{
    const auto paid = pay(1, script);
    const auto spent = spend({{btc::txid(paid), 0}}, {{*Sats::from(1), other}});
    const auto block = add(chain.genesis(), {paid, spent});
    EXPECT_EQ(transaction(block, 2), Verdict{bitcoin::kNotWatched});
    EXPECT_EQ(transaction(block, 1), accepted);
    EXPECT_EQ(transaction(block, 2), accepted);
    EXPECT_EQ(bitcoin::spender_of(state, {btc::txid(paid), 0}),
        (bitcoin::TransactionKey{ChainHeight{1}, block, 2}));
}

TEST_F(BitcoinTransactions, DataWithAWatchedBeginningMatters)
{
    run([&](Step& step) {
        bitcoin::add_watch_prefix(step, kOtherOwner, Bytes{'i', 'd', '<'}, ChainHeight{1});
        return accepted;
    }).accepted();
    const auto carrying = [](const Bytes& data) {
        return spend({coin(9)}, {{Sats{}, data_script(data)}});
    };
    const auto block = add(chain.genesis(),
        {carrying({'i', 'd', '<'}), carrying({'i', 'd'}), carrying({'x', 'i', 'd', '<'})});
    EXPECT_EQ(transaction(block, 1), accepted);
    EXPECT_EQ(story(), "+t1.1>9");
    EXPECT_EQ(transaction(block, 2), Verdict{bitcoin::kNotWatched});
    EXPECT_EQ(transaction(block, 3), Verdict{bitcoin::kNotWatched});
}

TEST_F(BitcoinTransactions, AnEntryCountsFromItsStartOn)
{
    watch(other, 2);
    const auto first = add(chain.genesis(), {pay(1, other)});
    const auto second = add(first, {pay(2, other)});
    EXPECT_EQ(transaction(first), Verdict{bitcoin::kNotWatched});
    EXPECT_EQ(transaction(second), accepted);
}

TEST_F(BitcoinTransactions, TwoOwnersAreToldOnceEach)
{
    watch(script, 1, kOtherOwner);
    const auto block = add(chain.genesis(), {pay(1, script)});
    EXPECT_EQ(transaction(block), accepted);
    EXPECT_EQ(story(), "+t1.1>3 +t1.1>9");
}

TEST_F(BitcoinTransactions, AKnownOneIsToldToAnOwnerWhoAsksLater)
{
    const auto block = add(chain.genesis(), {pay(1, script)});
    EXPECT_EQ(transaction(block), accepted);
    watch(script, 1, kOtherOwner);
    EXPECT_EQ(transaction(block), accepted);
    EXPECT_EQ(story(), "+t1.1>9");
    EXPECT_EQ(transaction(block), Verdict{kDuplicate});
}

TEST_F(BitcoinTransactions, AKnownOneIsToldAgainForANewEntryOfTheSameOwner)
{
    const auto both = spend({coin(1)}, {{*Sats::from(1), script}, {*Sats::from(2), other}});
    const auto block = add(chain.genesis(), {both});
    EXPECT_EQ(transaction(block), accepted);
    watch(other);
    EXPECT_EQ(transaction(block), accepted);
    EXPECT_EQ(story(), "+t1.1>3");
    EXPECT_EQ(transaction(block), Verdict{kDuplicate});
}

TEST_F(BitcoinTransactions, WhoWatchesAnOutputLateIsToldWhenItsSpenderGoes)
{
    // The spender is known for its own output's sake, to another owner.
    watch(other, 1, kOtherOwner);
    const auto paid = pay(1, script);
    const auto spent = spend({{btc::txid(paid), 0}}, {{*Sats::from(1), other}});
    const auto first = add(chain.genesis(), {paid});
    const auto second = add(first, {spent});
    EXPECT_EQ(transaction(second), accepted);
    EXPECT_EQ(story(), "+t2.1>9");
    EXPECT_EQ(transaction(first), accepted);
    const auto rival = add(first);
    add(rival);
    EXPECT_EQ(story(), "-t2.1>9 -t2.1>3 -b2 +b2 +b3");
}

TEST_F(BitcoinTransactions, TheWitnessIsNotKeptBecauseNothingProvesIt)
{
    auto paid = pay(1, script);
    paid.inputs[0].witness = {{1, 2, 3}};
    const auto block = add(chain.genesis(), {paid});
    EXPECT_EQ(transaction(block), accepted);
    const auto bytes = bitcoin::transaction_bytes(state, {ChainHeight{1}, block, 1});
    ASSERT_TRUE(bytes.has_value());
    EXPECT_TRUE(equal(*bytes, btc::encode_stripped(paid)));
    EXPECT_EQ(changes[0].txid, btc::txid(paid));
}

TEST_F(BitcoinTransactions, TheSameOneStandsInBlocksOfSeveralBranches)
{
    const auto paid = pay(1, script);
    const auto best = add(chain.genesis(), {paid});
    const auto rival = add(chain.genesis(), {paid});
    EXPECT_EQ(transaction(rival), accepted);
    EXPECT_EQ(bitcoin::place_of(state, btc::txid(paid)), std::nullopt);
    EXPECT_EQ(transaction(best), accepted);
    EXPECT_EQ(bitcoin::place_of(state, btc::txid(paid))->block, best);
    add(rival);
    EXPECT_EQ(bitcoin::place_of(state, btc::txid(paid))->block, rival);
}

TEST_F(BitcoinTransactions, BytesThatAreNoTransactionAreIgnored)
{
    const auto block = add(chain.genesis(), {pay(1, script)});
    auto event = transaction_seen(chain.at(block), 1);
    event.transaction.pop_back();
    EXPECT_EQ((*this)(event), Verdict{bitcoin::kNoTransaction});
}
}  // namespace
}  // namespace engine::test
