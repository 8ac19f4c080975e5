// A whole node on a simulated machine, against a shadow of what was acknowledged. Seeds decide when
// the process is killed or the power fails, which unsynced writes survive, and whose task is next.

#include "tests/support/shadow.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace engine::test
{
namespace
{
std::uint64_t env_number(const char* name, std::uint64_t standard)
{
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : standard;
}

/// Lives that end in the middle of anything; after each, everything acknowledged is there. At the
/// end the root equals that of a clean replay.
void play(std::uint64_t seed, int lives)
{
    ShadowedNode node{seed};
    node.world.disk.sector = seed % 2 == 0 ? 512 : 4096;
    for (int life = 0; life < lives; ++life)
    {
        const auto started = node.start();
        ASSERT_TRUE(started.good()) << started.what;
        node.live(20 + node.world.random.below(400));
        node.kill_or_crash();
    }
    const auto started = node.start();
    ASSERT_TRUE(started.good()) << started.what;
    const auto finished = node.finish();
    EXPECT_TRUE(finished.good()) << finished.what;
    EXPECT_GT(node.acknowledged(), 0U);
}

TEST(NodeSimulation, NothingAcknowledgedIsLostAndEveryReplayAgrees)
{
    const auto first = env_number("REFOLD_SIM_SEED", 1);
    const auto seeds = env_number("REFOLD_SIM_SEEDS", 60);
    for (auto seed = first; seed < first + seeds; ++seed)
    {
        SCOPED_TRACE("REFOLD_SIM_SEED=" + std::to_string(seed));
        play(seed, 6);
        if (::testing::Test::HasFailure())
            return;
    }
}

TEST(NodeSimulation, OneSeedGivesOneHistory)
{
    const auto history = [] {
        World world{7};
        world.start();
        for (std::uint64_t i = 0; i < 30; ++i)
            world.submit_one(observation(probe_of(i), i), Door::sources);
        world.executor->run_for(1'000);
        return world.status().hash;
    };
    EXPECT_EQ(history(), history());
}
}  // namespace
}  // namespace engine::test
