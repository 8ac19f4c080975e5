// The order of changes, however writing and asking take turns.

#include "engine/core/changes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace engine
{
namespace
{
using Key = std::pair<std::uint16_t, Bytes>;

Bytes key_of(std::uint32_t number)
{
    return {static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

/// The changes in their order, the place of each found again, and those of a model.
void expect_order(const Changes& changes, const std::map<Key, Bytes>& model)
{
    RC_ASSERT(changes.size() == model.size());
    std::size_t i = 0;
    for (const auto& [key, row] : model)
    {
        const auto& change = changes[i];
        RC_ASSERT(change.table.value == key.first);
        RC_ASSERT(equal(change.key, key.second));
        RC_ASSERT(equal(*change.after, row));
        RC_ASSERT(changes.position(change.table, change.key) == i);
        ++i;
    }
}

RC_GTEST_PROP(Changes, AreInOrderWheneverTheyAreAskedFor, ())
{
    Changes changes;
    std::map<Key, Bytes> model;
    // Few and many at once: both ways to put new ones into the order.
    for (const auto count : *rc::gen::container<std::vector<std::size_t>>(
             6, rc::gen::element<std::size_t>(0, 1, 2, 30, 64, 65, 200)))
    {
        for (std::size_t i = 0; i < count; ++i)
        {
            const auto table = *rc::gen::inRange<std::uint16_t>(1, 4);
            const auto key = key_of(*rc::gen::inRange<std::uint32_t>(0, 1'000));
            const Bytes row{static_cast<std::uint8_t>(i)};
            changes.set(TableId{table}, key, std::nullopt, row);
            model[{table, key}] = row;
        }
        expect_order(changes, model);
    }
}

TEST(ChangesOrder, IsMadeAnewAfterSomeWereDropped)
{
    Changes changes;
    const Bytes row{1};
    for (std::uint32_t i = 100; i > 0; --i)
        changes.set(
            TableId{1}, key_of(i), i % 2 == 0 ? std::optional<ByteView>{row} : std::nullopt, row);
    ASSERT_TRUE(equal(changes[0].key, key_of(1)));
    changes.drop_unchanged();
    ASSERT_EQ(changes.size(), 50u);
    for (std::uint32_t i = 0; i < 50; ++i)
        EXPECT_TRUE(equal(changes[i].key, key_of(2 * i + 1)));
}
}  // namespace
}  // namespace engine
