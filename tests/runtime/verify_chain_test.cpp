// Layer 5: what a Bitcoin node has, against what the log was told of it.

#include "engine/runtime/verify_chain.hpp"
#include "engine/base/hex.hpp"
#include "tests/support/golden_life.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
using testing::HasSubstr;
using Verdict = LayerReport::Verdict;

/// A Bitcoin node over a chain in memory: its unspent outputs are worked out from its blocks.
class MemoryNode final : public OutsideChain
{
    const Chain& m_chain;

public:
    BlockHash tip;
    std::uint32_t blocks_max = 1'000;  // It answers for so many, and then no more.

    MemoryNode(const Chain& chain, const BlockHash& best) : m_chain{chain}, tip{best} {}

    Result<UnspentSet, std::string> unspent(ByteView script) override
    {
        std::map<OutPoint, Unspent> found;
        for (const auto& hash : m_chain.path_to(tip))
        {
            const auto& mined = m_chain.at(hash);
            for (const auto& transaction : mined.block.transactions)
            {
                for (const auto& input : transaction.inputs)
                    found.erase(input.previous);
                for (std::uint32_t i = 0; i < transaction.outputs.size(); ++i)
                {
                    const OutPoint outpoint{btc::txid(transaction), i};
                    const auto& output = transaction.outputs[i];
                    if (std::ranges::equal(output.script_pubkey, script))
                        found[outpoint] = {outpoint, output.value.value(), mined.height.value};
                }
            }
        }
        UnspentSet out{m_chain.height(tip).value, tip, {}};
        for (const auto& [outpoint, unspent] : found)
            out.outputs.push_back(unspent);
        return out;
    }

    Result<btc::Block, std::string> block(const BlockHash& hash) override
    {
        if (blocks_max == 0)
            return Failure{std::string{"the node went away"}};
        --blocks_max;
        return m_chain.at(hash).block;
    }
};

/// A log that was told of a chain, whole or not, and a node that has the chain.
class VerifyChain : public testing::Test
{
protected:
    GoldenLife life;
    const btc::Transaction first = peg_in(coin(1), 50'000, test_principal(1));
    const btc::Transaction second = peg_in(coin(2), 60'000, test_principal(2));

    /// What a follower says that leaves the transactions of a block out.
    BlockHash add_without(
        const BlockHash& parent, std::vector<btc::Transaction> transactions, bool with_scan = true)
    {
        const auto block = life.chain.mine(parent, std::move(transactions));
        life.tell(bitcoin::Event{header_seen(life.chain.at(block))});
        if (with_scan)
            life.tell(bitcoin::Event{bitcoin::BlockScanned{block, life.watch().version}});
        life.run_for(20);
        return block;
    }

    LayerReport check(OutsideChain& node)
    {
        LayerReport report;
        life.read([&](const StateView& state) { report = verify_chain(node, state); });
        return report;
    }

    static const Difference& at(const LayerReport& report, const std::string& what)
    {
        for (const auto& difference : report.differences)
        {
            if (difference.what == what)
                return difference;
        }
        throw std::runtime_error{"no difference says: " + what};
    }
};

std::string outpoint_of(const btc::Transaction& transaction)
{
    return to_display_hex(btc::txid(transaction).bytes) + ":1";
}

TEST_F(VerifyChain, ALogThatWasToldEverythingAgrees)
{
    const auto spent = spend({{btc::txid(first), 1}}, {{*Sats::from(49'000), script_of(2)}});
    auto tip = life.add(life.chain.genesis(), {first});
    tip = life.add(tip, {second});
    tip = life.add(tip, {spent});
    MemoryNode node{life.chain, tip};
    const auto report = check(node);
    EXPECT_EQ(report.verdict, Verdict::ok) << report.looked_at;
    EXPECT_THAT(report.looked_at, HasSubstr("1 unspent wallet outputs, 3 blocks from height 1 on"));
}

TEST_F(VerifyChain, ATransactionThatWasLeftOutIsNamedByOutputAndByBlock)
{
    auto tip = life.add(life.chain.genesis(), {first});
    tip = add_without(tip, {second});
    MemoryNode node{life.chain, tip};
    const auto report = check(node);
    ASSERT_EQ(report.verdict, Verdict::differs) << report.looked_at;
    EXPECT_EQ(report.differences_all, 2u);
    const auto& output = at(report, "the log doesn't know of it");
    EXPECT_EQ(output.where, "output " + outpoint_of(second));
    EXPECT_EQ(output.stored, "60000 sats");
    EXPECT_EQ(at(report, "the log left it out").where,
        "block 2, transaction " + to_display_hex(btc::txid(second).bytes));
}

TEST_F(VerifyChain, ASpendThatWasLeftOutIsNamedByTheOutputThatIsGone)
{
    const auto spent = spend({{btc::txid(first), 1}}, {{*Sats::from(49'000), script_of(2)}});
    auto tip = life.add(life.chain.genesis(), {first});
    tip = add_without(tip, {spent});
    MemoryNode node{life.chain, tip};
    const auto report = check(node);
    ASSERT_EQ(report.verdict, Verdict::differs) << report.looked_at;
    const auto& output = at(report, "the node has no such unspent output");
    EXPECT_EQ(output.where, "output " + outpoint_of(first));
    EXPECT_EQ(output.computed, "50000 sats");
    EXPECT_EQ(at(report, "the log left it out").where,
        "block 2, transaction " + to_display_hex(btc::txid(spent).bytes));
}

TEST_F(VerifyChain, ANodeOnAnotherBranchIsNotCompared)
{
    const auto fork = life.add(life.chain.genesis(), {first});
    const auto tip = life.add(fork);
    MemoryNode node{life.chain, life.chain.mine(fork)};
    const auto report = check(node);
    EXPECT_EQ(report.verdict, Verdict::not_checked);
    EXPECT_THAT(report.looked_at, HasSubstr("and the log at " + to_display_hex(tip.bytes)));
}

TEST_F(VerifyChain, ABlockThatWasNeverScannedIsNotPassedOver)
{
    auto tip = add_without(life.chain.genesis(), {}, false);
    tip = life.add(tip, {first});
    MemoryNode node{life.chain, tip};
    const auto report = check(node);
    EXPECT_EQ(report.verdict, Verdict::not_checked);
    EXPECT_EQ(report.looked_at, "the log has not scanned block 1");
}

TEST_F(VerifyChain, ANodeThatGivesAnotherBlockIsNotBelieved)
{
    class OtherBlock final : public OutsideChain
    {
        MemoryNode& m_node;

    public:
        explicit OtherBlock(MemoryNode& node) : m_node{node} {}
        Result<UnspentSet, std::string> unspent(ByteView script) override
        {
            return m_node.unspent(script);
        }
        Result<btc::Block, std::string> block(const BlockHash& hash) override
        {
            auto block = m_node.block(hash);
            block->transactions.pop_back();
            return block;
        }
    };
    MemoryNode node{life.chain, life.add(life.chain.genesis(), {first})};
    OtherBlock other{node};
    const auto report = check(other);
    EXPECT_EQ(report.verdict, Verdict::not_checked);
    EXPECT_THAT(report.looked_at, HasSubstr("the node gave another block"));
}

TEST_F(VerifyChain, AnAmountThatDiffersIsToldInBothForms)
{
    class OtherAmounts final : public OutsideChain
    {
        MemoryNode& m_node;

    public:
        explicit OtherAmounts(MemoryNode& node) : m_node{node} {}
        Result<UnspentSet, std::string> unspent(ByteView script) override
        {
            auto set = m_node.unspent(script);
            set->outputs.at(0).amount += 1;
            return set;
        }
        Result<btc::Block, std::string> block(const BlockHash& hash) override
        {
            return m_node.block(hash);
        }
    };
    MemoryNode node{life.chain, life.add(life.chain.genesis(), {first})};
    OtherAmounts other{node};
    const auto report = check(other);
    ASSERT_EQ(report.verdict, Verdict::differs) << report.looked_at;
    EXPECT_EQ(report.differences_all, 1u);
    const auto& amount = at(report, "the amounts differ");
    EXPECT_EQ(amount.stored, "50001 sats");
    EXPECT_EQ(amount.computed, "50000 sats");
}

TEST_F(VerifyChain, ANodeThatIsAheadOrBehindIsNotCompared)
{
    const auto tip = life.add(life.chain.genesis(), {first});
    MemoryNode ahead{life.chain, life.chain.mine(tip)};
    EXPECT_EQ(check(ahead).verdict, Verdict::not_checked);
    EXPECT_THAT(check(ahead).looked_at, HasSubstr("the node is at height 2 and the log at 1"));
    MemoryNode same{life.chain, add_without(tip, {}, false)};
    EXPECT_EQ(check(same).verdict, Verdict::not_checked);
    EXPECT_THAT(check(same).looked_at, HasSubstr("has not scanned block 2 yet"));
}

TEST_F(VerifyChain, WhatWasFoundStaysWhenTheNodeGoesAway)
{
    auto tip = life.add(life.chain.genesis(), {first});
    tip = life.add(tip);
    MemoryNode well{life.chain, tip};
    well.blocks_max = 1;
    EXPECT_EQ(check(well).verdict, Verdict::not_checked);
    EXPECT_EQ(check(well).looked_at, "the node went away");

    tip = add_without(tip, {second});
    MemoryNode node{life.chain, tip};
    node.blocks_max = 1;
    EXPECT_EQ(check(node).verdict, Verdict::differs);
}
}  // namespace
}  // namespace engine::test
