// Checkpoints of a running node: every law is asked in full before one is kept.

#include "engine/store/checkpoint.hpp"
#include "engine/core/row_codec.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
using testing::HasSubstr;
using Taken = Result<StateMark, OperatorError>;

class CheckpointTest : public ::testing::Test
{
protected:
    World world;
    std::uint64_t position = 0;

    void SetUp() override
    {
        world.start();
        probes(40);
    }

    void probes(std::uint64_t count)
    {
        for (std::uint64_t i = 0; i < count; ++i, ++position)
            world.submit_one(observation(probe_of(position, position), position), Door::sources);
        world.executor->run_for(500);
    }

    std::vector<Taken> take(int times = 1)
    {
        std::vector<Taken> taken;
        for (int i = 0; i < times; ++i)
            world.node->checkpoint([&](const Taken& result) { taken.push_back(result); });
        world.executor->run_until(
            [&] { return taken.size() == static_cast<std::size_t>(times); }, 10'000);
        return taken;
    }

    std::vector<std::string> names() { return *world.disk.list("/data/checkpoints"); }
};

TEST_F(CheckpointTest, ASoundStateIsKeptAndOpens)
{
    const auto taken = take();
    ASSERT_EQ(taken.size(), 1u);
    ASSERT_TRUE(taken[0]) << to_string(taken[0].error());
    EXPECT_EQ(names(), std::vector{std::to_string(taken[0]->height.value)});
    const auto opened = open_checkpoint(
        world.disk, world.node->checkpoint_path(taken[0]->height), world.options.store);
    ASSERT_TRUE(opened);
    EXPECT_EQ((*opened)->stands_at(), *taken[0]);
    EXPECT_FALSE(world.failure.has_value());
}

TEST_F(CheckpointTest, ABrokenLawStopsTheNodeWithItsHeightAndNumbersAndNoCheckpointIsKept)
{
    world.stop();
    PlantedRows{world.disk}.put(probe::kAccounts.id, encode_key(std::uint64_t{3}),
        encode_row(probe::Account{3, 1'000'000}));
    world.start();
    const auto height = world.status().flushed->height.value;
    const auto taken = take();
    ASSERT_EQ(taken.size(), 1u);
    ASSERT_FALSE(taken[0]);
    EXPECT_THAT(taken[0].error().why, HasSubstr("probe.probes_add_up"));
    world.executor->run_for(100);
    ASSERT_TRUE(world.failure.has_value());
    EXPECT_THAT(*world.failure, HasSubstr("height " + std::to_string(height)));
    EXPECT_THAT(*world.failure, HasSubstr("probe.probes_add_up"));
    EXPECT_THAT(*world.failure, HasSubstr("amount 1000720"));
    EXPECT_THAT(names(), testing::IsEmpty());
    const auto after = world.submit_one(observation(probe_of(99), position), Door::sources);
    EXPECT_EQ(after.status, Receipt::Status::stopping);
}

TEST_F(CheckpointTest, BlocksBecomeDurableWhileTheLawsAreAsked)
{
    std::optional<Taken> taken;
    world.node->checkpoint([&](const Taken& result) { taken = result; });
    world.executor->hold(Lane::audit);
    const auto before = world.status().height;
    probes(20);
    EXPECT_GT(world.status().height.value, before.value + 10);
    EXPECT_FALSE(taken.has_value());
    EXPECT_THAT(names(), testing::ElementsAre(HasSubstr(".part")));
    world.executor->let_go(Lane::audit);
    world.executor->run_until([&] { return taken.has_value(); }, 1'000);
    ASSERT_TRUE(taken.has_value());
    EXPECT_TRUE(*taken);
    EXPECT_THAT(names(), testing::Not(testing::Contains(HasSubstr(".part"))));
}

TEST_F(CheckpointTest, ThoseWhoAskMeanwhileShareTheNextOne)
{
    const auto taken = take(5);
    ASSERT_EQ(taken.size(), 5u);
    for (const auto& one : taken)
        ASSERT_TRUE(one) << to_string(one.error());
    probes(10);
    const auto later = take(1);
    ASSERT_TRUE(later.at(0));
    EXPECT_GT(later[0]->height, taken[0]->height);
}

TEST_F(CheckpointTest, StoppingDoesNotWaitForTheLaws)
{
    std::optional<Taken> taken;
    world.node->checkpoint([&](const Taken& result) { taken = result; });
    world.executor->hold(Lane::audit);
    probes(1);
    bool stopped = false;
    world.node->stop([&] { stopped = true; });
    world.executor->run_until([&] { return stopped; }, 10'000);
    EXPECT_TRUE(stopped);
    world.executor->let_go(Lane::audit);
    world.executor->run_ready();
    ASSERT_TRUE(taken.has_value());
    ASSERT_FALSE(*taken);
    EXPECT_THAT(taken->error().why, HasSubstr("stopping"));
}

TEST_F(CheckpointTest, APartThatACrashLeftIsNotACheckpointAndGoesWithTheNext)
{
    world.executor->hold(Lane::audit);
    world.node->checkpoint([](const Taken&) {});
    world.executor->run_for(1'000);
    ASSERT_THAT(names(), testing::ElementsAre(HasSubstr(".part")));
    world.kill();
    world.start();
    EXPECT_THAT(*list_checkpoints(world.disk, "/data/checkpoints"), testing::IsEmpty());
    probes(5);
    ASSERT_TRUE(take().at(0));
    EXPECT_THAT(names(), testing::Not(testing::Contains(HasSubstr(".part"))));
}
}  // namespace
}  // namespace engine::test
