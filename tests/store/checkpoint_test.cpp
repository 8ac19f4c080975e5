#include "engine/store/checkpoint.hpp"

#include "engine/hash/crc32c.hpp"
#include "engine/store/full_root.hpp"
#include "tests/sim/disk.hpp"
#include "tests/store/node.hpp"

#include <gtest/gtest.h>

namespace engine
{
namespace
{
using namespace test;

const std::string kCheckpoints = "/data/checkpoints";

std::string checkpoint_at(std::uint64_t height)
{
    return checkpoint_directory(kCheckpoints, LogHeight{height});
}

struct CheckpointTest : ::testing::Test
{
    sim::SimDisk disk{1};
    Node node{disk, "/data/state"};

    StateMark take_checkpoint() { return must(node.store->checkpoint(checkpoint_at(node.height))); }

    void flush_and_take(int count) { flush_and_take(node, count); }
    static void flush_and_take(Node& of, int count)
    {
        for (int i = 0; i < count; ++i)
        {
            of.put_and_flush("row", std::to_string(i));
            must(of.store->checkpoint(checkpoint_at(of.height)));
        }
    }

    StoreErrorCode error_of_opening(const std::string& directory)
    {
        const auto opened = open_checkpoint(disk, directory, small_store());
        EXPECT_FALSE(opened.has_value());
        return opened.error().code;
    }
};

std::vector<std::uint64_t> numbers(const std::vector<LogHeight>& heights)
{
    std::vector<std::uint64_t> out;
    for (const auto height : heights)
        out.push_back(height.value);
    return out;
}

std::vector<LogHeight> heights(const std::vector<std::uint64_t>& values)
{
    std::vector<LogHeight> out;
    for (const auto value : values)
        out.push_back(LogHeight{value});
    return out;
}

TEST_F(CheckpointTest, KeepsTheStateOfItsHeightWhileTheNodeGoesOn)
{
    node.put("a", "1");
    const auto root = node.put_and_flush("b", "2");
    take_checkpoint();
    node.put_and_flush("a", "later");

    const auto checkpoint = must(open_checkpoint(disk, checkpoint_at(1), small_store()));
    EXPECT_EQ(checkpoint->stands_at(), (StateMark{LogHeight{1}, block_hash(1), root, 2}));
    Bytes row;
    EXPECT_TRUE(checkpoint->get(kCoins, bytes("a"), row));
    EXPECT_EQ(text(row), "1");
    EXPECT_EQ(full_root(*checkpoint), (TreeTop{root, 2}));
}

TEST_F(CheckpointTest, AReplayStandsOnItAndReachesTheSameRoot)
{
    node.put_and_flush("a", "1");
    take_checkpoint();
    node.put("b", "2");
    const auto root = node.put_and_flush("a", "3");

    const auto checkpoint = must(open_checkpoint(disk, checkpoint_at(1), small_store()));
    LiveState replayed{kTables, checkpoint.get(), {}};
    replayed.apply(Writer{replayed}.put(kCoins, "b", "2").put(kCoins, "a", "3").changes());
    auto set = replayed.freeze(LogHeight{2});
    EXPECT_EQ(checkpoint->rooter_from_here()->take(set), root);
}

TEST_F(CheckpointTest, OpeningItChangesNothingOnTheDisk)
{
    node.put_and_flush("a", "1");
    take_checkpoint();
    const auto before = disk.counts.changes;
    const auto checkpoint = must(open_checkpoint(disk, checkpoint_at(1), small_store()));
    checkpoint->scan_all([](TableId, ByteView, ByteView) { return true; });
    EXPECT_EQ(disk.counts.changes, before);
}

TEST_F(CheckpointTest, ExistingDirectoryIsNotOverwritten)
{
    node.put_and_flush("a", "1");
    take_checkpoint();
    const auto again = node.store->checkpoint(checkpoint_at(1));
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().code, StoreErrorCode::io);
}

TEST_F(CheckpointTest, CostsTheSameWhateverTheSizeOfTheState)
{
    const auto bytes_taken = [&] {
        const auto before = disk.used();
        take_checkpoint();
        return disk.used() - before;
    };
    node.put_and_flush("a", "1");
    const auto small = bytes_taken();
    for (int i = 0; i < 3000; ++i)
        node.put(std::to_string(i), std::string(100, 'x'));
    node.root();
    node.flush();
    EXPECT_LT(bytes_taken(), small + 2000);  // Names of files, not their content.
}

TEST_F(CheckpointTest, AreListedByHeight)
{
    node.height = 8;
    flush_and_take(3);
    ASSERT_TRUE(disk.make_directories(kCheckpoints + "/notes"));
    ASSERT_TRUE(disk.make_directories(kCheckpoints + "/007"));
    const auto list = must(list_checkpoints(disk, kCheckpoints));
    ASSERT_EQ(list.size(), 3U);
    EXPECT_EQ(list[0].height, LogHeight{9});
    EXPECT_EQ(list[2].height, LogHeight{11});
    EXPECT_EQ(list[2].mark->block_hash, block_hash(11));
    EXPECT_TRUE(must(list_checkpoints(disk, "/nowhere")).empty());
}

TEST_F(CheckpointTest, NearestIsTheNewestAtOrBelowAndWhole)
{
    flush_and_take(4);
    disk.edit(checkpoint_at(3) + "/" + kCheckpointManifest, [](Bytes& b) { b[20] ^= 1; });
    const auto nearest = [&](std::uint64_t height) {
        const auto info = must(nearest_checkpoint(disk, kCheckpoints, LogHeight{height}));
        return info ? info->height.value : 0;
    };
    EXPECT_EQ(nearest(0), 0U);
    EXPECT_EQ(nearest(1), 1U);
    EXPECT_EQ(nearest(3), 2U);
    EXPECT_EQ(nearest(9), 4U);
}

TEST_F(CheckpointTest, EveryDamagedByteOfTheManifestIsRefused)
{
    flush_and_take(1);
    const auto path = checkpoint_at(1) + "/" + kCheckpointManifest;
    const Bytes whole = *read_file(disk, path);
    for (std::size_t i = 0; i < whole.size(); ++i)
    {
        disk.edit(path, [&](Bytes& b) { b[i] ^= 0x10; });
        EXPECT_EQ(error_of_opening(checkpoint_at(1)), StoreErrorCode::corrupt) << i;
        disk.edit(path, [&](Bytes& b) { b = whole; });
    }
    disk.edit(path, [&](Bytes& b) { b.pop_back(); });
    EXPECT_EQ(error_of_opening(checkpoint_at(1)), StoreErrorCode::corrupt);
}

TEST_F(CheckpointTest, AManifestOfAnotherStateIsRefused)
{
    flush_and_take(2);
    const Bytes other = *read_file(disk, checkpoint_at(2) + "/" + kCheckpointManifest);
    disk.edit(checkpoint_at(1) + "/" + kCheckpointManifest, [&](Bytes& b) { b = other; });
    EXPECT_EQ(error_of_opening(checkpoint_at(1)), StoreErrorCode::corrupt);

    StateMark lying = *decode_mark(other);
    lying.rows += 1;
    disk.edit(
        checkpoint_at(2) + "/" + kCheckpointManifest, [&](Bytes& b) { b = encode_mark(lying); });
    EXPECT_EQ(error_of_opening(checkpoint_at(2)), StoreErrorCode::corrupt);
}

TEST_F(CheckpointTest, AManifestOfALaterFormatIsNamedAsSuch)
{
    flush_and_take(1);
    Bytes later = encode_mark({});
    later[3] = 2;
    const auto body = ByteView{later}.first(later.size() - 4);
    const auto sum = crc32c(body);
    for (std::size_t i = 0; i < 4; ++i)
        later[later.size() - 4 + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
    disk.edit(checkpoint_at(1) + "/" + kCheckpointManifest, [&](Bytes& b) { b = later; });
    EXPECT_EQ(error_of_opening(checkpoint_at(1)), StoreErrorCode::format);
}

TEST_F(CheckpointTest, ACheckpointWithoutManifestIsMissing)
{
    flush_and_take(1);
    ASSERT_TRUE(disk.remove(checkpoint_at(1) + "/" + kCheckpointManifest));
    EXPECT_EQ(error_of_opening(checkpoint_at(1)), StoreErrorCode::missing);
    EXPECT_EQ(error_of_opening("/nowhere"), StoreErrorCode::missing);
}

TEST_F(CheckpointTest, AtEveryPointOfTakingOneItIsCompleteOrAbsent)
{
    node.put_and_flush("a", "1");
    const auto before = disk.counts.changes;
    take_checkpoint();
    const auto points = disk.counts.changes - before;
    std::size_t complete = 0;
    for (std::uint64_t point = 1; point <= points + 1; ++point)
    {
        sim::SimDisk other{point};
        bool acknowledged = false;
        {
            Node again{other, "/data/state"};
            again.put_and_flush("a", "1");
            other.faults.power_off_at = other.counts.changes + point;
            const bool done = again.store->checkpoint(checkpoint_at(1)).has_value();
            EXPECT_TRUE(done || point <= points);
            acknowledged = done;
            again.live.reset();
            again.store.reset();
            other.faults = {};
            other.crash();
        }
        const auto list = must(list_checkpoints(other, kCheckpoints));
        if (!list.empty())
        {
            ++complete;
            const auto opened = must(open_checkpoint(other, checkpoint_at(1), small_store()));
            EXPECT_EQ(full_root(*opened), opened->top());
        }
        EXPECT_TRUE(!list.empty() || !acknowledged);

        Node again{other, "/data/state"};
        EXPECT_EQ(again.store->stands_at()->height, LogHeight{1});
        must(retain_checkpoints(other, kCheckpoints, 1));
        if (list.empty())
        {
            EXPECT_TRUE(again.store->checkpoint(checkpoint_at(1)).has_value()) << point;
        }
    }
    EXPECT_GT(complete, 0U);
}

TEST_F(CheckpointTest, AtEveryPointOfRemovingSomeEachIsWholeOrGone)
{
    flush_and_take(6);
    const auto before = disk.counts.changes;
    must(retain_checkpoints(disk, kCheckpoints, 2));
    const auto points = disk.counts.changes - before;
    EXPECT_GT(points, 10U);
    for (std::uint64_t point = 1; point <= points; ++point)
    {
        sim::SimDisk other{point};
        {
            Node again{other, "/data/state"};
            flush_and_take(again, 6);
            other.faults.power_off_at = other.counts.changes + point;
            EXPECT_FALSE(retain_checkpoints(other, kCheckpoints, 2)) << point;
        }
        other.faults = {};
        point % 2 == 0 ? other.crash() : other.kill();
        for (const auto& info : must(list_checkpoints(other, kCheckpoints)))
            must(must(open_checkpoint(other, info.directory, small_store()))->check_files());
        must(retain_checkpoints(other, kCheckpoints, 2));
        EXPECT_EQ(other.list(kCheckpoints)->size(), 4U);
    }
}

TEST(Retention, KeepsTheNewestAndTheOldestOfEachDoubling)
{
    EXPECT_EQ(numbers(heights_to_keep({}, 2)), (std::vector<std::uint64_t>{}));
    EXPECT_EQ(numbers(heights_to_keep(heights({5}), 2)), (std::vector<std::uint64_t>{5}));
    EXPECT_EQ(numbers(heights_to_keep(heights({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), 2)),
        (std::vector<std::uint64_t>{1, 3, 7, 9, 10}));
    EXPECT_EQ(
        numbers(heights_to_keep(heights({1, 2, 3}), 0)), (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST(Retention, TakenWithEveryNewCheckpointItStaysLogarithmic)
{
    std::vector<LogHeight> kept;
    for (std::uint64_t height = 1; height <= 5000; ++height)
    {
        kept.push_back(LogHeight{height});
        kept = heights_to_keep(kept, 3);
        ASSERT_LE(kept.size(), 3U + 13U);
    }
    EXPECT_EQ(kept.back(), LogHeight{5000});
    EXPECT_LT(kept.front().value, 1000U);  // Old ones remain.
}

TEST_F(CheckpointTest, RetentionRemovesWhatIsNotKeptAndUnfinishedOnes)
{
    flush_and_take(6);
    ASSERT_TRUE(disk.make_directories(kCheckpoints + "/9.part"));
    const auto removed = must(retain_checkpoints(disk, kCheckpoints, 2));
    EXPECT_EQ(numbers(removed), (std::vector<std::uint64_t>{2, 4}));
    EXPECT_FALSE(disk.exists(checkpoint_at(2)));
    EXPECT_FALSE(disk.exists(kCheckpoints + "/9.part"));
    EXPECT_EQ(must(list_checkpoints(disk, kCheckpoints)).size(), 4U);
    EXPECT_EQ(must(open_checkpoint(disk, checkpoint_at(1), small_store()))->stands_at()->height,
        LogHeight{1});
}
}  // namespace
}  // namespace engine
