#include "tests/domain_bitcoin/fixture.hpp"

namespace engine::test
{
namespace
{
class BitcoinBranches : public BitcoinTest
{
protected:
    const Bytes script = script_of(7);

    void SetUp() override
    {
        BitcoinTest::SetUp();
        watch(script);
    }
};

TEST_F(BitcoinBranches, DisconnectsGoDownConnectsGoUpInBlockOrder)
{
    const auto old_one = add(chain.genesis(), {pay(1, script), pay(2, script)});
    const auto old_two = add(old_one, {pay(3, script)});
    for (const std::uint32_t index : {1u, 2u})
        EXPECT_EQ(transaction(old_one, index), accepted);
    EXPECT_EQ(story(), "+t1.2>3");
    EXPECT_EQ(transaction(old_two), accepted);

    const auto new_one = add(chain.genesis(), {pay(4, script), pay(5, script)});
    for (const std::uint32_t index : {1u, 2u})
        EXPECT_EQ(transaction(new_one, index), accepted);
    EXPECT_EQ(story(), "");  // Not on the best chain: nobody is told.
    EXPECT_EQ(scanned(new_one, 1), accepted);
    EXPECT_EQ(story(), "");
    const auto new_two = add(new_one);
    EXPECT_EQ(story(), "");
    add(new_two);
    EXPECT_EQ(story(), "-t2.1>3 -b2 -t1.2>3 -t1.1>3 -b1 +b1 +t1.1>3 +t1.2>3 s1>0 +b2 +b3");
    for (const auto& change : changes)
    {
        if (change.kind == bitcoin::ChainChange::Kind::transaction_connected)
        {
            const auto decoded = btc::decode_transaction(change.transaction);
            ASSERT_TRUE(decoded.has_value());
            EXPECT_EQ(btc::txid(*decoded), change.txid);
            EXPECT_EQ(change.block, new_one);
        }
    }
}

TEST_F(BitcoinBranches, AReorganisationAsDeepAsTheWindowIsAMatterOfCourse)
{
    start(chain_genesis(3));
    add_empty(chain.genesis(), 3);
    const auto rival = add_empty(chain.genesis(), 3);
    add(rival);
    EXPECT_EQ(story(), "-b3 -b2 -b1 +b1 +b2 +b3 +b4");
    EXPECT_EQ(bitcoin::deep_reorg(state), std::nullopt);
}

TEST_F(BitcoinBranches, OneBlockDeeperItIsToldFirstAndFollowed)
{
    start(chain_genesis(3));
    add_empty(chain.genesis(), 4);
    const auto rival = add_empty(chain.genesis(), 4);
    const auto tip_now = add(rival);
    EXPECT_EQ(story(), "!5 -b4 -b3 -b2 -b1 +b1 +b2 +b3 +b4 +b5");
    const auto deep = bitcoin::deep_reorg(state);
    ASSERT_TRUE(deep.has_value());
    EXPECT_EQ(*deep,
        (bitcoin::DeepReorg{1, tip_now, ChainHeight{5}, ChainHeight{0}, ChainHeight{4}, true}));
}

TEST_F(BitcoinBranches, ABranchWhoseForkIsForgottenIsToldButNotFollowed)
{
    start(chain_genesis(2));
    checks_laws = false;
    // The rival grows beside the best chain, which forgets the fork.
    auto best = chain.genesis();
    auto rival = chain.genesis();
    for (std::uint32_t i = 0; i < bitcoin::kHeadersKept + 2; ++i)
    {
        best = add(best);
        rival = add(rival);
    }
    ASSERT_EQ(tip().block, best);
    EXPECT_EQ(bitcoin::header(state, chain.genesis()), std::nullopt);
    rival = add(rival);
    EXPECT_EQ(story(), "!" + std::to_string(bitcoin::kHeadersKept + 3));
    EXPECT_EQ(tip().block, best);
    EXPECT_FALSE(bitcoin::deep_reorg(state)->followed);
    checks_laws = true;
    add(rival);
    EXPECT_EQ(bitcoin::deep_reorg(state)->count, 2u);
}

TEST_F(BitcoinBranches, WhatIsOldIsForgottenAndTheStateStopsGrowing)
{
    checks_laws = false;
    auto parent = chain.genesis();
    std::size_t size = 0;
    for (std::uint32_t i = 1; i <= bitcoin::kHeadersKept + 300; ++i)
    {
        const auto block = chain.mine(parent, {pay(i, script)});
        EXPECT_EQ(header(block), accepted);
        EXPECT_EQ(transaction(block), accepted);
        EXPECT_EQ(scanned(block, 1), accepted);
        if (i % 3 == 0)
            add(parent);  // A stale block beside it.
        parent = block;
        if (i == bitcoin::kHeadersKept + 102)
            size = state.size();
    }
    // Outputs that nobody spends stay watched; all else is bounded.
    EXPECT_EQ(state.size() - size, 198u);
    EXPECT_EQ(bitcoin::watch_list(state).outpoints.size(), bitcoin::kHeadersKept + 300u);
    const auto kept_from = tip().kept_from;
    EXPECT_EQ(kept_from.value, 300u);
    EXPECT_TRUE(bitcoin::block_at(state, kept_from).has_value());
    EXPECT_FALSE(bitcoin::block_at(state, ChainHeight{kept_from.value - 1}).has_value());
    const auto old_block = chain.path_to(parent)[100];
    EXPECT_EQ(transaction(old_block), Verdict{kGap});
    EXPECT_EQ(bitcoin::best_chain_is_linked(state), std::nullopt);
}

TEST_F(BitcoinBranches, OutputsOfAForgottenStaleBlockAreNoLongerWatched)
{
    const auto stale = chain.mine(chain.genesis(), {pay(1, script)});
    const auto both = pay(2, script);
    const auto best = add(chain.genesis(), {both});
    EXPECT_EQ(header(stale), accepted);
    EXPECT_EQ(transaction(stale), accepted);
    EXPECT_EQ(transaction(best), accepted);
    EXPECT_EQ(bitcoin::watch_list(state).outpoints.size(), 2u);
    checks_laws = false;
    add_empty(best, bitcoin::kHeadersKept + 3);
    const auto left = bitcoin::watch_list(state).outpoints;
    EXPECT_EQ(left, (std::vector<OutPoint>{{btc::txid(both), 0}}));
}
}  // namespace
}  // namespace engine::test
