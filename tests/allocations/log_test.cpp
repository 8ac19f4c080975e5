// Every allocation of the log fails once, while it is opened, appended to, rolled, closed and read.
// What was acknowledged is there afterwards, nothing is there that nobody appended, and no reader
// takes missing memory for damage.

#include "engine/log/reader.hpp"
#include "tests/allocations/every_allocation.hpp"
#include "tests/allocations/sure_disk.hpp"
#include "tests/log/chain.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace engine::log
{
namespace
{
using test::Ended;
using test::fail_each_allocation;
using test::NoFailedAllocation;
using test::SureDisk;

constexpr std::size_t kBlocks = 12;  // Three segments.

const Chain& chain()
{
    static const Chain all = [] {
        Chain made;
        while (made.size() < kBlocks)
            made.add(900);
        return made;
    }();
    return all;
}

/// A log over whose parts the test looks after a failure.
struct Life
{
    sim::SimDisk disk;
    SureDisk sure{disk};
    std::optional<DataDirectory> directory;
    std::unique_ptr<SegmentLog> log;
    std::uint64_t acknowledged = 0;
    bool complained = false;  // An error where there is nothing wrong.

    explicit Life(std::uint64_t seed) : disk{seed} {}

    bool open(bool check_all)
    {
        auto owned = DataDirectory::own(sure, kData, "process 1 (test)");
        complained = complained || !owned;
        if (!owned)
            return false;
        directory.emplace(*std::move(owned));
        auto opened = SegmentLog::open(sure, *directory, {kSmallSegment, {}, check_all});
        complained = complained || !opened;
        if (opened)
            log = *std::move(opened);
        return log != nullptr;
    }

    bool append(const Bytes& block)
    {
        const auto appended = log->append(block);
        complained = complained || !appended;
        acknowledged += appended ? 1U : 0U;
        return appended.has_value();
    }

    /// From nothing to twelve blocks, with a clean stop in the middle and one at the end.
    void live()
    {
        for (const auto half : {kBlocks / 2, kBlocks})
        {
            if (!open(half == kBlocks))
                return;
            while (acknowledged < half)
            {
                if (!log->prepare_next() || !append(chain().blocks()[acknowledged]))
                    return;
            }
            complained = complained || !log->close();
            log.reset();
            directory.reset();
        }
    }

    void end()
    {
        log.reset();
        directory.reset();
        disk.kill();
    }
};

/// What was interrupted in the middle writes nothing more, and says so.
void expect_stopped(SegmentLog& log)
{
    const auto tip = log.tip();
    const auto next = tip ? tip->header.height.value + 1 : 0;
    if (next == kBlocks)
        return;
    const auto appended = log.append(chain().blocks()[next]);
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().code, LogErrorCode::stopped) << to_string(appended.error());
    EXPECT_EQ(log.prepare_next().error().code, LogErrorCode::stopped);
    EXPECT_EQ(log.close().error().code, LogErrorCode::stopped);
}

/// A log that is opened afresh has what was acknowledged, perhaps the block after it, and goes on.
void expect_whole(sim::SimDisk& disk, std::uint64_t acknowledged)
{
    auto opened = must_open(disk, {kSmallSegment, {}, true});
    const auto read = read_log(*opened.log);
    ASSERT_FALSE(read.error) << to_string(*read.error);
    ASSERT_GE(read.blocks.size(), acknowledged);
    ASSERT_LE(read.blocks.size(), acknowledged + 1);
    for (std::size_t i = 0; i < kBlocks; ++i)
    {
        if (i >= read.blocks.size())
        {
            ASSERT_TRUE(opened.log->append(chain().blocks()[i]));
        }
        else
        {
            EXPECT_EQ(read.blocks[i], chain().blocks()[i]);
        }
    }
}

TEST(LogWithoutMemory, LosesNothingThatItHasAcknowledged)
{
    std::unique_ptr<Life> life;
    std::uint64_t seed = 0;
    std::uint64_t stopped = 0;
    const auto failed = fail_each_allocation(
        [&] {
            {
                const NoFailedAllocation begun;
                life = std::make_unique<Life>(++seed);
            }
            life->live();
        },
        [&](Ended ended) {
            EXPECT_FALSE(life->complained);
            EXPECT_TRUE(ended == Ended::no_memory || life->acknowledged == kBlocks);
            stopped += life->log != nullptr ? 1U : 0U;
            if (life->log)
                expect_stopped(*life->log);
            const auto acknowledged = life->acknowledged;
            if (seed % 2 == 0)
                life->end();
            else
                life->log.reset(), life->directory.reset(), life->disk.crash();
            expect_whole(life->disk, acknowledged);
        });
    std::cout << failed << " allocations failed, " << stopped << " of them stopped an open log\n";
    EXPECT_GT(failed, 80U);
    EXPECT_GT(stopped, 30U);
}

/// A tail that a crash has cut short is still found to be one, and taken away.
TEST(LogWithoutMemory, ACutTailIsTakenAwayOnceThereIsMemory)
{
    std::uint64_t seed = 0;
    std::unique_ptr<Life> life;
    const auto failed = fail_each_allocation(
        [&] {
            {
                const NoFailedAllocation begun;
                life = std::make_unique<Life>(++seed);
                {
                    const auto opened = must_open(life->disk);
                    for (std::size_t i = 0; i < kBlocks - 1; ++i)
                        static_cast<void>(opened.log->append(chain().blocks()[i]));
                }
                life->disk.faults.power_off_at = life->disk.counts.changes + 1;
                {
                    auto opened = open_log(life->disk);
                    if (opened)
                        static_cast<void>(opened->log->append(chain().blocks()[kBlocks - 1]));
                }
                life->disk.crash();
                life->disk.faults = {};
            }
            life->open(true);
        },
        [&](Ended) {
            EXPECT_FALSE(life->complained);
            life->end();
            expect_whole(life->disk, kBlocks - 1);
        });
    std::cout << failed << " allocations failed\n";
    EXPECT_GT(failed, 50U);
}

/// Whoever reads beside the owner, or without one, gets the blocks or no memory.
TEST(LogWithoutMemory, AReaderReadsTheRightBlocksOrNone)
{
    for (const bool can_map : {true, false})
    {
        sim::SimDisk disk{1};
        disk.can_map = can_map;
        {
            const auto opened = must_open(disk);
            for (const auto& block : chain().blocks())
                ASSERT_TRUE(opened.log->append(block));
        }
        SureDisk sure{disk};
        std::vector<Bytes> blocks;
        std::optional<LogError> error;
        const auto failed = fail_each_allocation(
            [&] {
                blocks.clear();
                error.reset();
                const auto reader = open_reader(sure, kData, LogHeight{0});
                if (!reader)
                    error = reader.error();
                while (!error)
                {
                    const auto block = (*reader)->next();
                    const NoFailedAllocation noted;
                    if (!block)
                        error = block.error();
                    else if (*block == nullptr)
                        break;
                    else
                        blocks.emplace_back((*block)->bytes().begin(), (*block)->bytes().end());
                }
            },
            [&](Ended ended) {
                EXPECT_FALSE(error) << to_string(*error);
                EXPECT_TRUE(ended == Ended::no_memory || blocks.size() == kBlocks);
                for (std::size_t i = 0; i < blocks.size(); ++i)
                    EXPECT_EQ(blocks[i], chain().blocks()[i]);
            });
        std::cout << failed << " allocations failed\n";
        EXPECT_GT(failed, 30U);
    }
}
}  // namespace
}  // namespace engine::log
