// Which deadlines a block takes when it is opened, and in which order.

#include "engine/core/deadlines.hpp"
#include "engine/domain/peg/state.hpp"
#include "engine/fold/fold.hpp"
#include "tests/support/genesis.hpp"
#include "tests/support/memory_state.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
// Tables of modules that know no deadlines: theirs are taken, and nothing more happens.
constexpr TableId kLowTable{0x0201};
constexpr TableId kHighTable{0x0501};

DeadlineKey deadline(std::int64_t ms_from_now, TableId table, std::uint8_t key)
{
    return {LogTime{kLogTime.value + ms_from_now}, table.value, {Bytes{key}}};
}

/// Recipients in the order of their keys.
peg::Principal recipient(std::uint32_t number)
{
    peg::Principal principal{26, {}, {}};
    principal.hash.bytes[0] = static_cast<std::uint8_t>(number >> 8);
    principal.hash.bytes[1] = static_cast<std::uint8_t>(number);
    return principal;
}

class Deadlines : public testing::Test
{
protected:
    MemoryState state;
    Context context{.genesis = {}, .place = {}, .time = kLogTime, .event = {}};

    void SetUp() override { fold_and_apply({EngineAuthor{}, regtest_genesis(kLogTime)}); }

    Outcome fold_and_apply(const Event& event)
    {
        auto outcome = fold(state, context, event);
        EXPECT_EQ(outcome.verdict, accepted);
        state.apply(outcome.changes);
        return outcome;
    }

    /// Opens the next block at the same time; returns what it took, in the order of the taking.
    std::vector<DeadlineKey> open_block()
    {
        ++context.place.height.value;
        const auto outcome = fold_and_apply({EngineAuthor{}, BlockOpened{}});
        std::vector<DeadlineKey> taken;
        for (const auto& change : outcome.changes.in_order_of_touch())
        {
            if (change.table != kDeadlines.id)
                continue;
            EXPECT_FALSE(change.after.has_value());
            taken.push_back(*decode_key<DeadlineKey>(change.key));
        }
        return taken;
    }

    void set(const DeadlineKey& key)
    {
        state.plant(kDeadlines.id, encode_key(key), encode_row(Present{}));
    }

    /// Allows recipients from a number on, for a time that is over now.
    void allow(std::uint32_t first, std::uint32_t count, std::int64_t ms_from_now)
    {
        for (auto i = first; i < first + count; ++i)
        {
            const auto until = LogTime{kLogTime.value + ms_from_now};
            state.plant(
                peg::kAllowed.id, encode_key(recipient(i)), encode_row(peg::Allowance{until}));
            set({until, peg::kAllowed.id.value, {encode_key(recipient(i))}});
        }
    }
    bool is_allowed(std::uint32_t number)
    {
        return contains(state, peg::kAllowed, recipient(number));
    }
};

TEST_F(Deadlines, AreTakenByTimeThenTableThenKey)
{
    const std::vector<DeadlineKey> in_order{deadline(-2, kHighTable, 9), deadline(-1, kLowTable, 5),
        deadline(-1, kLowTable, 6), deadline(-1, kHighTable, 1), deadline(0, kLowTable, 0)};
    for (const auto i : {3, 0, 4, 2, 1})
        set(in_order[static_cast<std::size_t>(i)]);
    EXPECT_EQ(first_deadline(state), in_order.front().time);
    EXPECT_EQ(open_block(), in_order);
}

TEST_F(Deadlines, AreDueAtTheirTimeAndNotAMillisecondEarlier)
{
    set(deadline(1, kLowTable, 1));
    EXPECT_FALSE(has_due_deadline(state, context.time));
    EXPECT_TRUE(open_block().empty());
    context.time.value += 1;
    EXPECT_TRUE(has_due_deadline(state, context.time));
    EXPECT_EQ(open_block().size(), 1u);
    EXPECT_FALSE(first_deadline(state).has_value());
}

TEST_F(Deadlines, ABlockTakesAsManyAsTheBoundAndLeavesNone)
{
    allow(0, kDeadlinesPerBlock, 0);
    EXPECT_EQ(open_block().size(), 256u);
    EXPECT_FALSE(has_due_deadline(state, context.time));
    for (std::uint32_t i = 0; i < kDeadlinesPerBlock; ++i)
        EXPECT_FALSE(is_allowed(i)) << i;
}

TEST_F(Deadlines, OneMoreThanTheBoundIsTheFirstOfTheNextBlock)
{
    allow(0, kDeadlinesPerBlock + 1, 0);
    EXPECT_EQ(open_block().size(), 256u);
    EXPECT_TRUE(has_due_deadline(state, context.time));
    EXPECT_FALSE(is_allowed(255));
    EXPECT_TRUE(is_allowed(256));
    EXPECT_EQ(open_block().size(), 1u);
    EXPECT_FALSE(is_allowed(256));
    EXPECT_TRUE(open_block().empty());
}

TEST_F(Deadlines, WhatIsLeftComesBeforeWhatBecameDueSince)
{
    allow(0, 300, -5);
    EXPECT_EQ(open_block().size(), 256u);
    allow(1'000, 300, 0);
    const auto taken = open_block();
    ASSERT_EQ(taken.size(), 256u);
    EXPECT_TRUE(std::is_sorted(taken.begin(), taken.end()));
    EXPECT_FALSE(is_allowed(299));
    EXPECT_FALSE(is_allowed(1'211));
    EXPECT_TRUE(is_allowed(1'212));
    EXPECT_EQ(open_block().size(), 88u);
}

TEST_F(Deadlines, EachSeesWhatThoseBeforeItWrote)
{
    // Two for one recipient: the row that the first removes is no longer there for the second.
    allow(7, 1, -1);
    set({context.time, peg::kAllowed.id.value, {encode_key(recipient(7))}});
    EXPECT_EQ(open_block().size(), 2u);
    EXPECT_FALSE(is_allowed(7));
}

TEST_F(Deadlines, AnAllowanceThatWasProlongedOutlivesADeadlineOfItsPast)
{
    allow(7, 1, 60'000);
    set({context.time, peg::kAllowed.id.value, {encode_key(recipient(7))}});
    EXPECT_EQ(open_block().size(), 1u);
    EXPECT_TRUE(is_allowed(7));
}
}  // namespace
}  // namespace engine::test
