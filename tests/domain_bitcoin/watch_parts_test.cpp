// The watch list read in parts, at states that follow one another: what is there all along is told.

#include "engine/domain/bitcoin/queries.hpp"
#include "tests/support/memory_state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace engine::test
{
namespace
{
class WatchParts : public ::testing::Test
{
protected:
    MemoryState state;

    /// An entry of one of the three kinds.
    static bool is_outpoint(std::uint32_t entry) { return entry % 3 == 0; }
    static Bytes pattern(std::uint32_t entry)
    {
        return Bytes(1 + entry % 7, static_cast<std::uint8_t>(entry));
    }
    static OutPoint outpoint(std::uint32_t entry)
    {
        OutPoint out;
        out.txid.bytes.fill(static_cast<std::uint8_t>(entry * 37));
        out.index = entry;
        return out;
    }
    static bitcoin::WatchKey watch_key(std::uint32_t entry)
    {
        const auto kind = entry % 3 == 1 ? bitcoin::WatchKind::script : bitcoin::WatchKind::prefix;
        return {kind, pattern(entry), 3};
    }

    void set(std::uint32_t entry, bool present)
    {
        const auto row = is_outpoint(entry) ? encode_row(bitcoin::WatchedOutPoint{})
                                            : encode_row(bitcoin::Watch{});
        const auto value = present ? std::optional<ByteView>{row} : std::nullopt;
        if (is_outpoint(entry))
            state.plant(bitcoin::kOutPoints.id,
                encode_key(bitcoin::OutPointKey{outpoint(entry), 3}), value);
        else
            state.plant(bitcoin::kWatches.id, encode_key(watch_key(entry)), value);
    }

    static bool holds(const bitcoin::WatchList& list, std::uint32_t entry)
    {
        const auto is_in = [](const auto& all, const auto& one) {
            return std::find(all.begin(), all.end(), one) != all.end();
        };
        if (is_outpoint(entry))
            return is_in(list.outpoints, outpoint(entry));
        return is_in(entry % 3 == 1 ? list.scripts : list.data_prefixes, pattern(entry));
    }

    static std::size_t size_of(const bitcoin::WatchList& list)
    {
        return list.scripts.size() + list.data_prefixes.size() + list.outpoints.size();
    }

    /// Reads it all; `between` happens between the parts.
    template <typename F>
    bitcoin::WatchList read(std::size_t most, F&& between)
    {
        bitcoin::WatchList all;
        Bytes from;
        for (;;)
        {
            const auto part = bitcoin::watch_list_part(state, from, most);
            EXPECT_LE(size_of(part.list), most);
            const auto add = [](auto& to, const auto& more) {
                to.insert(to.end(), more.begin(), more.end());
            };
            add(all.scripts, part.list.scripts);
            add(all.data_prefixes, part.list.data_prefixes);
            add(all.outpoints, part.list.outpoints);
            if (!part.next)
                break;
            EXPECT_EQ(size_of(part.list), most);
            from = *part.next;
            between();
        }
        btc::sort(all);
        return all;
    }
};

TEST_F(WatchParts, OfEverySizeMakeTheWholeList)
{
    for (std::uint32_t entry = 0; entry < 60; ++entry)
        set(entry, true);
    const auto whole = bitcoin::watch_list(state);
    EXPECT_EQ(whole.outpoints.size(), 20u);
    for (std::size_t most = 1; most <= 62; ++most)
        EXPECT_EQ(read(most, [] {}), whole) << most;
}

TEST_F(WatchParts, OfAnEmptyListAreOneThatIsEmpty)
{
    const auto part = bitcoin::watch_list_part(state, {}, 10);
    EXPECT_EQ(size_of(part.list), 0u);
    EXPECT_FALSE(part.next.has_value());
}

TEST_F(WatchParts, WhatIsThereAllAlongIsToldWhateverComesAndGoes)
{
    for (std::uint32_t seed = 1; seed <= 200; ++seed)
    {
        state = {};
        std::set<std::uint32_t> all_along;
        for (std::uint32_t entry = 0; entry < 90; ++entry)
        {
            set(entry, entry % 2 == 0);
            if (entry % 2 == 0)
                all_along.insert(entry);
        }
        auto random = seed;
        const auto churn = [&] {
            for (int i = 0; i < 3; ++i)
            {
                random = random * 1'664'525 + 1'013'904'223;
                const auto entry = random >> 16 & 63;
                const bool present = (random >> 30 & 1) != 0;
                set(entry, present);
                all_along.erase(entry);
            }
        };
        const auto list = read(1 + seed % 9, churn);
        for (const auto entry : all_along)
            ASSERT_TRUE(holds(list, entry)) << "seed " << seed << ", entry " << entry;
    }
}

TEST_F(WatchParts, BeginBehindAnEntryThatIsGone)
{
    for (std::uint32_t entry = 0; entry < 12; ++entry)
        set(entry, true);
    const auto first = bitcoin::watch_list_part(state, {}, 5);
    ASSERT_TRUE(first.next.has_value());
    for (std::uint32_t entry = 0; entry < 12; ++entry)
        set(entry, is_outpoint(entry));
    const auto rest = bitcoin::watch_list_part(state, *first.next, 100);
    EXPECT_EQ(rest.list.outpoints.size(), 4u);
    EXPECT_FALSE(rest.next.has_value());
}
}  // namespace
}  // namespace engine::test
