// A source over its rate, in a whole node: it waits, and the others go on.

#include "tests/support/world.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
using Status = Receipt::Status;

constexpr access::SourceId kSource{7};
constexpr std::uint8_t kSourceKey = 21;

class SequencerRates : public ::testing::Test
{
protected:
    World world;
    std::uint64_t sequence = 0;

    /// Declares the source and begins a second of the log.
    void declare(std::uint32_t events_per_second, std::uint64_t bytes_per_second)
    {
        world.start();
        ASSERT_EQ(order(access::Event{access::SourceDeclared{
                      {kSource, "relay", access::SourceProof::key, public_key(key_of(kSourceKey)),
                          events_per_second, static_cast<std::uint32_t>(bytes_per_second)}}}),
            Status::applied);
        next_second();
    }

    void next_second() { world.executor->run_for(1'000 - world.clock.now().value % 1'000); }

    Status order(Body body)
    {
        const auto bytes =
            command(world.genesis_id, std::move(body), ++sequence, world.clock.now());
        return world.submit_one(bytes, Door::callers).status;
    }

    /// What the source says at a position, signed.
    Bytes said(std::uint64_t position) const
    {
        Event event{Origin{kSource, position, public_key(key_of(kSourceKey)), {}},
            Body{probe_of(100 + position)}};
        const auto message = command_message(world.genesis_id, event);
        std::get<Origin>(event.author).signature =
            schnorr_sign(key_of(kSourceKey), message.bytes, {});
        return encode_event(event);
    }
    Receipt say(std::uint64_t position) { return world.submit_one(said(position), Door::sources); }

    std::uint64_t next_position()
    {
        std::uint64_t next = 0;
        world.node->sequencer().read([&](const DurableView& view) {
            next = find(view.state, access::kSources, kSource)->next_position;
        });
        world.executor->run_ready();
        return next;
    }
};

TEST_F(SequencerRates, ASourceOverItsRateWaitsForTheNextSecondWhileOthersGoOn)
{
    declare(2, 1'000'000);
    const auto second = world.clock.now().value / 1'000;
    EXPECT_EQ(say(0).status, Status::applied);
    EXPECT_EQ(say(1).status, Status::applied);
    const auto over = say(2);
    EXPECT_EQ(over.status, Status::busy);
    EXPECT_EQ(over.verdict.name(), "over-rate");
    EXPECT_EQ(over.place, std::nullopt);
    EXPECT_EQ(next_position(), 2u);

    EXPECT_EQ(world.submit_one(observation(probe_of(1), 0), Door::sources).status, Status::applied);
    EXPECT_EQ(order(probe_of(2)), Status::applied);
    EXPECT_EQ(say(2).status, Status::busy);
    ASSERT_EQ(world.clock.now().value / 1'000, second);

    next_second();
    EXPECT_EQ(say(2).status, Status::applied);
    EXPECT_EQ(next_position(), 3u);
}

TEST_F(SequencerRates, BeingTurnedAwayLeavesNoTraceInTheLog)
{
    declare(1, 1'000'000);
    EXPECT_EQ(say(0).status, Status::applied);
    const auto height = world.status().height;
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(say(1).status, Status::busy);
    EXPECT_EQ(world.status().height, height);
    EXPECT_EQ(world.status().refused, 0u);
}

TEST_F(SequencerRates, WhatFollowsInTheSameSubmissionIsAGap)
{
    declare(2, 1'000'000);
    const auto receipts = world.submit({said(0), said(1), said(2), said(3)}, Door::sources);
    ASSERT_EQ(receipts.size(), 4u);
    EXPECT_EQ(receipts[1].status, Status::applied);
    EXPECT_EQ(receipts[2].status, Status::busy);
    EXPECT_EQ(receipts[3].status, Status::gap);
}

TEST_F(SequencerRates, TheLastByteOfASecondMayBeUsed)
{
    declare(100, said(0).size() + said(1).size());
    EXPECT_EQ(say(0).status, Status::applied);
    EXPECT_EQ(say(1).status, Status::applied);
    EXPECT_EQ(say(2).status, Status::busy);
}

TEST_F(SequencerRates, AByteMoreThanASecondHasWaits)
{
    declare(100, said(0).size() + said(1).size() - 1);
    EXPECT_EQ(say(0).status, Status::applied);
    EXPECT_EQ(say(1).status, Status::busy);
    next_second();
    EXPECT_EQ(say(1).status, Status::applied);
}

TEST_F(SequencerRates, ARestartForgetsNothingOfTheSecond)
{
    declare(1, 1'000'000);
    EXPECT_EQ(say(0).status, Status::applied);
    world.kill();
    world.start();
    EXPECT_EQ(say(1).status, Status::busy);
    next_second();
    EXPECT_EQ(say(1).status, Status::applied);
}
}  // namespace
}  // namespace engine::test
