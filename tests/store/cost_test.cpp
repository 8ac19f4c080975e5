// What things cost, counted: how the cost grows is a promise, the time it takes is not.

#include "tests/sim/disk.hpp"
#include "tests/store/allocations.hpp"
#include "tests/store/node.hpp"

#include <gtest/gtest.h>

namespace engine
{
namespace
{
using namespace test;

Bytes key_of(std::uint64_t i)
{
    Bytes key(16);
    for (std::size_t b = 0; b < 8; ++b)
        key[b] = static_cast<std::uint8_t>(i * 0x9e3779b97f4a7c15 >> (8 * b));
    key[15] = static_cast<std::uint8_t>(i);
    return key;
}

struct Cost
{
    std::uint64_t hashes = 0;
    std::uint64_t bytes = 0;
};

/// The cost of 100 changed rows and a flush, in a state of so many rows.
Cost cost_of_a_flush(std::uint64_t rows)
{
    sim::SimDisk disk{1};
    const auto store = must(StateStore::open(disk, "/state", small_store()));
    FrozenSet all{LogHeight{1}};
    const Bytes row(64, 1);
    for (std::uint64_t i = 0; i < rows; ++i)
        all.add(kCoins, key_of(i), row);
    must(store->take(std::move(all)));
    must(store->flush(LogHeight{1}, block_hash(1)));

    const auto before = store->tree_counters();
    FrozenSet some{LogHeight{2}};
    const Bytes changed(64, 2);
    for (std::uint64_t i = 0; i < 100; ++i)
        some.add(kCoins, key_of(i * (rows / 100)), changed);
    must(store->take(std::move(some)));
    must(store->flush(LogHeight{2}, block_hash(2)));
    const auto after = store->tree_counters();
    return {after.hashes - before.hashes + 200, after.bytes_written - before.bytes_written};
}

TEST(Cost, OfChangedRowsGrowsWithTheLogarithmOfTheState)
{
    const auto small = cost_of_a_flush(10'000);
    const auto large = cost_of_a_flush(1'000'000);
    RecordProperty("hashes_1e4", static_cast<int>(small.hashes));
    RecordProperty("hashes_1e6", static_cast<int>(large.hashes));
    RecordProperty("bytes_1e4", static_cast<int>(small.bytes));
    RecordProperty("bytes_1e6", static_cast<int>(large.bytes));
    std::printf("100 rows in 10^4: %llu hashes, %llu bytes; in 10^6: %llu hashes, %llu bytes\n",
        static_cast<unsigned long long>(small.hashes), static_cast<unsigned long long>(small.bytes),
        static_cast<unsigned long long>(large.hashes),
        static_cast<unsigned long long>(large.bytes));
    EXPECT_LE(large.hashes, 2 * small.hashes);
    EXPECT_LE(large.bytes, 2 * small.bytes);
}

TEST(Cost, UpdatingRowsAllocatesNothing)
{
    LiveState state{kTables};
    Changes changes;
    const Bytes keys[] = {key_of(1), key_of(2), key_of(3)};
    const Bytes rows[] = {Bytes(100, 1), Bytes(101, 2)};
    const auto update = [&](int round) {
        changes.clear();
        for (const auto& key : keys)
        {
            for (const auto table : {kCoins, kDue})
                changes.set(table, key, state.get(table, key), rows[round % 2]);
        }
        state.apply(changes);
    };
    for (int i = 0; i < 10; ++i)
        update(i);
    const auto before = allocations();
    for (int i = 0; i < 10'000; ++i)
        update(i);
    EXPECT_EQ(allocations() - before, 0U);
}

TEST(Cost, RowsThatComeAndGoReuseTheirMemory)
{
    LiveState state{kTables};
    Changes changes;
    std::uint64_t next = 0;
    const Bytes row(80, 1);
    const auto come_and_go = [&] {
        changes.clear();
        for (const auto table : {kCoins, kDue})
        {
            changes.set(table, key_of(next), std::nullopt, row);
            if (next >= 100)
                changes.set(table, key_of(next - 100), row, std::nullopt);
        }
        ++next;
        state.apply(changes);
    };
    for (int i = 0; i < 3000; ++i)
        come_and_go();
    const auto bytes = state.memory_bytes();
    const auto counted = allocations();
    for (int i = 0; i < 10'000; ++i)
        come_and_go();
    EXPECT_LE(state.memory_bytes(), bytes);
    // Two keys are made a round; what allocates is the key, not the table.
    EXPECT_LE(allocations() - counted, 4U * 10'000);
}

TEST(Cost, ScanOfAQueueDoesNotWalkOverWhatWasTakenFromIt)
{
    LiveState state{kTables};
    Changes changes;
    const auto due = [](std::uint32_t i) {
        return Bytes{static_cast<std::uint8_t>(i >> 16), static_cast<std::uint8_t>(i >> 8),
            static_cast<std::uint8_t>(i)};
    };
    for (std::uint32_t i = 0; i < 1000; ++i)
    {
        changes.clear();
        changes.set(kDue, due(i), std::nullopt, ByteView{});
        state.apply(changes);
        if (i < 5)
            continue;
        changes.clear();
        changes.set(kDue, due(i - 5), ByteView{}, std::nullopt);
        state.apply(changes);
    }
    EXPECT_EQ(state.rows_in_memory(), 5U);
}
}  // namespace
}  // namespace engine
