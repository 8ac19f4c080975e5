#include "tests/domain_bitcoin/fixture.hpp"

namespace engine::test
{
namespace
{
using BitcoinHeaders = BitcoinTest;

TEST_F(BitcoinHeaders, TheAnchorIsTheFirstTip)
{
    EXPECT_EQ(tip().block, chain.genesis());
    EXPECT_EQ(tip().height, ChainHeight{0});
    EXPECT_EQ(bitcoin::confirmations(state, chain.genesis()), 1u);
    EXPECT_EQ(bitcoin::first_height(state), ChainHeight{1});
}

TEST_F(BitcoinHeaders, ConfirmationsAreTipLessHeightPlusOne)
{
    const auto first = add(chain.genesis());
    EXPECT_EQ(bitcoin::confirmations(state, first), 1u);
    add_empty(first, 5);
    EXPECT_EQ(bitcoin::confirmations(state, first), 6u);
    const auto stale = add(chain.genesis());
    EXPECT_EQ(bitcoin::confirmations(state, stale), 0u);
    EXPECT_EQ(bitcoin::confirmations(state, BlockHash{}), 0u);
}

TEST_F(BitcoinHeaders, AKnownHeaderIsADuplicateAndOneWithoutParentAGap)
{
    const auto first = chain.mine(chain.genesis());
    const auto second = chain.mine(first);
    EXPECT_EQ(header(second), Verdict{kGap});
    EXPECT_EQ(header(first), accepted);
    EXPECT_EQ(header(second), accepted);
    EXPECT_EQ(header(first), Verdict{kDuplicate});
    EXPECT_EQ(header(chain.genesis()), Verdict{kDuplicate});
}

TEST_F(BitcoinHeaders, MoreWorkWinsAndOfEqualsTheFirst)
{
    const auto first = add(chain.genesis());
    const auto rival = add(chain.genesis());
    EXPECT_EQ(tip().block, first);
    EXPECT_EQ(story(), "");
    const auto heavier = add(rival);
    EXPECT_EQ(tip().block, heavier);
    EXPECT_EQ(story(), "-b1 +b1 +b2");
    EXPECT_FALSE(bitcoin::is_on_best_chain(state, first));
    EXPECT_TRUE(bitcoin::is_on_best_chain(state, rival));
}

// Each rejection, in the order of the rules, and its boundary from both sides.

class BitcoinHeaderRules : public BitcoinTest
{
protected:
    BlockHash parent = chain.genesis();

    btc::Header next() const
    {
        const auto& below = chain.at(parent).block.header;
        btc::Header header;
        header.version = 0x20000000;
        header.previous = parent;
        header.time = ChainTime{below.time.value + 600};
        header.bits = below.bits;
        return header;
    }
    Verdict verdict(btc::Header header)
    {
        mine(header);
        return (*this)(bitcoin::HeaderSeen{raw(header)});
    }
};

TEST_F(BitcoinHeaderRules, VersionsBelowFourAreOld)
{
    auto header = next();
    header.version = 3;
    EXPECT_EQ(verdict(header), Verdict{bitcoin::kOldVersion});
    header.version = 0x80000004;  // Negative, as Bitcoin reads it.
    EXPECT_EQ(verdict(header), Verdict{bitcoin::kOldVersion});
    header.version = 4;
    EXPECT_EQ(verdict(header), accepted);
}

TEST_F(BitcoinHeaderRules, RegtestHasOneDifficulty)
{
    auto header = next();
    header.bits = 0x207ffffe;
    EXPECT_EQ(verdict(header), Verdict{bitcoin::kWrongDifficulty});
}

TEST_F(BitcoinHeaderRules, TimeIsAfterTheMedianOfTheLastEleven)
{
    parent = add_empty(chain.genesis(), 12);
    const auto median = chain.at(chain.path_to(parent)[6]).block.header.time;
    auto header = next();
    header.time = median;
    EXPECT_EQ(verdict(header), Verdict{bitcoin::kTimeTooOld});
    header.time = ChainTime{median.value + 1};
    EXPECT_EQ(verdict(header), accepted);
}

TEST_F(BitcoinHeaderRules, TimeIsAtMostTwoHoursAheadOfTheLog)
{
    auto header = next();
    const auto now = header.time.value;
    context.time = LogTime{(std::int64_t{now} - 7'200) * 1'000 - 1};
    EXPECT_EQ(verdict(header), Verdict{bitcoin::kTimeTooNew});
    context.time = LogTime{(std::int64_t{now} - 7'200) * 1'000};
    EXPECT_EQ(verdict(header), accepted);
}

TEST_F(BitcoinHeaderRules, WhatWasIgnoredIsTakenWhenItsTimeHasCome)
{
    const auto block = chain.mine(chain.genesis());
    context.time = LogTime{0};
    EXPECT_EQ(header(block), Verdict{bitcoin::kTimeTooNew});
    context.time = kLogTime;
    EXPECT_EQ(header(block), accepted);
}

// Genesis.

TEST(BitcoinGenesis, AnAnchorThatContradictsItselfIsRefused)
{
    const auto verdict = [](const bitcoin::Genesis& genesis) {
        MemoryState state;
        Context context;
        Outcome outcome;
        Step step{state, context, outcome};
        return bitcoin::on_genesis(step, genesis);
    };
    const auto good = chain_genesis();
    EXPECT_EQ(verdict(good), accepted);

    auto bad = good;
    bad.anchor.header.bytes[76] ^= 0xff;  // Another nonce: another block, maybe without work.
    EXPECT_EQ(verdict(bad), Verdict{bitcoin::kBadAnchor});
    bad = good;
    bad.anchor.period_bits = 0;
    EXPECT_EQ(verdict(bad), Verdict{bitcoin::kBadAnchor});
    bad = good;
    bad.anchor.period_start = ChainTime{1};
    EXPECT_EQ(verdict(bad), Verdict{bitcoin::kBadAnchor});
    bad = good;
    bad.anchor.work = {};
    EXPECT_EQ(verdict(bad), Verdict{bitcoin::kBadAnchor});
    bad = good;
    bad.anchor.last_times.clear();
    EXPECT_EQ(verdict(bad), Verdict{bitcoin::kBadAnchor});
    bad = good;
    bad.anchor.last_times = {ChainTime{1}};
    EXPECT_EQ(verdict(bad), Verdict{bitcoin::kBadAnchor});
    bad = good;
    bad.anchor.height = ChainHeight{2016};  // Eleven times are missing.
    EXPECT_EQ(verdict(bad), Verdict{bitcoin::kBadAnchor});
    bad = good;
    bad.network = bitcoin::Network::mainnet;
    EXPECT_EQ(verdict(bad), Verdict{bitcoin::kBadAnchor});
    for (const std::uint32_t window : {0u, bitcoin::kHeadersKept + 1})
    {
        bad = good;
        bad.window = window;
        EXPECT_EQ(verdict(bad), Verdict{bitcoin::kBadWindow});
    }
}
}  // namespace
}  // namespace engine::test
