#include "adapters/system/executor.hpp"
#include "adapters/system/clock.hpp"
#include "adapters/system/random.hpp"
#include "tests/sim/executor.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace engine
{
namespace
{
TEST(ThreadExecutor, RunsTheTasksOfALaneInOrderAndOneAtATime)
{
    ThreadExecutor executor{2};
    std::vector<int> order;  // Of the fold lane alone: no lock.
    for (int i = 0; i < 1000; ++i)
        executor.post(Lane::fold, [&order, i] { order.push_back(i); });
    executor.stop();
    ASSERT_EQ(order.size(), 1000U);
    for (int i = 0; i < 1000; ++i)
        ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(ThreadExecutor, StopRunsWhatTasksPost)
{
    std::atomic<int> ran = 0;
    {
        ThreadExecutor executor{2};
        for (int i = 0; i < 100; ++i)
        {
            executor.post(Lane::check, [&] {
                executor.post(Lane::log, [&] { executor.post(Lane::fold, [&] { ++ran; }); });
            });
        }
    }
    EXPECT_EQ(ran, 100);
}

TEST(ThreadExecutor, WaitsForWhatATaskOfATaskDoes)
{
    ThreadExecutor executor{2};
    for (int i = 0; i < 200; ++i)
    {
        std::atomic<bool> done = false;
        executor.post(Lane::log, [&] { executor.post(Lane::check, [&] { done = true; }); });
        executor.wait_until([&] { return done.load(); });
        EXPECT_TRUE(done);
    }
}

TEST(ThreadExecutor, TimersWaitAndRunInOrder)
{
    ThreadExecutor executor{1};
    const SystemClock clock;
    std::mutex mutex;
    std::string order;
    std::atomic<int> ran = 0;
    const auto begun = clock.monotonic_ms();
    const auto note = [&](char c) {
        const std::lock_guard lock{mutex};
        order += c;
        ++ran;
    };
    executor.post_after(Lane::fold, 40, [&] { note('c'); });
    executor.post_after(Lane::fold, 20, [&] { note('a'); });
    executor.post_after(Lane::fold, 20, [&] { note('b'); });
    while (ran < 3)
    {}
    EXPECT_GE(clock.monotonic_ms() - begun, 40);
    EXPECT_EQ(order, "abc");
}

TEST(ThreadExecutor, StopDropsTimersThatAreNotDue)
{
    bool ran = false;
    ThreadExecutor executor{1};
    executor.post_after(Lane::root, 1'000'000, [&] { ran = true; });
    executor.stop();
    executor.post(Lane::root, [&] { ran = true; });
    EXPECT_FALSE(ran);
}

TEST(SystemRandom, FillsEveryByteAndNeverTheSame)
{
    std::array<std::uint8_t, 1000> first{};
    std::array<std::uint8_t, 1000> second{};
    SystemRandom random;
    random.fill(first);
    random.fill(second);
    EXPECT_NE(first, second);
    EXPECT_TRUE(std::any_of(first.end() - 8, first.end(), [](auto byte) { return byte != 0; }));
    random.fill({});
}

TEST(SimExecutor, OneSeedGivesOneOrder)
{
    const auto play = [](std::uint64_t seed) {
        sim::SimClock clock;
        sim::SimExecutor executor{clock, seed};
        std::string order;
        for (const char c : {'a', 'b', 'c', 'd'})
        {
            executor.post(Lane::fold, [&order, c] { order += c; });
            executor.post(Lane::log, [&order, c] { order += static_cast<char>(c - 32); });
        }
        executor.run_ready();
        return order;
    };
    EXPECT_EQ(play(1), play(1));
    bool differ = false;
    for (std::uint64_t seed = 2; seed < 10; ++seed)
    {
        const auto order = play(seed);
        differ = differ || order != play(1);
        EXPECT_LT(order.find('a'), order.find('b'));
        EXPECT_LT(order.find('C'), order.find('D'));
    }
    EXPECT_TRUE(differ);
}

TEST(SimExecutor, TimePassesOnlyWhenNothingIsReady)
{
    sim::SimClock clock;
    sim::SimExecutor executor{clock, 1};
    std::string order;
    executor.post_after(Lane::fold, 200, [&] { order += 'b'; });
    executor.post_after(Lane::log, 100, [&] { order += 'a'; });
    executor.post(Lane::root, [&] { order += '0'; });
    executor.run_ready();
    EXPECT_EQ(order, "0");
    EXPECT_EQ(clock.monotonic_ms(), 0);
    executor.run_for(150);
    EXPECT_EQ(order, "0a");
    EXPECT_EQ(clock.monotonic_ms(), 150);
    EXPECT_TRUE(executor.run_until([&] { return order == "0ab"; }, 1000));
    EXPECT_EQ(clock.monotonic_ms(), 200);
    EXPECT_FALSE(executor.run_until([] { return false; }, 1000));
}
}  // namespace
}  // namespace engine
