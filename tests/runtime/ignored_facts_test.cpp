// Facts of Bitcoin that are ignored: told again and again, or without end, they don't fill the log.

#include "engine/domain/bitcoin/rejects.hpp"
#include "tests/support/full_replay.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
using Status = Receipt::Status;

class IgnoredFactsOfANode : public ::testing::Test
{
protected:
    World world;
    Chain chain;

    Receipt tell(const btc::Header& header)
    {
        return world.submit_one(encode_event({Origin{kBitcoinSource, 0, {}, {}},
                                    bitcoin::Event{bitcoin::HeaderSeen{raw(header)}}}),
            Door::sources);
    }

    /// A header with its proof of work that is so many seconds too far ahead of the log.
    btc::Header from_the_future(std::uint32_t seconds)
    {
        auto header = chain.at(chain.mine(chain.genesis())).block.header;
        const auto now = static_cast<std::uint32_t>(world.clock.now().value / 1'000);
        header.time = ChainTime{now + 7'200 + seconds};
        mine(header);
        return header;
    }

    /// How many ignored facts stand in the log; the whole of it replays.
    std::size_t logged()
    {
        world.stop();
        const auto blocks = read_blocks(world.disk, "/data");
        EXPECT_EQ(replay_fully(MemoryLog{blocks}).error, "");
        std::size_t count = 0;
        for (const auto& bytes : blocks)
        {
            for (const auto& result : LooseBlock::of(bytes).results)
                count += result.verdict == bitcoin::kTimeTooNew.code ? 1U : 0U;
        }
        return count;
    }
};

TEST_F(IgnoredFactsOfANode, ToldAThousandTimesOneStandsInTheLogOnce)
{
    world.start();
    const auto header = from_the_future(100);
    const auto first = tell(header);
    EXPECT_EQ(first.status, Status::ignored);
    ASSERT_TRUE(first.place.has_value());
    for (int i = 0; i < 1'000; ++i)
    {
        const auto again = tell(header);
        ASSERT_EQ(again.status, Status::duplicate);
        ASSERT_EQ(again.place, first.place);
        ASSERT_EQ(again.verdict, Verdict{bitcoin::kTimeTooNew});
    }
    EXPECT_EQ(world.status().ignored, 1u);
    EXPECT_EQ(logged(), 1u);
}

TEST_F(IgnoredFactsOfANode, WhatWasIgnoredIsTakenOnceItsTimeHasCome)
{
    world.start();
    const auto header = from_the_future(100);
    EXPECT_EQ(tell(header).status, Status::ignored);
    EXPECT_EQ(tell(header).status, Status::duplicate);
    world.clock.advance(101'000);
    EXPECT_EQ(tell(header).status, Status::applied);
    EXPECT_EQ(tell(header).verdict, Verdict{kDuplicate});
    EXPECT_EQ(logged(), 1u);
}

TEST_F(IgnoredFactsOfANode, ToldWithoutEndOnlySoManyEnterInAnHourAndTheOthersWait)
{
    world.options.sequencer.ignored.events_per_hour = 3;
    world.start();
    for (std::uint32_t i = 0; i < 3; ++i)
        EXPECT_EQ(tell(from_the_future(10'000 + i)).status, Status::ignored);
    const auto fourth = from_the_future(10'003);
    EXPECT_EQ(tell(fourth).status, Status::busy);
    EXPECT_EQ(tell(fourth).status, Status::busy);

    // A good one is not kept waiting, and neither are other sources.
    const auto good = chain.mine(chain.genesis());
    EXPECT_EQ(tell(chain.at(good).block.header).status, Status::applied);
    EXPECT_EQ(world.submit_one(observation(probe_of(1), 0), Door::sources).status, Status::applied);
    EXPECT_EQ(world.submit_one(observation(probe_of(1), 1), Door::sources).status, Status::ignored);

    world.clock.advance(3'600'000);
    EXPECT_EQ(tell(fourth).status, Status::ignored);
    EXPECT_EQ(logged(), 4u);
}

TEST_F(IgnoredFactsOfANode, TheirBytesAreBoundedToo)
{
    world.options.sequencer.ignored.bytes_per_hour = 1;
    world.start();
    EXPECT_EQ(tell(from_the_future(100)).status, Status::ignored);  // Alone.
    EXPECT_EQ(tell(from_the_future(101)).status, Status::busy);
    EXPECT_EQ(logged(), 1u);
}

TEST_F(IgnoredFactsOfANode, WhatIsRememberedIsBounded)
{
    world.options.sequencer.ignored.remembered = 2;
    world.start();
    const auto oldest = from_the_future(100);
    EXPECT_EQ(tell(oldest).status, Status::ignored);
    EXPECT_EQ(tell(from_the_future(101)).status, Status::ignored);
    EXPECT_EQ(tell(oldest).status, Status::duplicate);
    EXPECT_EQ(tell(from_the_future(102)).status, Status::ignored);
    EXPECT_EQ(tell(oldest).status, Status::ignored);
    EXPECT_EQ(logged(), 4u);
}
}  // namespace
}  // namespace engine::test
