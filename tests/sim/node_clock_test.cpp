// A node whose machine's clock is set forward and back, by a millisecond and by years, while it
// works and while it is down. The log's time goes one way; roots are a function of the log; timers
// neither storm nor stand still; and what goes too far is named and waits for an operator.

#include "engine/fold/fold.hpp"
#include "tests/support/shadow.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iostream>

namespace engine::test
{
namespace
{
constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kHour = 3'600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kYear = 365 * kDay;
constexpr std::int64_t kJumpMax = 7 * kDay;  // What genesis allows.

constexpr std::array kJumps{std::int64_t{1}, kSecond, 61 * kSecond, kHour, kDay, kJumpMax - kHour,
    kJumpMax + kHour, 30 * kDay, 10 * kYear, 50 * kYear};

/// A node works this little while nobody asks for anything, in tasks of a simulated second.
constexpr std::uint64_t kQuietTasks = 300;

class JumpyNode
{
    std::uint64_t m_recipients = 0;

public:
    ShadowedNode node;
    World& world = node.world;
    std::uint64_t jumps = 0;
    std::uint64_t stood = 0;  // Times that an operator had to be asked.

    explicit JumpyNode(std::uint64_t seed) : node{seed} {}

    void jump()
    {
        const auto ms = kJumps.at(world.random.below(kJumps.size()));
        const auto by = world.random.one_in(2) ? ms : -ms;
        world.clock.jump_to(LogTime{world.clock.now().value + by});
        ++jumps;
    }

    /// Something that falls due, soon or after jumps.
    void set_a_deadline()
    {
        peg::RecipientAllowed allowed{{26, {}, {}}, {}};
        allowed.recipient.hash.bytes[0] = static_cast<std::uint8_t>(++m_recipients);
        allowed.until = LogTime{
            world.status().time.value + 1 + static_cast<std::int64_t>(world.random.below(kHour))};
        node.order(peg::Event{allowed});
    }

    /// How many tasks run in this much simulated time; stops counting where it is a storm.
    std::uint64_t tasks_in(std::int64_t ms)
    {
        auto& executor = *world.executor;
        const auto before = executor.tasks_run();
        for (std::int64_t passed = 0; passed < ms; passed += 10)
        {
            while (executor.run_one())
            {
                if (executor.tasks_run() - before > 100 * kQuietTasks)
                    return executor.tasks_run() - before;
            }
            world.clock.advance(10);
        }
        return executor.tasks_run() - before;
    }

    /// What an operator does who is told that the clock stands.
    void allow_the_jump()
    {
        ++stood;
        const auto until = LogTime{world.clock.now().value + kHour};
        ASSERT_EQ(node.order(access::Event{access::ClockJumpAllowed{until}}).status,
            Receipt::Status::applied);
    }

    /// Whatever the clock says, somebody is answered in the end, and a node that is left alone
    /// does little.
    void expect_life()
    {
        world.executor->run_until([] { return false; }, 2 * kSecond);
        ASSERT_LT(tasks_in(kSecond), kQuietTasks);
        if (world.status().clock_stands)
        {
            ASSERT_NO_FATAL_FAILURE(allow_the_jump());
        }
        ASSERT_FALSE(world.status().clock_stands);
        const auto before = node.acknowledged();
        node.submit();
        world.executor->run_until([&] { return node.acknowledged() > before; }, 60 * kSecond);
        ASSERT_GT(node.acknowledged(), before);
        ASSERT_FALSE(world.failure) << *world.failure;
    }

    /// Time in the log goes one way, and no further at once than genesis and operators allow.
    void expect_time_to_go_one_way()
    {
        LogTime last;
        LogTime allowed;
        for (const auto& bytes : read_blocks(world.disk, world.options.directory))
        {
            const auto block = *log::BlockView::parse(bytes);
            const auto time = block.header().time;
            if (block.height() > LogHeight{0})
            {
                ASSERT_GE(time, last) << block.height().value;
                ASSERT_LE(time, std::max(LogTime{last.value + kJumpMax}, allowed));
            }
            for (std::uint32_t i = 0; i < block.event_count(); ++i)
            {
                const auto event = *decode_event(block.event(i));
                const auto* order = std::get_if<access::Event>(&event.body);
                if (order && std::holds_alternative<access::ClockJumpAllowed>(*order))
                    allowed = std::get<access::ClockJumpAllowed>(*order).until;
            }
            last = time;
        }
    }
};

void play(std::uint64_t seed, std::uint64_t& jumps, std::uint64_t& stood)
{
    JumpyNode jumpy{seed};
    auto& node = jumpy.node;
    for (int life = 0; life < 4; ++life)
    {
        const auto started = node.start();
        ASSERT_TRUE(started.good()) << started.what;
        for (int i = 0; i < 4; ++i)
        {
            node.live(20 + node.world.random.below(60));
            jumpy.jump();
            node.live(10);
            jumpy.set_a_deadline();
            ASSERT_NO_FATAL_FAILURE(jumpy.expect_life());
        }
        node.kill_or_crash();
        jumpy.jump();
    }
    const auto started = node.start();
    ASSERT_TRUE(started.good()) << started.what;
    ASSERT_NO_FATAL_FAILURE(jumpy.expect_life());
    const auto finished = node.finish();
    ASSERT_TRUE(finished.good()) << finished.what;
    node.world.stop();
    ASSERT_NO_FATAL_FAILURE(jumpy.expect_time_to_go_one_way());
    jumps += jumpy.jumps;
    stood += jumpy.stood;
}

TEST(NodeClock, JumpsChangeNoRootAndStopNothingForGood)
{
    const auto number = [](const char* name, std::uint64_t standard) {
        const char* text = std::getenv(name);
        return text != nullptr ? std::strtoull(text, nullptr, 10) : standard;
    };
    const auto first = number("REFOLD_SIM_SEED", 1);
    const auto seeds = number("REFOLD_SIM_SEEDS", std::getenv("REFOLD_LONG") ? 1'000 : 20);
    std::uint64_t jumps = 0;
    std::uint64_t stood = 0;
    for (auto seed = first; seed < first + seeds; ++seed)
    {
        SCOPED_TRACE("REFOLD_SIM_SEED=" + std::to_string(seed));
        play(seed, jumps, stood);
        if (::testing::Test::HasFailure())
            return;
    }
    std::cout << jumps << " jumps, " << stood << " of them waited for an operator\n";
    EXPECT_GT(stood, 0U);
}

class ClockTooFar : public ::testing::Test
{
protected:
    JumpyNode jumpy{1};
    ShadowedNode& node = jumpy.node;
    World& world = node.world;
    LogTime deadline;
    LogTime before;

    void SetUp() override
    {
        ASSERT_TRUE(node.start().good());
        node.live(100);
        deadline = LogTime{world.status().time.value + 30 * kSecond};
        ASSERT_EQ(node.order(peg::Event{peg::RecipientAllowed{{26, {}, {}}, deadline}}).status,
            Receipt::Status::applied);
        world.executor->run_for(kSecond);
        before = world.clock.now();
        world.clock.jump_to(LogTime{before.value + kJumpMax + kHour});
    }

    bool is_taken()
    {
        bool taken = false;
        node.read(
            [&](const DurableView& view) { taken = !first_deadline(view.state).has_value(); });
        return taken;
    }
};

TEST_F(ClockTooFar, IsSeenBeforeAnybodyAsksForAnything)
{
    EXPECT_TRUE(world.status().clock_stands);
    world.clock.jump_to(before);
    EXPECT_FALSE(world.status().clock_stands);
}

/// What is due by a clock that nobody has allowed waits, and costs nothing while it waits.
TEST_F(ClockTooFar, ADeadlineWaitsQuietlyForTheOperator)
{
    const auto height = world.status().height;
    EXPECT_LT(jumpy.tasks_in(10 * kSecond), kQuietTasks);
    EXPECT_EQ(world.status().height, height);
    ASSERT_NO_FATAL_FAILURE(jumpy.allow_the_jump());
    world.executor->run_for(2 * kSecond);
    EXPECT_TRUE(is_taken());
    EXPECT_GT(world.status().time.value, before.value + kJumpMax);
}

TEST_F(ClockTooFar, ADeadlineComesInItsTimeOnceTheClockIsRightAgain)
{
    EXPECT_LT(jumpy.tasks_in(2 * kSecond), kQuietTasks);
    world.clock.jump_to(before);
    world.executor->run_for(20 * kSecond);
    EXPECT_FALSE(is_taken());
    world.executor->run_for(12 * kSecond);
    EXPECT_TRUE(is_taken());
    EXPECT_LT(world.status().time.value, before.value + kHour);
}

TEST_F(ClockTooFar, ARestartStandsAsWell)
{
    world.kill();
    ASSERT_TRUE(node.start().good());
    EXPECT_TRUE(world.status().clock_stands);
    EXPECT_LT(jumpy.tasks_in(2 * kSecond), kQuietTasks);
    EXPECT_EQ(node.order(probe_of(1'000'000)).status, Receipt::Status::busy);
    ASSERT_NO_FATAL_FAILURE(jumpy.allow_the_jump());
    EXPECT_EQ(node.order(probe_of(1'000'000)).status, Receipt::Status::applied);
}

/// A clock that is set back makes the log's time stand still: deadlines come when it has caught up.
TEST(NodeClock, SetBackItMakesTheLogsTimeStandStill)
{
    JumpyNode jumpy{2};
    auto& world = jumpy.world;
    ASSERT_TRUE(jumpy.node.start().good());
    jumpy.node.live(100);
    const auto time = world.status().time;
    world.clock.jump_to(LogTime{time.value - kHour});
    jumpy.node.live(100);
    EXPECT_EQ(world.status().time, time);
    EXPECT_FALSE(world.status().clock_stands);
    EXPECT_LT(jumpy.tasks_in(kSecond), kQuietTasks);
    world.executor->run_for(kHour);
    jumpy.node.live(100);
    EXPECT_GT(world.status().time, time);
    EXPECT_LT(world.status().time.value, time.value + kHour);
}

/// Genesis may say that no jump is too far.
TEST(NodeClock, WithoutALimitAnyJumpIsTaken)
{
    World world{1, [](Genesis& genesis) {
                    std::get<access::Genesis>(genesis.modules).clock_jump_max_ms = INT64_MAX;
                }};
    world.start();
    for (const auto years : {1, 100, 100'000})
    {
        world.clock.jump_to(LogTime{world.clock.now().value + years * kYear});
        EXPECT_FALSE(world.status().clock_stands);
        const auto receipt = world.submit_one(
            observation(probe_of(static_cast<std::uint64_t>(years)), 0), Door::sources);
        EXPECT_NE(receipt.status, Receipt::Status::busy) << receipt.text;
    }
}
}  // namespace
}  // namespace engine::test
