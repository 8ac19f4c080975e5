// What an operator's orders do: the clock's limit, and the rules in force at a height.

#include "engine/domain/access/queries.hpp"
#include "tests/access/fold_alone.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
constexpr std::int64_t kSevenDays = 604'800'000;

class AccessOrders : public testing::Test
{
protected:
    FoldAlone fold{access_genesis()};
    std::uint64_t sequence = 0;

    void order(access::Event event) { fold.after(command_of(std::move(event), ++sequence)); }

    LogTime limit() { return access::clock_limit(fold.state(), kLogTime); }
    RulesVersion rules_at(std::uint64_t height)
    {
        return access::rules_at(fold.state(), LogHeight{height});
    }
};

TEST_F(AccessOrders, WithoutAWordTheClockMayGoSevenDays)
{
    EXPECT_EQ(limit(), LogTime{kLogTime.value + kSevenDays});
}

TEST_F(AccessOrders, AWordBelowTheLimitTakesNothingAway)
{
    order(access::ClockJumpAllowed{LogTime{kLogTime.value + kSevenDays - 1}});
    EXPECT_EQ(limit(), LogTime{kLogTime.value + kSevenDays});
}

TEST_F(AccessOrders, AWordAboveTheLimitIsTheLimit)
{
    order(access::ClockJumpAllowed{LogTime{kLogTime.value + kSevenDays + 1}});
    EXPECT_EQ(limit(), LogTime{kLogTime.value + kSevenDays + 1});
}

TEST_F(AccessOrders, TheLastWordCounts)
{
    order(access::ClockJumpAllowed{LogTime{kLogTime.value + 3 * kSevenDays}});
    order(access::ClockJumpAllowed{LogTime{kLogTime.value + 2 * kSevenDays}});
    EXPECT_EQ(limit(), LogTime{kLogTime.value + 2 * kSevenDays});
}

/// What no clock can reach is the limit where the sum would go beyond it.
TEST_F(AccessOrders, ALimitThatNoClockReachesIsNoneAtAll)
{
    for (const auto ms : {INT64_MAX - kLogTime.value - 1, INT64_MAX - kLogTime.value,
             INT64_MAX - kLogTime.value + 1, INT64_MAX})
    {
        auto genesis = access_genesis();
        access_of(genesis).clock_jump_max_ms = ms;
        FoldAlone alone{genesis};
        const bool fits = ms <= INT64_MAX - kLogTime.value;
        EXPECT_EQ(access::clock_limit(alone.state(), kLogTime),
            LogTime{fits ? kLogTime.value + ms : INT64_MAX});
        EXPECT_EQ(access::clock_limit(alone.state(), LogTime{0}), LogTime{ms});
        EXPECT_EQ(access::clock_limit(alone.state(), LogTime{-1}), LogTime{ms - 1});
    }
}

TEST_F(AccessOrders, ScheduledRulesAreInForceFromTheirHeightOn)
{
    order(access::RulesScheduled{{RulesVersion{2}, LogHeight{100}}});
    EXPECT_EQ(rules_at(0), RulesVersion{1});
    EXPECT_EQ(rules_at(99), RulesVersion{1});
    EXPECT_EQ(rules_at(100), RulesVersion{2});
    EXPECT_EQ(rules_at(UINT64_MAX), RulesVersion{2});
}

TEST(AccessGenesis, RulesOfGenesisAreInForceFromTheirHeightsOn)
{
    auto genesis = access_genesis();
    access_of(genesis).rules = {{RulesVersion{1}, LogHeight{0}}, {RulesVersion{2}, LogHeight{50}}};
    FoldAlone fold{genesis};
    EXPECT_EQ(access::rules_at(fold.state(), LogHeight{49}), RulesVersion{1});
    EXPECT_EQ(access::rules_at(fold.state(), LogHeight{50}), RulesVersion{2});
    EXPECT_EQ(access::rules_at(FoldAlone{}.state(), LogHeight{50}), RulesVersion{1});
}
}  // namespace
}  // namespace engine::test
