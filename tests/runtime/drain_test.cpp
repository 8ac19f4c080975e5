// SIGTERM, as the node sees it: stop() while submissions wait, blocks are open and being written.

#include "engine/log/marks.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
using Status = Receipt::Status;

class DrainTest : public ::testing::Test
{
protected:
    struct Answers
    {
        std::map<std::uint64_t, Receipt> by_position;
    };

    /// Submits events one by one, without waiting for anything.
    static void submit(World& world, Answers& answers, std::uint64_t from, std::uint64_t count)
    {
        for (auto i = from; i < from + count; ++i)
        {
            world.node->sequencer().submit({{observation(probe_of(i, i), i)}, Door::sources,
                [&answers, i](const std::vector<Receipt>& receipts) {
                    answers.by_position[i] = receipts.front();
                }});
        }
    }

    static void run_some(World& world, std::uint64_t tasks)
    {
        for (std::uint64_t i = 0; i < tasks; ++i)
            world.executor->run_one();
    }

    static void expect_in_log(World& world, const Answers& answers)
    {
        for (const auto& [position, receipt] : answers.by_position)
        {
            if (receipt.status != Status::applied)
                continue;
            const auto bytes = log::read_block(world.node->log(), receipt.place->height);
            ASSERT_TRUE(bytes.has_value());
            const auto block = log::BlockView::parse(*bytes);
            EXPECT_EQ(decode_event(block->event(receipt.place->index))->body,
                Body{probe_of(position, position)});
        }
    }
};

// Whatever stands where when the signal comes: every caller is answered, what was accepted is
// durable, the next start has nothing to fold.
TEST_F(DrainTest, EverybodyIsAnsweredAndWhatWasAcceptedIsDurable)
{
    std::size_t applied = 0, stopping = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        World world{seed};
        world.options.segment_bytes = 16 << 10;  // Segments end on the way.
        world.start();
        Answers answers;
        submit(world, answers, 0, 40);
        run_some(world, world.random.below(250));
        submit(world, answers, 40, 40);
        run_some(world, world.random.below(50));
        bool done = false;
        world.node->stop([&] { done = true; });
        submit(world, answers, 80, 10);  // Too late.
        ASSERT_TRUE(world.executor->run_until([&] { return done; }, 60'000));
        ASSERT_EQ(answers.by_position.size(), 90U);
        EXPECT_FALSE(world.failure.has_value()) << *world.failure;
        // What is still posted (a segment being prepared, timers) meets a closed log: no failure.
        world.executor->run_for(120'000);
        EXPECT_FALSE(world.failure.has_value()) << *world.failure;
        for (const auto& [position, receipt] : answers.by_position)
        {
            EXPECT_TRUE(receipt.status == Status::applied || receipt.status == Status::stopping)
                << position << " " << name(receipt.status);
            applied += receipt.status == Status::applied ? 1 : 0;
            stopping += receipt.status == Status::stopping ? 1 : 0;
        }
        world.kill();
        const auto mark = log::read_clean_stop(world.disk, "/data");
        ASSERT_TRUE(mark && *mark);
        world.start();
        const auto status = world.status();
        EXPECT_EQ((*mark)->height, status.height);
        EXPECT_EQ(status.flushed->height, status.height);
        expect_in_log(world, answers);
    }
    EXPECT_GT(applied, 100U);
    EXPECT_GT(stopping, 600U - 1U);  // The ten that came too late, sixty times.
}

TEST_F(DrainTest, BlocksThatWaitForTheDiskAreWrittenBeforeTheLogIsClosed)
{
    World world;
    world.start();
    Answers answers;
    submit(world, answers, 0, 5);
    world.executor->hold(Lane::log);  // A sync that takes long.
    world.executor->run_for(10);
    submit(world, answers, 5, 20);  // The block behind it fills.
    world.executor->run_for(10);
    bool done = false;
    world.node->stop([&] { done = true; });
    world.executor->run_for(5'000);
    EXPECT_FALSE(done);
    EXPECT_TRUE(answers.by_position.empty());
    world.executor->let_go(Lane::log);
    ASSERT_TRUE(world.executor->run_until([&] { return done; }, 60'000));
    ASSERT_EQ(answers.by_position.size(), 25U);
    for (const auto& [position, receipt] : answers.by_position)
        EXPECT_EQ(receipt.status, Status::applied) << position;
    expect_in_log(world, answers);
}

TEST_F(DrainTest, ABlockThatFindsNoRoomIsGivenUpAndNotAcknowledged)
{
    World world;
    world.options.segment_bytes = 16 << 10;
    world.options.sequencer.flush_every_ms = 1'000'000;  // The log alone is to need room.
    world.options.sequencer.flush_rows = 1'000'000;
    world.start();
    world.executor->run_for(100);
    world.disk.capacity = world.disk.used();
    Answers answers;
    std::uint64_t count = 0;
    while (answers.by_position.size() == count && count < 20'000)  // As fast as the source may.
    {
        world.executor->hold(Lane::log);  // So that they come to be one block.
        submit(world, answers, count, 1'000);
        count += 1'000;
        world.executor->run_for(100);
        world.executor->let_go(Lane::log);
        world.executor->run_for(1'000);
    }
    ASSERT_LT(answers.by_position.size(), count);  // They wait for room.
    ASSERT_FALSE(world.failure.has_value()) << *world.failure;

    world.node->stop([] {});
    ASSERT_TRUE(world.executor->run_until([&] { return world.failure.has_value(); }, 5'000));
    EXPECT_NE(world.failure->find("nothing of it was acknowledged"), std::string::npos);
    ASSERT_EQ(answers.by_position.size(), count);
    EXPECT_EQ(answers.by_position.at(0).status, Status::applied);
    EXPECT_EQ(answers.by_position.at(count - 1).status, Status::stopping);
    world.kill();
    world.disk.capacity = UINT64_MAX;
    world.start();
    expect_in_log(world, answers);
}

TEST_F(DrainTest, AFlushThatFindsNoRoomIsTriedAgainAndRequestsComeLater)
{
    World world;
    world.options.sequencer.flush_rows = 20;
    world.start();
    Answers answers;
    submit(world, answers, 0, 10);
    world.executor->run_for(1'000);
    const auto flushed = world.status().flushed;
    world.disk.capacity = world.disk.used();
    submit(world, answers, 10, 200);
    world.executor->run_for(5'000);
    EXPECT_FALSE(world.failure.has_value()) << *world.failure;
    EXPECT_FALSE(world.status().has_room);
    EXPECT_EQ(world.status().flushed, flushed);
    submit(world, answers, 300, 1);
    world.executor->run_for(100);
    EXPECT_EQ(answers.by_position.at(300).status, Status::busy);

    world.disk.capacity = UINT64_MAX;
    world.executor->run_for(5'000);
    EXPECT_TRUE(world.status().has_room);
    EXPECT_NE(world.status().flushed, flushed);
    std::uint64_t next = 0;
    while (
        answers.by_position.contains(next) && answers.by_position[next].status == Status::applied)
        ++next;
    submit(world, answers, next, 1);
    world.executor->run_for(1'000);
    EXPECT_EQ(answers.by_position.at(next).status, Status::applied);
    expect_in_log(world, answers);
    world.kill();
    world.start();
    expect_in_log(world, answers);
}

TEST_F(DrainTest, AFlushThatFindsNoRoomDoesNotKeepTheEngineFromEnding)
{
    World world;
    world.start();
    Answers answers;
    submit(world, answers, 0, 10);
    world.executor->run_for(100);
    world.disk.capacity = world.disk.used();
    bool done = false;
    world.node->stop([&] { done = true; });
    EXPECT_TRUE(world.executor->run_until([&] { return done || world.failure; }, 60'000));
    world.kill();
    world.disk.capacity = UINT64_MAX;
    world.start();
    expect_in_log(world, answers);
}

TEST_F(DrainTest, WhatIsDurableIsAcknowledgedEvenIfAFollowerFails)
{
    World world;
    world.start();
    world.node->sequencer().follow([](const DurableBlock& block) {
        if (block.header.event_count > 1)
            throw std::runtime_error{"a follower that fails"};
    });
    Answers answers;
    submit(world, answers, 0, 3);
    ASSERT_TRUE(world.executor->run_until([&] { return world.failure.has_value(); }, 5'000));
    ASSERT_EQ(answers.by_position.size(), 3U);
    expect_in_log(world, answers);
    EXPECT_EQ(answers.by_position.at(0).status, Status::applied);
}

TEST_F(DrainTest, ARequestToPrepareTheLogThatMeetsAClosedOneIsNoFailure)
{
    World world;
    world.options.segment_bytes = 16 << 10;
    world.start();
    world.disk.capacity = world.disk.used() + (8 << 10);  // No room for the next segment.
    world.executor->run_for(2'000);
    ASSERT_FALSE(world.status().has_room);
    bool done = false;
    world.node->stop([&] { done = true; });
    ASSERT_TRUE(world.executor->run_until([&] { return done; }, 60'000));
    world.disk.capacity = UINT64_MAX;  // The timer that looks for room comes after the end.
    world.executor->run_for(60'000);
    EXPECT_FALSE(world.failure.has_value()) << *world.failure;
}
}  // namespace
}  // namespace engine::test
