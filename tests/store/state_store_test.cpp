#include "engine/store/state_store.hpp"

#include "adapters/system/disk.hpp"
#include "engine/store/checkpoint.hpp"
#include "engine/store/compare.hpp"
#include "engine/store/full_root.hpp"
#include "tests/sim/disk.hpp"
#include "tests/store/node.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <thread>

namespace engine
{
namespace
{
using namespace test;

struct StateStoreTest : ::testing::Test
{
    TemporaryDirectory home;
    PosixDisk disk;
    std::string path = home.path + "/state";
};

TEST_F(StateStoreTest, AMissingDirectoryIsAnEmptyState)
{
    const auto store = must(StateStore::open(disk, path, small_store()));
    EXPECT_FALSE(store->stands_at().has_value());
    EXPECT_EQ(store->top(), TreeTop{});
    Bytes row;
    EXPECT_FALSE(store->get(kCoins, bytes("a"), row));
}

TEST_F(StateStoreTest, ReopensWhereTheLastFlushLeftIt)
{
    StateRoot root;
    {
        Node node{disk, path};
        node.put("a", "1");
        root = node.put_and_flush("b", "2");
        node.put("c", "lost with the process");
        node.root();
    }
    const auto store = must(StateStore::open(disk, path, small_store()));
    EXPECT_EQ(store->stands_at(), (StateMark{LogHeight{1}, block_hash(1), root, 2}));
    Bytes row;
    EXPECT_TRUE(store->get(kCoins, bytes("b"), row));
    EXPECT_EQ(text(row), "2");
    EXPECT_FALSE(store->get(kCoins, bytes("c"), row));
}

TEST_F(StateStoreTest, ErasedRowIsGoneAfterTheFlush)
{
    Node node{disk, path};
    node.put("a", "1");
    node.put_and_flush("b", "2");
    node.fold(Writer{node.model}.erase(kCoins, "a").changes());
    node.root();
    node.flush();
    Bytes row;
    EXPECT_FALSE(node.store->get(kCoins, bytes("a"), row));
    EXPECT_EQ(node.store->stands_at()->rows, 1U);
}

TEST_F(StateStoreTest, SeveralRootsAreFlushedAtOnceAndTheLastRowWins)
{
    Node node{disk, path};
    node.put("a", "1");
    node.root();
    node.put("a", "2");
    node.put("b", "");
    node.root();
    node.fold(Writer{node.model}.erase(kCoins, "b").changes());
    const auto last = node.root();
    EXPECT_EQ(node.store->pending(), LogHeight{3});
    EXPECT_EQ(node.store->pending_rows(), 4U);
    node.flush();

    EXPECT_EQ(node.store->stands_at()->root, last);
    EXPECT_EQ(node.store->pending(), std::nullopt);
    Bytes row;
    EXPECT_TRUE(node.store->get(kCoins, bytes("a"), row));
    EXPECT_EQ(text(row), "2");
    EXPECT_FALSE(node.store->get(kCoins, bytes("b"), row));
}

TEST_F(StateStoreTest, ARootWithoutChangesIsFlushedToo)
{
    Node node{disk, path};
    const auto root = node.put_and_flush("a", "1");
    EXPECT_EQ(node.root(), root);
    node.flush();
    node.open();
    EXPECT_EQ(node.store->stands_at()->height, LogHeight{2});
}

TEST_F(StateStoreTest, AnEmptyStateCanBeFlushed)
{
    Node node{disk, path};
    EXPECT_EQ(node.root(), StateRoot{});
    node.flush();
    node.open();
    EXPECT_EQ(node.store->stands_at()->rows, 0U);
    node.put_and_flush("a", "1");
    EXPECT_EQ(node.store->top().root, naive_root(node.model));
}

TEST_F(StateStoreTest, RebuiltFromNothingItHasTheSameRoot)
{
    StateRoot first;
    {
        Node node{disk, path};
        node.put_and_flush("a", "1");
        first = node.put_and_flush("b", "2");
    }
    std::filesystem::remove_all(path);
    Node node{disk, path};
    EXPECT_FALSE(node.store->stands_at().has_value());
    node.put_and_flush("a", "1");
    EXPECT_EQ(node.put_and_flush("b", "2"), first);
}

TEST_F(StateStoreTest, TablesWithoutTheirBeginningAreNotReplaced)
{
    {
        Node node{disk, path};
        node.put_and_flush("a", "1");
    }
    std::filesystem::remove(path + "/CURRENT");
    const auto opened = StateStore::open(disk, path, small_store());
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, StoreErrorCode::corrupt);
    EXPECT_NE(to_string(opened.error()).find("CURRENT"), std::string::npos);
}

TEST_F(StateStoreTest, ProvesRowsAndAbsencesOfTheNewestRoot)
{
    Node node{disk, path};
    for (int i = 0; i < 200; ++i)
        node.put(std::to_string(i), "flushed");
    node.root();
    node.flush();
    for (int i = 100; i < 150; ++i)
        node.put(std::to_string(i), "pending");
    node.fold(Writer{node.model}.erase(kCoins, "7").changes());
    const auto root = node.root();
    for (int i = 0; i < 300; ++i)
    {
        const auto key = std::to_string(i);
        const auto proof = must(node.store->prove(kCoins, bytes(key)));
        const auto row = node.model.get(kCoins, bytes(key));
        EXPECT_TRUE(proves(proof, root));
        EXPECT_EQ(proof.end == ProofEnd::row, row.has_value()) << key;
        EXPECT_TRUE(!row || equal(*row, proof.row)) << key;
    }
}

TEST_F(StateStoreTest, OpenedForReadingItWritesNothing)
{
    {
        Node node{disk, path};
        node.put_and_flush("a", "1");
    }
    const auto listing = [&] {
        std::vector<std::string> names;
        const auto listed = disk.list(path);
        for (const auto& name : *listed)
        {
            const Bytes content = *read_file(disk, path + "/" + name);
            names.push_back(name + " " + std::string{content.begin(), content.end()});
        }
        return names;
    };
    const auto before = listing();
    {
        auto options = small_store();
        options.read_only = true;
        const auto store = must(StateStore::open(disk, path, options));
        Bytes row;
        EXPECT_TRUE(store->get(kCoins, bytes("a"), row));
    }
    EXPECT_EQ(listing(), before);
}

TEST_F(StateStoreTest, ScansATableFromAKeyOn)
{
    Node node{disk, path};
    node.fold(Writer{node.model}
                  .put(kDue, "a", "1")
                  .put(kDue, "b", "2")
                  .put(kDue, "bb", "3")
                  .put(kCoins, "z", "other table")
                  .put(kNames, "a", "other table")
                  .changes());
    node.root();
    node.flush();
    std::string seen;
    node.store->scan(kDue, bytes("b"), [&](ByteView key, ByteView row) {
        seen += text(key) + text(row) + " ";
        return true;
    });
    EXPECT_EQ(seen, "b2 bb3 ");
    std::size_t all = 0;
    node.store->scan_all([&](TableId, ByteView, ByteView) { return ++all > 0; });
    EXPECT_EQ(all, 5U);
}

TEST_F(StateStoreTest, ReadsBesideFlushesSeeWholeStates)
{
    // Two rows that every flush gives the same value; a reader that sees them differ by more than
    // the flush between its two reads has seen half a state.
    Node node{disk, path};
    node.put("a", "100000");
    node.put_and_flush("z", "100000");
    std::atomic<bool> stop{false};
    std::atomic<int> torn{0};
    std::atomic<int> reads{0};
    std::thread reader{[&] {
        while (!stop)
        {
            Bytes z;
            std::vector<std::string> seen;
            node.store->scan(kCoins, {}, [&](ByteView, ByteView row) {
                seen.push_back(text(row));
                return true;
            });
            torn += seen.size() != 2 || seen[0] != seen[1] ? 1 : 0;
            torn += node.store->get(kCoins, bytes("z"), z) && text(z) >= seen[0] ? 0 : 1;
            ++reads;
        }
    }};
    for (int i = 100'001; i < 100'040 || reads < 100; ++i)
    {
        node.put("a", std::to_string(i));
        node.put_and_flush("z", std::to_string(i));
    }
    stop = true;
    reader.join();
    EXPECT_EQ(torn, 0);
}

RC_GTEST_PROP(StateStore, IsTheModelWhateverIsFlushedEvictedAndReopened, ())
{
    sim::SimDisk disk{1};
    Node node{disk, "/data/state", *rc::gen::element<std::size_t>(0, 2000, 1 << 20)};
    MemoryState flushed;
    bool unrooted = false;
    for (const auto& writes : *rc::gen::container<std::vector<std::vector<Write>>>(
             rc::gen::container<std::vector<Write>>(any_write())))
    {
        node.fold(writes);
        unrooted = true;
        if (*rc::gen::inRange(0, 3) != 0)
        {
            RC_ASSERT(node.root() == naive_root(node.model));
            RC_ASSERT(node.store->top().rows == node.model.size());
            unrooted = false;
        }
        if (!unrooted && node.store->pending() && *rc::gen::arbitrary<bool>())
        {
            node.flush();
            flushed = node.model;
            RC_ASSERT(full_root(*node.store) == node.store->top());
            if (*rc::gen::inRange(0, 4) == 0)
                node.open();
        }
        RC_ASSERT(rows_of(*node.live) == rows_of(node.model));
    }
    node.open();
    RC_ASSERT(rows_of(*node.live) == rows_of(flushed));
    RC_ASSERT(node.store->top().root == naive_root(flushed));
}

/// Counts the disk's changes that a flush makes, from a state with a flush behind it.
std::uint64_t changes_of_a_flush(std::uint64_t seed)
{
    sim::SimDisk disk{seed};
    Node node{disk, "/data/state"};
    node.put_and_flush("a", "1");
    node.put("b", "2");
    node.root();
    const auto before = disk.counts.changes;
    node.flush();
    return disk.counts.changes - before;
}

TEST(StateStoreCrash, AtEveryPointOfAFlushItReopensBeforeOrAfterIt)
{
    std::size_t before = 0;
    std::size_t after = 0;
    const auto points = changes_of_a_flush(0);
    ASSERT_GT(points, 5U);
    for (std::uint64_t seed = 1; seed <= 6; ++seed)
    {
        for (std::uint64_t point = 1; point <= points + 1; ++point)
        {
            sim::SimDisk disk{seed * 1000 + point};
            StateRoot old_root;
            StateRoot new_root;
            bool acknowledged = false;
            {
                Node node{disk, "/data/state"};
                old_root = node.put_and_flush("a", "1");
                node.put("b", "2");
                new_root = node.root();
                disk.faults.power_off_at = disk.counts.changes + point;
                acknowledged = node.try_flush().has_value();
                EXPECT_TRUE(acknowledged || point <= points);
                node.live.reset();
                node.store.reset();
                disk.faults = {};
                disk.crash();
            }
            const auto store = must(StateStore::open(disk, "/data/state", small_store()));
            ASSERT_TRUE(store->stands_at().has_value());
            const bool is_new = store->stands_at()->height == LogHeight{2};
            EXPECT_EQ(store->stands_at()->root, is_new ? new_root : old_root);
            EXPECT_EQ(full_root(*store), store->top());
            EXPECT_TRUE(is_new || !acknowledged) << seed << " " << point;
            ++(is_new ? after : before);
        }
    }
    EXPECT_GT(before, 0U);
    EXPECT_GT(after, 0U);
}

TEST(StateStoreCrash, AtEveryPointOfTheFirstOpeningItStartsAgain)
{
    sim::SimDisk counted{1};
    must(StateStore::open(counted, "/data/state", small_store()));
    const auto points = counted.counts.changes;
    for (std::uint64_t point = 1; point <= points; ++point)
    {
        sim::SimDisk disk{point};
        disk.faults.power_off_at = point;
        [[maybe_unused]] const auto failed =
            StateStore::open(disk, "/data/state", small_store()).has_value();
        disk.faults = {};
        disk.crash();
        Node node{disk, "/data/state"};
        EXPECT_FALSE(node.store->stands_at().has_value()) << point;
        node.put_and_flush("a", "1");
        EXPECT_EQ(node.store->top().root, naive_root(node.model)) << point;
    }
}

TEST(StateStoreCrash, AFlushThatFindsNoRoomCanBeTriedAgain)
{
    sim::SimDisk disk{1};
    Node node{disk, "/data/state"};
    node.put_and_flush("a", "1");
    node.put("b", std::string(100'000, 'x'));
    const auto root = node.root();
    for (const std::uint64_t room : {std::uint64_t{0}, std::uint64_t{5'000}, std::uint64_t{50'000}})
    {
        disk.capacity = disk.used() + room;
        ASSERT_FALSE(node.try_flush().has_value()) << room;
        EXPECT_EQ(node.store->stands_at()->height, LogHeight{1});
    }
    disk.capacity = UINT64_MAX;
    ASSERT_TRUE(node.try_flush().has_value());
    node.open();
    EXPECT_EQ(node.store->stands_at()->root, root);
}

TEST(StateStoreCrash, AFullDiskIsSaid)
{
    sim::SimDisk disk{1};
    Node node{disk, "/data/state"};
    node.put_and_flush("a", "1");
    node.put("b", std::string(100'000, 'x'));
    node.root();
    disk.capacity = disk.used() + 5000;
    const auto flushed = node.try_flush();
    ASSERT_FALSE(flushed.has_value());
    EXPECT_EQ(flushed.error().code, StoreErrorCode::no_room);
    EXPECT_NE(to_string(flushed.error()).find("full"), std::string::npos);
    disk.capacity = UINT64_MAX;
    node.open();
    EXPECT_EQ(node.store->stands_at()->height, LogHeight{1});
}
TEST(StateStoreDeterminism, TheSameLifeMakesTheSameCallsOfTheDisk)
{
    const auto live = [] {
        sim::SimDisk disk{7};
        for (int life = 0; life < 3; ++life)
        {
            Node node{disk, "/data/state", 0};
            for (int i = 0; i < 30; ++i)
            {
                node.live->get(kCoins, bytes(std::to_string(i)));
                node.fold(Writer{*node.live}.put(kCoins, std::to_string(i), "row").changes());
                node.root();
                node.flush();
            }
            must(node.store->checkpoint("/data/checkpoints/" + std::to_string(life)));
        }
        const auto& c = disk.counts;
        return std::vector<std::uint64_t>{c.opens, c.reads, c.writes, c.syncs, c.changes};
    };
    EXPECT_EQ(live(), live());
}

TEST(StateStoreFault, AFlushThatFailsAnywhereIsSaidAndTheOldStateStays)
{
    std::size_t failed = 0;
    for (const bool sync : {false, true})
    {
        for (std::uint64_t nth = 1; nth < 40; ++nth)
        {
            sim::SimDisk disk{nth};
            Node node{disk, "/data/state"};
            const auto old_root = node.put_and_flush("a", "1");
            node.put("b", "2");
            const auto new_root = node.root();
            auto& counter = sync ? disk.counts.syncs : disk.counts.writes;
            (sync ? disk.faults.fail_sync_at : disk.faults.fail_write_at) = counter + nth;
            const auto flushed = node.try_flush();
            disk.faults = {};
            if (!flushed)
            {
                ++failed;
                EXPECT_EQ(flushed.error().code, StoreErrorCode::io) << nth;
            }
            node.live.reset();
            node.store.reset();
            disk.crash();
            const auto store = must(StateStore::open(disk, "/data/state", small_store()));
            const bool is_new = store->stands_at()->height == LogHeight{2};
            EXPECT_TRUE(is_new || !flushed) << nth;
            EXPECT_EQ(store->top().root, is_new ? new_root : old_root) << nth;
            EXPECT_EQ(full_root(*store), store->top()) << nth;
        }
    }
    EXPECT_GT(failed, 4U);
}

TEST(StateStoreFault, ARowThatCantBeReadIsNotAbsent)
{
    sim::SimDisk disk{1};
    Node node{disk, "/data/state"};
    for (int i = 0; i < 300; ++i)
        node.put(std::to_string(i), std::string(200, 'x'));
    node.root();
    node.flush();
    node.open();
    std::size_t failures = 0;
    for (int i = 0; i < 300; ++i)
    {
        disk.faults.fail_read_at = disk.counts.reads + 1;
        try
        {
            EXPECT_TRUE(node.live->get(kCoins, bytes(std::to_string(i))).has_value()) << i;
        }
        catch (const StoreFailure& failure)
        {
            EXPECT_EQ(failure.error().code, StoreErrorCode::io);
            ++failures;
        }
        disk.faults.fail_read_at = disk.counts.reads + 1;
        try
        {
            std::size_t rows = 0;
            node.store->scan(kCoins, {}, [&](ByteView, ByteView) { return ++rows > 0; });
            EXPECT_EQ(rows, 300U);
        }
        catch (const StoreFailure&)
        {
            ++failures;
        }
    }
    EXPECT_GT(failures, 0U);
}

}  // namespace
}  // namespace engine
