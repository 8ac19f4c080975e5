#include "engine/hash/crc32c.hpp"
#include "tests/log/chain.hpp"

#include <gtest/gtest.h>

namespace engine::log
{
namespace
{
using sim::SimDisk;

TEST(OpenReader, FollowsARunningWriterUpToTheDurableHeight)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    Chain chain;
    const auto reader = *open_reader(disk, kData, LogHeight{0});
    for (int i = 0; i < 40; ++i)
    {
        EXPECT_EQ(*reader->next(), nullptr);
        ASSERT_TRUE(log->append(chain.add(700)));
        const auto block = reader->next();
        ASSERT_TRUE(block) << to_string(block.error());
        ASSERT_NE(*block, nullptr);
        EXPECT_TRUE(equal((*block)->bytes(), chain.blocks().back()));
    }
}

/// Written and not synced: the block is in the file, whole, and nobody sees it.
TEST(OpenReader, DoesNotSeeABlockThatIsNotDurable)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    Chain chain;
    ASSERT_TRUE(log->append(chain.add(700)));
    disk.faults.fail_sync_at = disk.counts.syncs + 1;
    ASSERT_FALSE(log->append(chain.add(700)));
    EXPECT_EQ(read_directory(disk).blocks.size(), 1U);
    EXPECT_EQ(read_log(*log).blocks.size(), 1U);
}

TEST(OpenReader, ReadsWhatAStartWouldKeepWhenNobodyRuns)
{
    SimDisk disk{1};
    Chain chain;
    {
        const auto [directory, log] = must_open(disk);
        ASSERT_TRUE(log->append(chain.add(700)));
        disk.faults.fail_sync_at = disk.counts.syncs + 1;
        ASSERT_FALSE(log->append(chain.add(700)));
    }
    EXPECT_EQ(read_directory(disk).blocks, chain.blocks());
}

TEST(OpenReader, ChangesNothing)
{
    SimDisk disk{1};
    Chain chain;
    {
        const auto [directory, log] = must_open(disk);
        for (int i = 0; i < 10; ++i)
            ASSERT_TRUE(log->append(chain.add(700)));
    }
    const auto changes = disk.counts.changes;
    const auto writes = disk.counts.writes;
    EXPECT_EQ(read_directory(disk).blocks, chain.blocks());
    EXPECT_EQ(disk.counts.changes, changes);
    EXPECT_EQ(disk.counts.writes, writes);
}

TEST(OpenReader, ReadsNothingWhereThereIsNoLog)
{
    SimDisk disk{1};
    const auto read = read_directory(disk);
    EXPECT_TRUE(read.blocks.empty());
    EXPECT_FALSE(read.error);
}

TEST(OpenReader, BeginsInTheMiddleAndStillKnowsWhatComesBefore)
{
    SimDisk disk{1};
    Chain chain;
    {
        const auto [directory, log] = must_open(disk, {std::uint64_t{64} << 10, {}, false});
        for (int i = 0; i < 100; ++i)
            ASSERT_TRUE(log->append(chain.add(100)));
    }
    // Another block 49, whole in itself: only its place in the chain is wrong.
    Chain other;
    for (int i = 0; i < 49; ++i)
        other.add(100);
    Bytes changed(100, 0xab);
    disk.edit(segment_file(0), [&](Bytes& content) {
        const auto frame = kFrameHeaderSize + chain.blocks()[0].size();
        const auto at = kSegmentHeaderSize + 49 * frame;
        EventRecord record{changed, event_hash(changed), {0, 0}};
        auto header = *decode_header(chain.blocks()[49]);
        const auto block = encode_block(header, {&record, 1});
        ASSERT_EQ(block.bytes.size() + kFrameHeaderSize, frame);
        FieldWriter{std::span{content}.subspan(at)}
            .bytes(encode_frame_header({static_cast<std::uint32_t>(block.bytes.size()),
                LogHeight{49}, crc32c(block.bytes)}))
            .bytes(block.bytes);
    });
    const auto reader = *open_reader(disk, kData, LogHeight{50});
    const auto block = reader->next();
    ASSERT_FALSE(block);
    EXPECT_EQ(block.error().code, LogErrorCode::damaged);
    EXPECT_EQ(block.error().height, LogHeight{50});
}

TEST(OpenReader, EventsAreReadInPlaceAtWholeWords)
{
    for (const bool can_map : {false, true})
    {
        SimDisk disk{1};
        disk.can_map = can_map;
        Chain chain;
        const auto [directory, log] = must_open(disk);
        for (int i = 0; i < 20; ++i)
            ASSERT_TRUE(log->append(chain.add_events({1, 9, 8, 300, 17})));
        const auto reader = *log->reader(LogHeight{0});
        for (;;)
        {
            const auto block = reader->next();
            ASSERT_TRUE(block);
            if (*block == nullptr)
                break;
            for (std::uint32_t i = 0; i < (*block)->event_count(); ++i)
                ASSERT_EQ(reinterpret_cast<std::uintptr_t>((*block)->event(i).data()) % 8, 0U);
        }
    }
}

TEST(DataDirectory, NamesTheHolderToWhoeverIsRefused)
{
    SimDisk disk{1};
    const auto held = DataDirectory::own(disk, kData, "process 42 (engine run)");
    ASSERT_TRUE(held);
    const auto refused = DataDirectory::own(disk, kData, "process 43 (engine run)");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, LogErrorCode::owned);
    EXPECT_NE(refused.error().what.find("process 42 (engine run)"), std::string::npos);
}

TEST(DataDirectory, IsFreeAgainWhenTheOwnerIsGone)
{
    SimDisk disk{1};
    {
        const auto held = DataDirectory::own(disk, kData, "process 42");
        EXPECT_TRUE(disk.is_locked(lock_path(kData)));
    }
    EXPECT_FALSE(disk.is_locked(lock_path(kData)));
    EXPECT_TRUE(DataDirectory::own(disk, kData, "process 43"));
}

TEST(LogError, SaysWhatWhereAndWhatToDo)
{
    LogError error;
    error.code = LogErrorCode::damaged;
    error.what = "the block's checksum is wrong";
    error.file = "data/log/x.seg";
    error.offset = 72;
    error.height = LogHeight{3};
    error.repair = "Put it back.";
    EXPECT_EQ(to_string(error),
        "log-damaged: data/log/x.seg, byte 72, height 3: the block's checksum is wrong. "
        "Put it back.");
    EXPECT_EQ(to_string(LogError{LogErrorCode::stopped, "closed", {}, {}, {}, {}}),
        "log-stopped: closed.");
}
}  // namespace
}  // namespace engine::log
