#include "engine/runtime/changed_rows.hpp"

#include <gtest/gtest.h>

#include <map>

namespace engine::test
{
namespace
{
using Row = std::optional<ByteView>;

const Bytes kSome{1};
const Row kThere{kSome};

class RowsChanged : public ::testing::Test
{
protected:
    ChangedRows rows;

    static Bytes key(std::uint32_t number)
    {
        return {static_cast<std::uint8_t>(number >> 16), static_cast<std::uint8_t>(number >> 8),
            static_cast<std::uint8_t>(number)};
    }
    void change(std::uint32_t first, std::uint32_t count, Row before, Row after)
    {
        Changes changes;
        for (auto i = first; i < first + count; ++i)
            changes.set(TableId{7}, key(i), before, after);
        rows.add(changes);
    }

    /// There are exactly so many.
    void expect(std::size_t count)
    {
        EXPECT_FALSE(rows.exceed(count));
        EXPECT_TRUE(count == 0 || rows.exceed(count - 1));
    }
};

TEST_F(RowsChanged, ARowCountsOnceHoweverOftenItChanges)
{
    for (int i = 0; i < 5; ++i)
        change(1, 3, kThere, kThere);
    expect(3);
    change(3, 2, kThere, kThere);
    expect(4);
}

TEST_F(RowsChanged, WhatCameAndWentIsNone)
{
    change(1, 10, std::nullopt, kThere);
    expect(10);
    change(1, 4, kThere, std::nullopt);
    expect(6);
    change(1, 1, std::nullopt, kThere);
    expect(7);
}

TEST_F(RowsChanged, WhatWasThereAndWentIsOne)
{
    change(1, 10, kThere, std::nullopt);
    expect(10);
    change(1, 5, std::nullopt, kThere);
    expect(10);
}

TEST_F(RowsChanged, TheSameKeyInTwoTablesIsTwo)
{
    Changes changes;
    changes.set(TableId{1}, key(1), std::nullopt, kThere);
    changes.set(TableId{2}, key(1), std::nullopt, kThere);
    rows.add(changes);
    expect(2);
}

TEST_F(RowsChanged, ClearForgetsAll)
{
    change(1, 10, std::nullopt, kThere);
    rows.clear();
    expect(0);
    change(1, 1, kThere, std::nullopt);
    expect(1);
}

TEST_F(RowsChanged, ManyBlocksOfManyRowsAreCountedAsAModelDoes)
{
    struct Seen
    {
        bool before;
        bool after;
    };
    std::map<std::uint32_t, Seen> model;
    std::uint32_t random = 1;
    for (int block = 0; block < 400; ++block)
    {
        Changes changes;
        for (int i = 0; i < 1'000; ++i)
        {
            random = random * 1'664'525 + 1'013'904'223;
            const auto number = random >> 14;
            const auto known = model.find(number);
            const bool before = known == model.end() ? number % 3 == 0 : known->second.after;
            const bool after = (random >> 9 & 1) != 0;
            model.try_emplace(number, Seen{before, after}).first->second.after = after;
            changes.set(TableId{7}, key(number), before ? kThere : Row{}, after ? kThere : Row{});
        }
        rows.add(changes);
    }
    std::size_t count = 0;
    for (const auto& [number, seen] : model)
        count += seen.before || seen.after ? 1U : 0U;
    expect(count);
}
}  // namespace
}  // namespace engine::test
