#include "engine/bitcoin/relevant.hpp"

#include "tests/bitcoin/vectors.hpp"
#include "tests/support/chain.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::test
{
namespace
{
std::vector<std::uint32_t> places(const btc::Relevant& relevant)
{
    std::vector<std::uint32_t> out;
    for (const auto& transaction : relevant.transactions)
        out.push_back(transaction.branch.index);
    return out;
}

TEST(Relevant, PaymentsSpendsAndDataMatterAndNothingElse)
{
    const auto paid =
        spend({coin(1)}, {{*Sats::from(1), script_of(9)}, {*Sats::from(2), script_of(1)}});
    const auto spent = spend({{btc::txid(paid), 1}}, {{*Sats::from(1), script_of(9)}});
    const auto not_spent = spend({{btc::txid(paid), 0}}, {{*Sats::from(1), script_of(9)}});
    const auto carries = spend({coin(2)}, {{Sats{}, data_script(Bytes{'i', 'd', '<', 5})}});
    const auto old = spend({coin(3)}, {{*Sats::from(1), script_of(9)}});
    Chain chain;
    const auto& block =
        chain.at(chain.mine(chain.genesis(), {paid, not_spent, spent, carries, old})).block;

    btc::WatchList list;
    list.scripts = {script_of(1)};
    list.data_prefixes = {{'i', 'd', '<'}};
    list.outpoints = {coin(3)};
    const auto found = btc::relevant(block, list);
    EXPECT_EQ(places(found), (std::vector<std::uint32_t>{1, 3, 4, 5}));
    EXPECT_EQ(found.outpoints, (std::vector<OutPoint>{{btc::txid(paid), 1}}));
    EXPECT_TRUE(btc::relevant(block, {}).transactions.empty());
}

TEST(Relevant, OneThatCouldPassForANodeOfTheTreeIsLeftOut)
{
    // 64 bytes: what spends a taproot output into an anchor (BIP-431) without a signature script.
    auto small = spend({coin(1)}, {{Sats{}, {btc::op::k1, 2, 0x4e, 0x73}}});
    ASSERT_EQ(btc::stripped_size(small), 64u);
    Chain chain;
    btc::WatchList list;
    list.outpoints = {coin(1)};
    EXPECT_TRUE(
        places(btc::relevant(chain.at(chain.mine(chain.genesis(), {small})).block, list)).empty());
    small.outputs[0].script_pubkey.push_back(0);
    EXPECT_EQ(places(btc::relevant(chain.at(chain.mine(chain.genesis(), {small})).block, list)),
        std::vector{1u});
}

TEST(Relevant, BranchesProveEveryPlaceOfARealBlock)
{
    const auto path =
        "blocks/testnet_block_000000000000045e0b1660b6445b5e5c5ab63c9a4f956be7e1e69be04fa4497b.raw";
    const auto bytes = btc::read_vector(path);
    SKIP_WITHOUT(bytes, path);
    const auto block = btc::decode_block(*bytes);
    ASSERT_TRUE(block.has_value());
    btc::WatchList list;
    for (const auto& transaction : block->transactions)
        list.scripts.push_back(transaction.outputs[0].script_pubkey);
    btc::sort(list);
    const auto found = btc::relevant(*block, list);
    EXPECT_EQ(found.transactions.size(), block->transactions.size());
    for (const auto& transaction : found.transactions)
    {
        const btc::CoinbaseProof coinbase{block->transactions[0], found.coinbase};
        EXPECT_EQ(btc::find_inclusion_fault(block->transactions[transaction.branch.index],
                      transaction.branch, coinbase, block->header.merkle_root),
            std::nullopt);
    }
}

RC_GTEST_PROP(Relevant, BranchesAreThoseOfTheTree, ())
{
    const auto count = *rc::gen::inRange<std::uint32_t>(1, 40);
    Chain chain;
    std::vector<btc::Transaction> list;
    for (std::uint32_t i = 0; i < count; ++i)
        list.push_back(spend({coin(i)}, {{*Sats::from(i), script_of(1)}}));
    const auto& block = chain.at(chain.mine(chain.genesis(), list)).block;
    btc::WatchList watch;
    watch.scripts = {script_of(1)};
    const auto found = btc::relevant(block, watch);
    const auto ids = btc::txids(block);
    RC_ASSERT(found.transactions.size() == std::size_t{count});
    for (const auto& transaction : found.transactions)
        RC_ASSERT(transaction.branch == btc::merkle_branch(ids, transaction.branch.index));
    RC_ASSERT(found.coinbase == btc::merkle_branch(ids, 0));
}
}  // namespace
}  // namespace engine::test
