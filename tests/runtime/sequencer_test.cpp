#include "engine/core/row_codec.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace engine::test
{
namespace
{
using Status = Receipt::Status;

class SequencerTest : public ::testing::Test
{
protected:
    World world;
    std::uint64_t sequence = 0;

    void SetUp() override { world.start(); }

    Bytes next_command(std::uint64_t number)
    {
        return command(world.genesis_id, probe_of(number), ++sequence, world.clock.now());
    }
};

TEST_F(SequencerTest, AcknowledgesWhatIsDurable)
{
    const auto receipt = world.submit_one(next_command(1), Door::callers);
    EXPECT_EQ(receipt.status, Status::applied);
    EXPECT_EQ(receipt.place, (EventPlace{LogHeight{1}, 1}));
    EXPECT_EQ(world.status().height, LogHeight{1});
}

TEST_F(SequencerTest, ARefusalLeavesNoTraceNotEvenABlock)
{
    EXPECT_EQ(world.submit_one(next_command(1), Door::callers).status, Status::applied);
    world.executor->run_for(1'000);
    const auto before = world.status();
    EXPECT_EQ(world.submit_one(next_command(1), Door::callers).verdict.name(), "probe-seen");
    world.executor->run_for(1'000);
    EXPECT_EQ(world.status().height, before.height);
    EXPECT_EQ(world.status().hash, before.hash);
}

TEST_F(SequencerTest, TheSameCommandAgainIsAnsweredWithItsPlace)
{
    const auto bytes = next_command(1);
    const auto first = world.submit_one(bytes, Door::callers);
    const auto again = world.submit_one(bytes, Door::callers);
    EXPECT_EQ(again.status, Status::duplicate);
    EXPECT_EQ(again.place, first.place);
}

TEST_F(SequencerTest, NobodyOutsideSpeaksForTheEngine)
{
    const auto forged = encode_event({EngineAuthor{}, outbox::Event{outbox::HaltLifted{}}});
    EXPECT_EQ(world.submit_one(forged, Door::callers).status, Status::invalid);
    EXPECT_EQ(world.submit_one(forged, Door::sources).status, Status::invalid);
    EXPECT_EQ(world.submit_one(encode_event({EngineAuthor{}, BlockOpened{}}), Door::engine).status,
        Status::refused);
}

TEST_F(SequencerTest, ACommandWithAForgedSignatureIsNotAnEvent)
{
    auto bytes = next_command(1);
    const auto other = command(GenesisId{}, probe_of(2), 9, world.clock.now());
    EXPECT_EQ(world.submit_one(other, Door::callers).status, Status::invalid);
    EXPECT_EQ(world.submit_one(bytes, Door::callers).status, Status::applied);
}

TEST_F(SequencerTest, ObservationsComeOnceAndInOrder)
{
    EXPECT_EQ(world.submit_one(observation(probe_of(1), 0), Door::sources).status, Status::applied);
    EXPECT_EQ(
        world.submit_one(observation(probe_of(1), 0), Door::sources).status, Status::duplicate);
    EXPECT_EQ(world.submit_one(observation(probe_of(3), 2), Door::sources).status, Status::gap);
    const auto ignored = world.submit_one(observation(probe_of(1), 1), Door::sources);
    EXPECT_EQ(ignored.status, Status::ignored);
    EXPECT_EQ(ignored.verdict.name(), "probe-seen");
    EXPECT_TRUE(ignored.place.has_value());
    EXPECT_EQ(world.submit_one(observation(probe_of(3), 2), Door::sources).status, Status::applied);
}

TEST_F(SequencerTest, AQuietUnrootedTipIsRootedByOneEmptyBlock)
{
    for (std::uint64_t i = 0; i < 5; ++i)
        world.submit_one(observation(probe_of(i), i), Door::sources);
    world.executor->run_for(2'000);
    const auto status = world.status();
    EXPECT_EQ(status.root->height, status.height);
    EXPECT_EQ(status.seal->height, status.height);
    world.executor->run_for(60'000);
    EXPECT_EQ(world.status().height, status.height);
}

TEST_F(SequencerTest, ARestartFindsEverythingAndTheSameRoot)
{
    for (std::uint64_t i = 0; i < 50; ++i)
        world.submit_one(observation(probe_of(i, i), i), Door::sources);
    world.executor->run_for(2'000);
    const auto before = world.status();
    world.kill();
    world.start();
    EXPECT_EQ(world.status().height, before.height);
    EXPECT_EQ(world.status().root, before.root);
    EXPECT_EQ(world.submit_one(observation(probe_of(49, 49), 49), Door::sources).status,
        Status::duplicate);
}

TEST_F(SequencerTest, TheStateIsRebuiltFromTheLogAlone)
{
    for (std::uint64_t i = 0; i < 50; ++i)
        world.submit_one(observation(probe_of(i, i), i), Door::sources);
    world.executor->run_for(2'000);
    const auto before = world.status();
    world.kill();
    ASSERT_TRUE(world.disk.remove_all("/data/state").has_value());
    world.start();
    EXPECT_EQ(world.status().root, before.root);
}

TEST_F(SequencerTest, StopsCleanlyAndStartsWithoutAnythingToFold)
{
    for (std::uint64_t i = 0; i < 20; ++i)
        world.submit_one(observation(probe_of(i), i), Door::sources);
    world.stop();
    world.start();
    const auto status = world.status();
    ASSERT_TRUE(status.flushed.has_value());
    EXPECT_EQ(status.flushed->height, status.height);
}

TEST_F(SequencerTest, AClockFarAheadAdmitsOnlyTheOperatorsWord)
{
    world.submit_one(next_command(1), Door::callers);
    world.clock.advance(8LL * 24 * 3'600 * 1'000);
    const auto held = command(world.genesis_id, probe_of(2), 5, world.clock.now());
    EXPECT_EQ(world.submit_one(held, Door::callers).status, Status::busy);

    const auto log_time = world.status().time;
    const auto jump = command(
        world.genesis_id, access::Event{access::ClockJumpAllowed{world.clock.now()}}, 6, log_time);
    EXPECT_EQ(world.submit_one(jump, Door::callers).status, Status::applied);
    const auto after = command(world.genesis_id, probe_of(2), 7, world.clock.now());
    EXPECT_EQ(world.submit_one(after, Door::callers).status, Status::applied);
    EXPECT_GT(world.status().time, log_time);
}

TEST_F(SequencerTest, ADeadlineOpensItsBlockWhenItsTimeComes)
{
    peg::RecipientAllowed allowed;
    allowed.recipient.version = 26;
    allowed.until = LogTime{world.clock.now().value + 30'000};
    const auto bytes =
        command(world.genesis_id, peg::Event{allowed}, ++sequence, world.clock.now());
    ASSERT_EQ(world.submit_one(bytes, Door::callers).status, Status::applied);
    world.executor->run_for(10'000);
    const auto before = world.status().height;
    world.executor->run_for(30'000);
    EXPECT_GT(world.status().height, before);
}

TEST_F(SequencerTest, AFailedSyncStopsTheNodeAndNothingIsAcknowledged)
{
    world.submit_one(next_command(1), Door::callers);
    world.executor->run_for(2'000);
    world.disk.faults.fail_sync_at = world.disk.counts.syncs + 1;
    EXPECT_EQ(world.submit_one(next_command(2), Door::callers).status, Status::stopping);
    EXPECT_TRUE(world.failure.has_value());
    EXPECT_EQ(world.submit_one(next_command(3), Door::callers).status, Status::stopping);
}

TEST_F(SequencerTest, WhatIsStillBeingCheckedWhenTheEngineFailsIsAnswered)
{
    std::optional<std::vector<Receipt>> receipts;
    world.executor->hold(Lane::check);
    world.node->sequencer().submit({{observation(probe_of(1), 0), observation(probe_of(2), 1)},
        Door::sources, [&](std::vector<Receipt> r) { receipts = std::move(r); }});
    world.executor->run_for(10);
    ASSERT_FALSE(receipts.has_value());
    world.node->sequencer().fail("a defect");
    ASSERT_TRUE(receipts.has_value());
    ASSERT_EQ(receipts->size(), 2u);
    for (const auto& receipt : *receipts)
        EXPECT_EQ(receipt.status, Status::stopping);
    world.executor->let_go(Lane::check);  // The check comes too late.
    world.executor->run_for(1'000);
    EXPECT_EQ(world.status().height, LogHeight{0});
}

TEST_F(SequencerTest, AnEventWhoseFoldThrowsIsAnsweredAndSoAreItsNeighbours)
{
    world.submit_one(observation(probe_of(1, 5), 0), Door::sources);
    world.stop();
    PlantedRows{world.disk}.put(
        probe::kAccounts.id, encode_key(std::uint64_t{3}), Bytes{1});  // No row.
    world.start();
    const auto receipts =
        world.submit({observation(probe_of(2, 5), 1), observation(probe_of(3, 5), 2),
                         observation(probe_of(4, 5), 3)},
            Door::sources);
    ASSERT_TRUE(world.failure.has_value());
    ASSERT_EQ(receipts.size(), 3u);
    for (const auto& receipt : receipts)
        EXPECT_EQ(receipt.status, Status::stopping);
}

TEST_F(SequencerTest, WhoWaitsForARootThatNeverComesIsRefusedBeforeAndAfterTheFailure)
{
    world.submit_one(observation(probe_of(1), 0), Door::sources);
    world.executor->hold(Lane::root);  // No root is hashed or flushed from here on.
    world.submit_one(observation(probe_of(2), 1), Door::sources);
    std::size_t proofs = 0, checkpoints = 0, listings = 0;
    const auto ask = [&] {
        world.node->prove(
            probe::kTotals.id, {}, [&](const auto& made) { proofs += made ? 0U : 1U; });
        world.node->checkpoint([&](const auto& made) { checkpoints += made ? 0U : 1U; });
        world.node->read_stored(
            [](const RowSource&, LogHeight) { FAIL(); }, [&](const OperatorError&) { ++listings; });
        world.executor->run_for(100);
    };
    ask();
    EXPECT_EQ(proofs + checkpoints + listings, 0u);
    world.node->sequencer().fail("a defect");
    world.executor->run_for(100);
    EXPECT_EQ(std::tuple(proofs, checkpoints, listings), std::tuple(1u, 1u, 1u));
    ask();
    EXPECT_EQ(std::tuple(proofs, checkpoints, listings), std::tuple(2u, 2u, 2u));
}

TEST_F(SequencerTest, ReadersSeeDurableBlocksAlone)
{
    world.submit_one(observation(probe_of(1, 5), 0), Door::sources);
    std::optional<std::uint64_t> seen;
    world.node->sequencer().submit(
        {{observation(probe_of(2, 7), 1)}, Door::sources, [](const std::vector<Receipt>&) {}});
    // The event is folded, its block not yet written.
    for (int i = 0; i < 3; ++i)
        world.executor->run_one();
    world.node->sequencer().read([&](const DurableView& view) {
        const auto totals = get(view.state, probe::kTotals);
        EXPECT_EQ(totals.count, view.header.height >= LogHeight{2} ? 2u : 1u);
        seen = totals.amount;
    });
    world.executor->run_for(100);
    EXPECT_TRUE(seen.has_value());
}
}  // namespace
}  // namespace engine::test
