// Rules that come into force at a height of a whole node's log: what is decided below it and at it,
// across restarts, in a replay, and when a header tells otherwise.

#include "engine/domain/peg/queries.hpp"
#include "engine/domain/peg/rejects.hpp"
#include "tests/support/full_replay.hpp"
#include "tests/support/golden_life.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
using peg::DepositState;
using testing::HasSubstr;

constexpr LogHeight kActivation{40};
constexpr std::uint64_t kBelowMinimum = 999;  // The minimum of the genesis is 1'000.
constexpr LogHeight below(LogHeight height)
{
    return LogHeight{height.value - 1};
}

/// A node with rules 1 whose operator has scheduled rules 2, which ask for the peg's minimum.
class RulesActivated : public testing::Test
{
protected:
    GoldenLife life;
    std::uint64_t probes = 0;
    BlockHash tip = life.chain.genesis();

    void SetUp() override
    {
        const auto receipt =
            life.call(access::Event{access::RulesScheduled{{RulesVersion{2}, kActivation}}});
        ASSERT_EQ(receipt.status, Receipt::Status::applied);
    }

    LogHeight height() { return life.world().status().height; }

    /// Fills the log up to a height.
    void advance_to(LogHeight wanted)
    {
        while (height() < wanted)
        {
            life.observe(probe_of(probes), probes);
            ++probes;
        }
        ASSERT_EQ(height(), wanted);
    }

    /// A deposit that lacks the last of its three confirmations.
    btc::Transaction almost_confirmed(std::uint32_t number, std::uint64_t sats)
    {
        auto deposit = peg_in(coin(number), sats, test_principal(1));
        tip = life.add_empty(life.add(tip, {deposit}), 1);
        return deposit;
    }

    /// The header that confirms, as the first event of the next block.
    void confirm()
    {
        tip = life.chain.mine(tip);
        life.tell(bitcoin::Event{header_seen(life.chain.at(tip))});
    }

    peg::Deposit row_of(const btc::Transaction& transaction)
    {
        std::optional<peg::Deposit> row;
        life.read([&](const StateView& state) {
            row = peg::deposit(state, {btc::txid(transaction), 1});
        });
        return row.value();
    }
    void expect_credited(const btc::Transaction& transaction)
    {
        EXPECT_EQ(row_of(transaction).state, DepositState::credited);
    }
    void expect_below_minimum(const btc::Transaction& transaction)
    {
        EXPECT_EQ(row_of(transaction).state, DepositState::ignored);
        EXPECT_EQ(row_of(transaction).reason, peg::kBelowMinimum.code);
    }

    void restart()
    {
        life.world().kill();
        life.world().start();
    }

    /// Headers say version 2 from the activation on, and a fold of everything bears the log out.
    std::vector<Bytes> expect_sound_log()
    {
        life.run_for(2'000);
        const auto root = life.world().status().root;
        auto blocks = life.end();
        EXPECT_GT(blocks.size(), kActivation.value);
        for (std::size_t i = 0; i < blocks.size(); ++i)
        {
            EXPECT_EQ(log::BlockView::parse(blocks[i])->header().rules_version.value,
                i < kActivation.value ? 1U : 2U)
                << i;
        }
        const auto replayed = replay_fully(MemoryLog{blocks});
        EXPECT_EQ(replayed.error, "");
        EXPECT_GT(replayed.roots_checked, 1u);
        EXPECT_EQ(replayed.rooted, root->height);
        EXPECT_EQ(replayed.root, root->root);
        return blocks;
    }
};

TEST_F(RulesActivated, TheLastBlockBelowTheHeightDecidesByTheOldRules)
{
    const auto dust = almost_confirmed(1, kBelowMinimum);
    advance_to(LogHeight{kActivation.value - 2});
    confirm();
    ASSERT_EQ(height(), below(kActivation));
    expect_credited(dust);
    advance_to(LogHeight{kActivation.value + 5});
    expect_credited(dust);  // What was decided stays.
    expect_sound_log();
}

TEST_F(RulesActivated, TheBlockAtTheHeightDecidesByTheNewRules)
{
    const auto dust = almost_confirmed(1, kBelowMinimum);
    advance_to(below(kActivation));
    confirm();
    ASSERT_EQ(height(), kActivation);
    expect_below_minimum(dust);
    const auto enough = almost_confirmed(2, kBelowMinimum + 1);
    confirm();
    expect_credited(enough);
    expect_sound_log();
}

TEST_F(RulesActivated, AVersionIsNotScheduledTwice)
{
    const auto again = life.call(
        access::Event{access::RulesScheduled{{RulesVersion{2}, LogHeight{kActivation.value + 1}}}});
    EXPECT_EQ(again.verdict.name(), "access-rules-out-of-order");
}

/// The height of the newest block when the process ends, from the activation on.
class RulesRestarted : public RulesActivated, public testing::WithParamInterface<int>
{};

TEST_P(RulesRestarted, TheSameIsDecidedWhenTheProcessEndsAroundTheHeight)
{
    const auto credited = almost_confirmed(1, kBelowMinimum);
    confirm();
    const auto dust = almost_confirmed(2, kBelowMinimum);
    ASSERT_LT(height().value + 3, kActivation.value);
    advance_to(LogHeight{
        static_cast<std::uint64_t>(static_cast<std::int64_t>(kActivation.value) + GetParam())});
    restart();
    advance_to(std::max(height(), below(kActivation)));
    confirm();
    expect_credited(credited);
    expect_below_minimum(dust);
    expect_sound_log();
}

INSTANTIATE_TEST_SUITE_P(AroundTheHeight, RulesRestarted, testing::Values(-2, -1, 0, 1));

TEST_F(RulesActivated, AHeaderThatTellsOtherRulesIsFoundByItsHeight)
{
    advance_to(LogHeight{kActivation.value + 5});
    const auto blocks = expect_sound_log();
    const auto error_with = [&](LogHeight forged, RulesVersion version) {
        MemoryLog log{blocks};
        log.forge(forged, [&](LooseBlock& block) {
            if (block.header.height == forged)
                block.header.rules_version = version;
        });
        return replay_fully(log).error;
    };
    const std::string what = "\n  why     the rules version is not the one in force: ";
    EXPECT_THAT(error_with(below(kActivation), RulesVersion{2}),
        HasSubstr("event 39.0" + what + "recorded 2, computed 1"));
    EXPECT_THAT(error_with(kActivation, RulesVersion{1}),
        HasSubstr("event 40.0" + what + "recorded 1, computed 2"));
    EXPECT_THAT(error_with(LogHeight{kActivation.value + 2}, RulesVersion{3}),
        HasSubstr("event 42.0" + what + "recorded 3, computed 2"));
}
}  // namespace
}  // namespace engine::test
