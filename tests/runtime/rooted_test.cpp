// When a block may wait no longer for a root: with so many changed rows, or after so much log time.

#include "tests/support/full_replay.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

#include <set>

namespace engine::test
{
namespace
{
class RootDuty : public ::testing::Test
{
protected:
    World world;
    std::vector<log::BlockHeader> headers;
    std::vector<std::size_t> rows;  // Changed since the last rooted height, with each block.
    std::vector<std::optional<Receipt>> receipts;

    void start(std::size_t rows_max, std::int64_t every_ms)
    {
        world.options.sequencer.changed_rows_max = rows_max;
        world.options.sequencer.rooted_every_ms = every_ms;
        world.start();
        world.node->sequencer().follow(
            [this, changed = std::set<std::pair<std::uint16_t, Bytes>>{}](
                const DurableBlock& block) mutable {
                for (std::size_t i = 0; i < block.changes.size(); ++i)
                {
                    const auto key = block.changes[i].key;
                    changed.emplace(block.changes[i].table.value, Bytes{key.begin(), key.end()});
                }
                headers.push_back(block.header);
                rows.push_back(changed.size());
                if (block.header.rooted)
                    changed.clear();
            });
    }

    /// Submits the next probe; whether it was answered soon. One that changes four rows: totals,
    /// its source, its id and its account; of these every later one shares the first two.
    bool tell()
    {
        const auto i = receipts.size();
        receipts.emplace_back();
        world.node->sequencer().submit({{observation(probe_of(i), i)}, Door::sources,
            [this, i](const std::vector<Receipt>& r) { receipts[i] = r.front(); }});
        world.executor->run_for(1);
        return receipts[i].has_value();
    }

    /// The first block is rooted; its root is not hashed before `finish_root`.
    void start_with_a_slow_root(std::size_t rows_max, std::int64_t every_ms)
    {
        start(rows_max, every_ms);
        world.executor->hold(Lane::root);
        ASSERT_TRUE(tell());
        ASSERT_TRUE(headers.back().rooted);
    }
    void finish_root()
    {
        world.executor->let_go(Lane::root);
        world.executor->run_for(1);
    }

    void expect_replay_agrees()
    {
        world.stop();
        const auto replayed = replay_fully(MemoryLog{read_blocks(world.disk, "/data")});
        EXPECT_EQ(replayed.error, "");
        EXPECT_GT(replayed.roots_checked, 1u);
    }
};

TEST_F(RootDuty, BlocksAreUnrootedWhileARootIsHashedAndTheRowsAreFew)
{
    start_with_a_slow_root(1'000, 1'000'000);
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(tell());
    for (std::size_t i = 1; i < headers.size(); ++i)
        EXPECT_FALSE(headers[i].rooted) << i;
    finish_root();
    ASSERT_TRUE(tell());
    EXPECT_TRUE(headers.back().rooted);
    expect_replay_agrees();
}

TEST_F(RootDuty, WithAsManyRowsAsMayBeTheNextEventWaitsForTheRootBeingHashed)
{
    start_with_a_slow_root(10, 1'000'000);
    for (const auto expected : {4u, 6u, 8u, 10u})
    {
        ASSERT_TRUE(tell());
        EXPECT_EQ(rows.back(), expected);
        EXPECT_FALSE(headers.back().rooted);
    }
    EXPECT_FALSE(tell());
    world.executor->run_for(5'000);
    EXPECT_FALSE(receipts.back().has_value());
    finish_root();
    EXPECT_EQ(receipts.back()->status, Receipt::Status::applied);
    EXPECT_TRUE(headers.back().rooted);
    expect_replay_agrees();
}

TEST_F(RootDuty, ABlockWithARowTooManyWaitsForTheRootBeingHashedAndIsRooted)
{
    start_with_a_slow_root(9, 1'000'000);
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(tell());
    EXPECT_EQ(rows.back(), 8u);
    const auto height = world.status().height;
    EXPECT_FALSE(tell());  // Folded, its block not closed.
    world.executor->run_for(5'000);
    EXPECT_EQ(world.status().height, height);
    finish_root();
    EXPECT_EQ(receipts.back()->place, (EventPlace{LogHeight{height.value + 1}, 1}));
    EXPECT_EQ(rows.back(), 10u);
    EXPECT_TRUE(headers.back().rooted);
    EXPECT_EQ(headers.back().known_root->height, headers.front().height);
    expect_replay_agrees();
}

TEST_F(RootDuty, NoUnrootedBlockEverStandsBehindMoreRowsThanMayBe)
{
    start(9, 1'000'000);
    world.executor->hold(Lane::root);
    for (int i = 0; i < 60; ++i)
    {
        if (!tell() || i % 7 == 0)
        {
            finish_root();
            world.executor->hold(Lane::root);
        }
    }
    finish_root();
    std::size_t unrooted = 0;
    for (std::size_t i = 0; i < headers.size(); ++i)
    {
        unrooted += headers[i].rooted ? 0U : 1U;
        EXPECT_TRUE(headers[i].rooted || rows[i] <= 9) << i << ": " << rows[i];
    }
    EXPECT_GT(unrooted, 10u);
    for (const auto& receipt : receipts)
        EXPECT_EQ(receipt->status, Receipt::Status::applied);
    expect_replay_agrees();
}

/// What a fold of the log with this bound says, from block 0 on.
std::optional<Finding> refold(World& world, std::size_t rows_max)
{
    LiveState state{Modules::tables()};
    Refolder folded{state, {.validate = true, .laws = true, .changed_rows_max = rows_max}};
    for (const auto& bytes : read_blocks(world.disk, "/data"))
    {
        if (auto finding = folded.fold(*log::BlockView::parse(bytes)))
            return finding;
    }
    return std::nullopt;
}

TEST_F(RootDuty, AReplayNamesTheFirstBlockThatHadToBeRootedForItsRows)
{
    start_with_a_slow_root(1'000, 1'000'000);
    for (int i = 0; i < 4; ++i)
        ASSERT_TRUE(tell());
    ASSERT_EQ(rows.back(), 10u);  // 4, 6, 8, 10
    const auto last = headers.back().height;
    finish_root();
    world.stop();
    EXPECT_EQ(refold(world, 10), std::nullopt);
    const auto found = refold(world, 9);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->place, (EventPlace{last, 0}));
    EXPECT_EQ(found->what, "a block that had to be rooted isn't");
    EXPECT_NE(found->recorded.find("more than 9 rows"), std::string::npos);
}

TEST_F(RootDuty, AReplayCountsAnewBehindEveryRootedBlock)
{
    start(9, 1'000'000);
    world.executor->hold(Lane::root);
    for (int i = 0; i < 60; ++i)
    {
        if (!tell())
        {
            finish_root();
            world.executor->hold(Lane::root);
        }
    }
    finish_root();
    world.stop();
    EXPECT_EQ(refold(world, 9), std::nullopt);
    EXPECT_NE(refold(world, 7), std::nullopt);
}

TEST_F(RootDuty, AtTheEndOfTheTimeABlockNeedsNoRoot)
{
    start_with_a_slow_root(1'000, 2'000);
    const auto rooted_at = headers.back().time;
    world.clock.advance(rooted_at.value + 2'000 - world.clock.now().value);
    ASSERT_TRUE(tell());
    EXPECT_EQ(headers.back().time.value - rooted_at.value, 2'000);
    EXPECT_FALSE(headers.back().rooted);
}

TEST_F(RootDuty, AMillisecondLaterItWaitsForTheRootBeingHashedAndIsRooted)
{
    start_with_a_slow_root(1'000, 2'000);
    const auto rooted_at = headers.back().time;
    world.clock.advance(rooted_at.value + 2'001 - world.clock.now().value);
    EXPECT_FALSE(tell());
    world.executor->run_for(5'000);
    EXPECT_FALSE(receipts.back().has_value());
    finish_root();
    EXPECT_EQ(receipts.back()->status, Receipt::Status::applied);
    EXPECT_EQ(headers.back().time.value - rooted_at.value, 2'001);
    EXPECT_TRUE(headers.back().rooted);
    expect_replay_agrees();
}
}  // namespace
}  // namespace engine::test
