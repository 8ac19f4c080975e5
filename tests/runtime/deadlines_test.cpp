// More deadlines than a block takes, in a whole node.

#include "engine/core/deadlines.hpp"
#include "engine/domain/peg/state.hpp"
#include "engine/fold/fold.hpp"
#include "tests/support/full_replay.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
constexpr std::size_t kMany = 300;
constexpr std::size_t kRest = kMany - kDeadlinesPerBlock;

/// A block that took deadlines.
struct Took
{
    LogHeight height;
    LogTime time;
    std::uint32_t events = 0;
    std::vector<DeadlineKey> deadlines;  // In their order.
    std::size_t removed = 0;             // Rows of the allow-list.
};

class NodeDeadlines : public ::testing::Test
{
protected:
    World world;
    LogTime until;
    std::vector<Took> took;

    void SetUp() override
    {
        world.start();
        until = LogTime{world.clock.now().value + 30'000};
        std::vector<Bytes> events;
        for (std::uint64_t i = 0; i < kMany; ++i)
        {
            peg::RecipientAllowed allowed{{26, {}, {}}, until};
            allowed.recipient.hash.bytes[0] = static_cast<std::uint8_t>(i);
            allowed.recipient.hash.bytes[1] = static_cast<std::uint8_t>(i >> 8);
            events.push_back(
                command(world.genesis_id, peg::Event{allowed}, i + 1, world.clock.now()));
        }
        for (const auto& receipt : world.submit(std::move(events), Door::callers))
            ASSERT_EQ(receipt.status, Receipt::Status::applied);
        watch();
    }

    void watch()
    {
        world.node->sequencer().follow([this](const DurableBlock& block) {
            Took one{block.header.height, block.header.time, block.header.event_count, {}, 0};
            for (std::size_t i = 0; i < block.changes.size(); ++i)
            {
                const auto& change = block.changes[i];
                if (change.table == kDeadlines.id && !change.after)
                    one.deadlines.push_back(*decode_key<DeadlineKey>(change.key));
                one.removed += change.table == peg::kAllowed.id && !change.after ? 1U : 0U;
            }
            if (!one.deadlines.empty())
                took.push_back(std::move(one));
        });
    }

    void run_to(LogTime time) { world.executor->run_for(time.value - world.clock.now().value); }

    void expect_both_blocks()
    {
        ASSERT_EQ(took.size(), 2u);
        EXPECT_EQ(took[0].deadlines.size(), kDeadlinesPerBlock);
        EXPECT_EQ(took[0].removed, kDeadlinesPerBlock);
        EXPECT_EQ(took[1].deadlines.size(), kRest);
        EXPECT_EQ(took[1].removed, kRest);
        EXPECT_EQ(took[1].height.value, took[0].height.value + 1);
        EXPECT_LT(took[0].deadlines.back(), took[1].deadlines.front());
    }

    /// The log, folded from nothing, comes to the node's own roots.
    void expect_replay_agrees()
    {
        world.executor->run_for(2'000);
        const auto root = world.status().root;
        ASSERT_TRUE(root.has_value());
        world.stop();
        const auto replayed = replay_fully(MemoryLog{read_blocks(world.disk, "/data")});
        EXPECT_EQ(replayed.error, "");
        EXPECT_GT(replayed.roots_checked, 1u);
        EXPECT_EQ(replayed.rooted, root->height);
        EXPECT_EQ(replayed.root, root->root);
    }
};

TEST_F(NodeDeadlines, AreTakenByTwoBlocksThatAreOpenedForThem)
{
    run_to(LogTime{until.value - 1});
    EXPECT_TRUE(took.empty());
    world.executor->run_for(1'000);
    expect_both_blocks();
    for (const auto& block : took)
    {
        EXPECT_EQ(block.time, until);  // No event came: time alone opened them.
        EXPECT_EQ(block.events, 1u);
    }
    expect_replay_agrees();
}

TEST_F(NodeDeadlines, TheRestComesBeforeAnEventThatWaits)
{
    world.executor->hold(Lane::log);  // The first of the two is being written.
    run_to(LogTime{until.value + 1});
    std::optional<Receipt> receipt;
    world.node->sequencer().submit({{observation(probe_of(1), 0)}, Door::sources,
        [&](const std::vector<Receipt>& r) { receipt = r.front(); }});
    world.executor->run_for(10);
    world.executor->let_go(Lane::log);
    world.executor->run_for(1'000);
    expect_both_blocks();
    ASSERT_TRUE(receipt.has_value());
    EXPECT_EQ(receipt->place, (EventPlace{took[1].height, 1}));
    expect_replay_agrees();
}

TEST_F(NodeDeadlines, TheRestIsTakenAfterARestartBetweenTheTwo)
{
    run_to(LogTime{until.value - 1});
    world.executor->run_until([&] { return took.size() == 1; }, 10);
    ASSERT_EQ(took.size(), 1u);
    world.kill();
    ASSERT_TRUE(world.disk.remove_all("/data/state").has_value());
    world.start();
    watch();
    world.executor->run_for(1'000);
    expect_both_blocks();
    expect_replay_agrees();
}
}  // namespace
}  // namespace engine::test
