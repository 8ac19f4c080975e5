#include "tests/log/chain.hpp"

#include <gtest/gtest.h>

namespace engine::log
{
namespace
{
using sim::SimDisk;

/// Appends blocks with one event of each size.
void append_all(Log& log, Chain& chain, const std::vector<std::size_t>& sizes)
{
    for (const auto size : sizes)
        ASSERT_TRUE(log.append(chain.add(size)));
}

TEST(SegmentLog, IsEmptyBeforeTheFirstBlock)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    EXPECT_FALSE(log->tip());
    EXPECT_TRUE(read_log(*log).blocks.empty());
}

TEST(SegmentLog, GivesBackWhatWasAppended)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    Chain chain;
    append_all(*log, chain, {8, 100, 1, 3000, 7});
    const auto read = read_log(*log);
    EXPECT_FALSE(read.error);
    EXPECT_EQ(read.blocks, chain.blocks());
    EXPECT_EQ(log->tip()->header.height, LogHeight{4});
    EXPECT_EQ(log->tip()->hash, block_hash(chain.blocks().back()));
}

TEST(SegmentLog, BeginsSegmentsAsTheyFill)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    Chain chain;
    append_all(*log, chain, {1500, 1500, 1500, 1500, 1500});
    EXPECT_TRUE(disk.exists(segment_file(0)));
    EXPECT_TRUE(disk.exists(segment_file(2)));
    EXPECT_TRUE(disk.exists(segment_file(4)));
    EXPECT_EQ(read_log(*log).blocks, chain.blocks());
}

TEST(SegmentLog, ReadsFromEveryHeight)
{
    for (const bool can_map : {false, true})
    {
        SimDisk disk{1};
        disk.can_map = can_map;
        const auto [directory, log] = must_open(disk);
        Chain chain;
        append_all(*log, chain, std::vector<std::size_t>(300, 20));
        for (std::uint64_t from = 0; from <= chain.size(); ++from)
        {
            const auto read = read_log(*log, from);
            ASSERT_FALSE(read.error) << to_string(*read.error);
            ASSERT_EQ(read.blocks.size(), chain.size() - from);
            if (from < chain.size())
            {
                ASSERT_EQ(read.blocks.front(), chain.blocks()[from]);
            }
        }
        EXPECT_EQ(log->reader(LogHeight{chain.size() + 1}).error().code, LogErrorCode::beyond_end);
    }
}

TEST(SegmentLog, FindsABlockByItsHeight)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    Chain chain;
    append_all(*log, chain, std::vector<std::size_t>(200, 33));
    for (const std::uint64_t height : {0U, 1U, 63U, 64U, 65U, 199U})
        EXPECT_EQ(*read_block(*log, LogHeight{height}), chain.blocks()[height]);
    EXPECT_EQ(read_block(*log, LogHeight{200}).error().code, LogErrorCode::beyond_end);
}

TEST(SegmentLog, GoesOnAfterACleanStop)
{
    SimDisk disk{1};
    Chain chain;
    for (int run = 0; run < 4; ++run)
    {
        const auto [directory, log] = must_open(disk);
        EXPECT_EQ(read_log(*log).blocks, chain.blocks());
        EXPECT_FALSE(disk.exists(clean_stop_path(kData)));
        append_all(*log, chain, {900, 900, 900});
        ASSERT_TRUE(log->close());
        EXPECT_TRUE(disk.exists(clean_stop_path(kData)));
    }
    EXPECT_EQ(read_directory(disk).blocks, chain.blocks());
}

TEST(SegmentLog, GoesOnWithAnotherSegmentSize)
{
    SimDisk disk{1};
    Chain chain;
    for (const std::uint64_t size : {4096U, 8192U, 4608U})
    {
        const auto [directory, log] = must_open(disk, {size, {}, true});
        append_all(*log, chain, {2000, 2000, 2000, 2000});
        ASSERT_TRUE(log->close());
    }
    EXPECT_EQ(read_directory(disk).blocks, chain.blocks());
}

TEST(SegmentLog, TakesNothingAfterClose)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    Chain chain;
    append_all(*log, chain, {8});
    ASSERT_TRUE(log->close());
    EXPECT_EQ(log->append(chain.add(8)).error().code, LogErrorCode::stopped);
    EXPECT_EQ(log->close().error().code, LogErrorCode::stopped);
}

TEST(SegmentLog, TakesOnlyTheBlockThatComesNext)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    Chain chain;
    chain.add(8);
    chain.add(8);
    EXPECT_EQ(log->append(chain.blocks()[1]).error().code, LogErrorCode::wrong_block);
    ASSERT_TRUE(log->append(chain.blocks()[0]));
    EXPECT_EQ(log->append(chain.blocks()[0]).error().code, LogErrorCode::wrong_block);
    Chain other;
    other.add(16);
    EXPECT_EQ(log->append(other.add(8)).error().code, LogErrorCode::wrong_block);
    EXPECT_EQ(log->append(Bytes(16)).error().code, LogErrorCode::wrong_block);
    EXPECT_TRUE(log->append(chain.blocks()[1]));
}

TEST(SegmentLog, RefusesABlockThatNoSegmentHolds)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    // 4096 less segment header, frame header, block header and 16 bytes of results.
    constexpr std::size_t kLargest = 4096 - 72 - 24 - 200 - 16;
    Chain chain;
    EXPECT_EQ(log->append(chain.add(kLargest + 1)).error().code, LogErrorCode::too_large);
    chain.cut(0);
    EXPECT_TRUE(log->append(chain.add(kLargest)));
    EXPECT_EQ(read_log(*log).blocks, chain.blocks());
}

TEST(SegmentLog, AReaderWaitsAtTheEndAndGoesOn)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    Chain chain;
    const auto reader = log->reader(LogHeight{0});
    for (int i = 0; i < 50; ++i)
    {
        EXPECT_EQ(*(*reader)->next(), nullptr);
        append_all(*log, chain, {700});
        const auto block = (*reader)->next();
        ASSERT_TRUE(block);
        ASSERT_NE(*block, nullptr);
        EXPECT_TRUE(equal((*block)->bytes(), chain.blocks().back()));
    }
}

TEST(SegmentLog, ReadersSayHowFarTheyAre)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    Chain chain;
    append_all(*log, chain, std::vector<std::size_t>(20, 700));
    const auto reader = *log->reader(LogHeight{5});
    auto before = Progress{};
    while (*reader->next() != nullptr)
    {
        const auto now = reader->progress();
        EXPECT_GT(now.bytes_done, before.bytes_done);
        EXPECT_LE(now.bytes_done, now.bytes_total);
        before = now;
    }
    EXPECT_EQ(before.bytes_done, before.bytes_total);
}

TEST(SegmentLog, AReaderOutlivesTheLog)
{
    SimDisk disk{1};
    Chain chain;
    std::unique_ptr<BlockReader> reader;
    {
        const auto [directory, log] = must_open(disk);
        append_all(*log, chain, {100, 200});
        reader = std::move(*log->reader(LogHeight{0}));
    }
    EXPECT_EQ(read_all(*reader).blocks, chain.blocks());
}

TEST(SegmentLog, PreparesTheNextSegmentInSteps)
{
    SimDisk disk{1};
    constexpr std::uint64_t kThreeSteps = (std::uint64_t{3} << 20) - 4096;
    const auto [directory, log] = must_open(disk, {kThreeSteps, {}, false});
    EXPECT_EQ(*log->prepare_next(), Preparation::working);
    EXPECT_EQ(*log->prepare_next(), Preparation::working);
    EXPECT_EQ(*log->prepare_next(), Preparation::working);
    EXPECT_EQ(*log->prepare_next(), Preparation::ready);
    const auto syncs = disk.counts.syncs;
    Chain chain;
    append_all(*log, chain, {8});
    EXPECT_EQ(disk.counts.syncs, syncs + 4);  // Header, record, directory, block.
    append_all(*log, chain, {8});
    EXPECT_EQ(disk.counts.syncs, syncs + 5);
}
}  // namespace
}  // namespace engine::log
