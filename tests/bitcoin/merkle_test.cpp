#include "engine/bitcoin/merkle.hpp"

#include "arbitrary.hpp"
#include "engine/bitcoin/block.hpp"
#include "engine/hash/sha256.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::btc
{
namespace
{
Transaction coinbase()
{
    Transaction t;
    t.inputs = {{OutPoint{{}, 0xffffffff}, {1, 2}, 0xffffffff, {}}};
    t.outputs = {{*Sats::from(50), {0x51}}};
    return t;
}

Transaction spend(std::uint32_t number)
{
    Transaction t;
    t.inputs = {{OutPoint{{}, number}, {}, 0xffffffff, {}}};
    t.outputs = {{*Sats::from(number), {}}};
    return t;
}

struct Tree
{
    std::vector<Transaction> transactions;
    std::vector<Txid> ids;
    MerkleRoot root;

    explicit Tree(std::uint32_t count)
    {
        transactions.push_back(coinbase());
        for (std::uint32_t i = 1; i < count; ++i)
            transactions.push_back(spend(i));
        for (const auto& t : transactions)
            ids.push_back(txid(t));
        root = merkle_tree(ids).root;
    }

    std::optional<InclusionFault> fault(
        const Transaction& transaction, const MerkleBranch& branch) const
    {
        const auto first = merkle_branch(ids, 0);
        return find_inclusion_fault(transaction, branch, {transactions[0], first}, root);
    }
};

TEST(BitcoinMerkle, OddNodeIsPairedWithItself)
{
    const Tree tree{3};
    const auto leaf = [&](std::size_t i) { return retag<Hash256>(tree.ids[i]); };
    EXPECT_EQ(retag<Hash256>(tree.root),
        sha256d_pair(sha256d_pair(leaf(0), leaf(1)), sha256d_pair(leaf(2), leaf(2))));
}

TEST(BitcoinMerkle, DoubledTransactionsKeepTheRootAndShowAsMutated)
{
    const Tree tree{6};
    EXPECT_FALSE(merkle_tree(tree.ids).mutated);

    // CVE-2012-2459: 1 2 3 4 5 6 and 1 2 3 4 5 6 5 6 have one root.
    auto doubled = tree.ids;
    doubled.push_back(tree.ids[4]);
    doubled.push_back(tree.ids[5]);
    EXPECT_EQ(merkle_tree(doubled).root, tree.root);
    EXPECT_TRUE(merkle_tree(doubled).mutated);

    const Tree odd{5};
    auto last_twice = odd.ids;
    last_twice.push_back(odd.ids[4]);
    EXPECT_EQ(merkle_tree(last_twice).root, odd.root);
    EXPECT_TRUE(merkle_tree(last_twice).mutated);
}

TEST(BitcoinMerkle, EveryTransactionOfEverySmallBlockIsProved)
{
    for (std::uint32_t count = 1; count <= 33; ++count)
    {
        const Tree tree{count};
        for (std::uint32_t i = 0; i < count; ++i)
        {
            const auto branch = merkle_branch(tree.ids, i);
            EXPECT_EQ(tree.fault(tree.transactions[i], branch), std::nullopt)
                << i << " of " << count;
            EXPECT_EQ(
                find_inclusion_fault(tree.transactions[i], branch, count, tree.root), std::nullopt);
        }
    }
}

TEST(BitcoinMerkle, DoubledNodeIsNoSecondPlace)
{
    // Transaction 2 of 3 could also be shown at place 3, and 4 of 5 at places 5, 6 and 7.
    const Tree three{3};
    auto branch = merkle_branch(three.ids, 2);
    branch.index = 3;
    EXPECT_EQ(three.fault(three.transactions[2], branch), InclusionFault::not_under_the_root);

    const Tree five{5};
    for (const std::uint32_t place : {5U, 6U, 7U})
    {
        branch = merkle_branch(five.ids, 4);
        branch.index = place;
        EXPECT_EQ(five.fault(five.transactions[4], branch), InclusionFault::not_under_the_root)
            << place;
    }
}

TEST(BitcoinMerkle, IndexBeyondTheDepthIsRefused)
{
    const Tree tree{4};
    auto branch = merkle_branch(tree.ids, 1);
    branch.index += 4;  // Its low bits lead to the root all the same.
    EXPECT_FALSE(verify(tree.ids[1], branch, tree.root));
    EXPECT_EQ(find_inclusion_fault(tree.transactions[1], branch, 4, tree.root),
        InclusionFault::not_under_the_root);
}

TEST(BitcoinMerkle, NodeIsNoTransaction)
{
    // A transaction of 64 bytes whose halves are called leaves one level further down.
    Transaction small;
    small.inputs = {{OutPoint{{}, 7}, {1, 2, 3}, 0xffffffff, {}}};
    small.outputs = {{*Sats::from(1), {0x51}}};
    ASSERT_EQ(stripped_size(small), 64U);

    Tree tree{2};
    tree.transactions[1] = small;
    tree.ids[1] = txid(small);
    tree.root = merkle_tree(tree.ids).root;

    // As a transaction it is refused although it stands there.
    EXPECT_EQ(tree.fault(small, merkle_branch(tree.ids, 1)), InclusionFault::looks_like_a_node);

    // As a node it leads to the root, and the branch is longer than the tree is deep.
    const auto bytes = encode(small);
    Txid left;
    Hash256 right;
    std::copy_n(bytes.begin(), 32, left.bytes.begin());
    std::copy_n(bytes.begin() + 32, 32, right.bytes.begin());
    const MerkleBranch deep{2, {right, retag<Hash256>(tree.ids[0])}};
    EXPECT_TRUE(verify(left, deep, tree.root));
    EXPECT_EQ(tree.fault(spend(1), deep), InclusionFault::wrong_depth);
    EXPECT_EQ(
        find_inclusion_fault(spend(1), deep, 2, tree.root), InclusionFault::not_under_the_root);
}

TEST(BitcoinMerkle, CoinbaseMustBeOneAndStandFirst)
{
    const Tree tree{4};
    const auto& t = tree.transactions;
    const auto branch = merkle_branch(tree.ids, 2);
    const auto first = merkle_branch(tree.ids, 0);

    EXPECT_EQ(find_inclusion_fault(t[2], branch, {t[1], merkle_branch(tree.ids, 1)}, tree.root),
        InclusionFault::no_coinbase);
    auto elsewhere = first;
    elsewhere.index = 1;
    EXPECT_EQ(find_inclusion_fault(t[2], branch, {t[0], elsewhere}, tree.root),
        InclusionFault::no_coinbase);
    auto other = coinbase();
    other.lock_time = 1;
    EXPECT_EQ(find_inclusion_fault(t[2], branch, {other, first}, tree.root),
        InclusionFault::coinbase_not_proved);
    EXPECT_EQ(find_inclusion_fault(t[0], branch, {t[0], first}, tree.root),
        InclusionFault::coinbase_out_of_place);
    EXPECT_EQ(find_inclusion_fault(t[2], first, {t[0], first}, tree.root),
        InclusionFault::coinbase_out_of_place);
}

TEST(BitcoinMerkle, DepthIsThatOfTheTree)
{
    const std::pair<std::uint32_t, std::uint32_t> rows[] = {
        {0, 0}, {1, 0}, {2, 1}, {3, 2}, {4, 2}, {5, 3}, {8, 3}, {9, 4}};
    for (const auto& [count, depth] : rows)
        EXPECT_EQ(merkle_depth(count), depth) << count;
}

TEST(BitcoinMerkle, BranchesOfRealBlocksAreThoseOfTheVectors)
{
    const auto rows = read_json_vector("sbtc-alpha/merkle_proofs.json");
    SKIP_WITHOUT(rows, "sbtc-alpha/merkle_proofs.json");
    for (const auto& row : rows->as_array())
    {
        const auto block = decode_block(hex(row.at("block_hex")));
        ASSERT_TRUE(block);
        const auto index = static_cast<std::uint32_t>(row.at("txindex").as_int64());
        const auto ids = txids(*block);
        EXPECT_EQ(to_display_hex(ids.at(index).bytes), text(row.at("txid")));

        const auto branch = merkle_branch(ids, index);
        if (const auto* path = row.at("merkle_path_internal_order").if_array())
        {
            ASSERT_EQ(branch.siblings.size(), path->size());
            for (std::size_t i = 0; i < path->size(); ++i)
                EXPECT_EQ("0x" + to_hex(branch.siblings[i].bytes), text(path->at(i)));
        }
        const auto first = merkle_branch(ids, 0);
        EXPECT_EQ(find_inclusion_fault(block->transactions[index], branch,
                      {block->transactions[0], first}, block->header.merkle_root),
            std::nullopt);
    }
}

RC_GTEST_PROP(BitcoinMerkle, ChangedBranchProvesNothing, ())
{
    const auto count = *rc::gen::inRange<std::uint32_t>(2, 20);
    const auto index = *rc::gen::inRange<std::uint32_t>(1, count);
    const Tree tree{count};
    auto branch = merkle_branch(tree.ids, index);
    const auto what = *rc::gen::inRange(0, 4);
    if (what == 0)
        branch.siblings.pop_back();
    if (what == 1)
        branch.siblings.push_back(*rc::gen::arbitrary<Hash256>());
    if (what == 2)
        branch.siblings[*rc::gen::inRange<std::size_t>(0, branch.siblings.size())] =
            *rc::gen::arbitrary<Hash256>();
    if (what == 3)
        branch.index = *rc::gen::suchThat(rc::gen::inRange<std::uint32_t>(0, 64),
            [&](std::uint32_t other) { return other != index; });
    RC_ASSERT(tree.fault(tree.transactions[index], branch).has_value());
}
}  // namespace
}  // namespace engine::btc
