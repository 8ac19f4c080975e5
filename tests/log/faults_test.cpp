#include "tests/log/chain.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace engine::log
{
namespace
{
using sim::SimDisk;

/// Opens the log and appends until something fails or twelve blocks are there. Returns how many
/// were acknowledged.
struct Run
{
    std::uint64_t acknowledged = 0;
    std::optional<LogError> error;
};

Run run(SimDisk& disk, Chain& chain)
{
    Run result;
    auto opened = open_log(disk);
    if (!opened)
    {
        result.error = opened.error();
        return result;
    }
    while (chain.size() < 12)
    {
        const auto appended = opened->log->append(chain.add(900));
        if (!appended)
        {
            result.error = appended.error();
            // Whatever it was, it is final: nothing is tried again.
            EXPECT_EQ(
                opened->log->append(chain.blocks().back()).error().code, LogErrorCode::stopped);
            EXPECT_EQ(opened->log->prepare_next().error().code, LogErrorCode::stopped);
            EXPECT_EQ(opened->log->close().error().code, LogErrorCode::stopped);
            return result;
        }
        ++result.acknowledged;
    }
    return result;
}

/// Fails the N-th call of a kind, for every N until none fails; after each, a restart must find
/// everything that was acknowledged.
void fail_each(std::uint64_t sim::Faults::*fault, bool power_fails)
{
    for (std::uint64_t at = 1;; ++at)
    {
        SCOPED_TRACE("call " + std::to_string(at));
        SimDisk disk{at};
        disk.can_map = false;
        disk.faults.*fault = at;
        Chain chain;
        const auto result = run(disk, chain);
        if (!result.error)
        {
            EXPECT_GT(at, 5U);
            return;
        }
        ASSERT_EQ(result.error->code, LogErrorCode::io) << to_string(*result.error);
        ASSERT_FALSE(result.error->file.empty());
        power_fails ? disk.crash() : disk.kill();
        const auto opened = must_open(disk, {kSmallSegment, {}, true});
        const auto read = read_log(*opened.log);
        ASSERT_FALSE(read.error) << to_string(*read.error);
        ASSERT_GE(read.blocks.size(), result.acknowledged);
        chain.cut(read.blocks.size());
        ASSERT_EQ(read.blocks, chain.blocks());
        ASSERT_TRUE(opened.log->append(chain.add(10)));
    }
}

TEST(LogFaults, EveryFailedWriteStopsTheLogAndLosesNothing)
{
    fail_each(&sim::Faults::fail_write_at, false);
    fail_each(&sim::Faults::fail_write_at, true);
}

TEST(LogFaults, EveryFailedSyncStopsTheLogAndLosesNothing)
{
    fail_each(&sim::Faults::fail_sync_at, false);
    fail_each(&sim::Faults::fail_sync_at, true);
}

TEST(LogFaults, EveryFailedOpenIsReported)
{
    fail_each(&sim::Faults::fail_open_at, false);
}

TEST(LogFaults, EveryFailedReadIsReported)
{
    SimDisk disk{1};
    disk.can_map = false;
    Chain chain;
    run(disk, chain);
    for (std::uint64_t at = 1;; ++at)
    {
        disk.faults.fail_read_at = disk.counts.reads + at;
        auto opened = open_log(disk, {kSmallSegment, {}, true});
        disk.faults = {};
        if (opened)
        {
            EXPECT_EQ(read_log(*opened->log).blocks, chain.blocks());
            EXPECT_GT(at, 10U);
            return;
        }
        ASSERT_EQ(opened.error().code, LogErrorCode::io) << to_string(opened.error());
        disk.kill();
    }
}

TEST(LogFaults, AFailedReadOfAReaderIsItsLastWord)
{
    SimDisk disk{1};
    disk.can_map = false;
    const auto [directory, log] = must_open(disk);
    Chain chain;
    for (int i = 0; i < 12; ++i)
        ASSERT_TRUE(log->append(chain.add(900)));
    const auto reader = *log->reader(LogHeight{0});
    ASSERT_TRUE(reader->next());
    disk.faults.fail_read_at = disk.counts.reads + 1;
    const auto read = read_all(*reader);
    ASSERT_TRUE(read.error);
    EXPECT_EQ(read.error->code, LogErrorCode::io);
    EXPECT_EQ(reader->next().error().code, LogErrorCode::io);
    EXPECT_EQ(read_log(*log).blocks, chain.blocks());  // The log itself goes on.
    EXPECT_TRUE(log->append(chain.add(10)));
}

TEST(LogFaults, AFailedSyncIsNeverTriedAgain)
{
    SimDisk disk{1};
    const auto [directory, log] = must_open(disk);
    Chain chain;
    ASSERT_TRUE(log->append(chain.add(100)));
    disk.faults.fail_sync_at = disk.counts.syncs + 1;
    const auto failed = log->append(chain.add(100));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, LogErrorCode::io);
    const auto changes = disk.counts.changes;
    EXPECT_EQ(log->append(chain.blocks()[1]).error().code, LogErrorCode::stopped);
    EXPECT_EQ(log->close().error().code, LogErrorCode::stopped);
    EXPECT_EQ(disk.counts.changes, changes);
    EXPECT_EQ(log->tip()->header.height, LogHeight{0});
    EXPECT_EQ(read_log(*log).blocks.size(), 1U);  // What was acknowledged can still be read.
}

// ---------------------------------------------------------------------------------------------
// A full disk

TEST(LogFaults, AFullDiskIsMetWhileTheNextSegmentIsFilled)
{
    SimDisk disk{1};
    Chain chain;
    const auto [directory, log] = must_open(disk);
    ASSERT_TRUE(log->append(chain.add(900)));
    disk.capacity = disk.used() + kSmallSegment - 1;

    EXPECT_TRUE(log->has_room());
    EXPECT_EQ(*log->prepare_next(), Preparation::no_room);
    EXPECT_FALSE(log->has_room());
    EXPECT_FALSE(disk.exists(log_file(kNextSegment)));  // The rest is left to others.

    ASSERT_TRUE(log->append(chain.add(900)));  // What was accepted before still fits.
    ASSERT_TRUE(log->append(chain.add(900)));
    const auto full = log->append(chain.add(900));
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, LogErrorCode::no_room);
    EXPECT_EQ(read_log(*log).blocks.size(), 3U);

    disk.capacity = UINT64_MAX;
    EXPECT_EQ(*log->prepare_next(), Preparation::working);
    EXPECT_EQ(*log->prepare_next(), Preparation::ready);
    EXPECT_TRUE(log->has_room());
    ASSERT_TRUE(log->append(chain.blocks()[3]));
    EXPECT_EQ(read_log(*log).blocks, chain.blocks());
}

/// The disk fills up after any number of bytes: each append works or says that there is no room,
/// and everything goes on when there is.
TEST(LogFaults, TheDiskMayFillUpAfterAnyNumberOfBytes)
{
    for (std::uint64_t room = 0; room < 20'000; room += 97)
    {
        SimDisk disk{room + 1};
        Chain chain;
        const auto [directory, log] = must_open(disk);
        disk.capacity = disk.used() + room;
        int refusals = 0;
        while (chain.size() < 12)
        {
            chain.add(900);
            auto appended = log->append(chain.blocks().back());
            if (!appended)
            {
                ASSERT_EQ(appended.error().code, LogErrorCode::no_room);
                ASSERT_FALSE(log->has_room());
                ++refusals;
                disk.capacity += 5000;
                appended = log->append(chain.blocks().back());
            }
            ASSERT_TRUE(appended) << to_string(appended.error());
        }
        ASSERT_EQ(read_log(*log).blocks, chain.blocks());
        ASSERT_GT(refusals + static_cast<int>(room), 0);
    }
}

/// A disk that says it has room and then has none: quotas do.
TEST(LogFaults, ANextSegmentThatDoesNotFitAfterAllIsTakenAway)
{
    class Liar final : public Disk
    {
        SimDisk& m_disk;

    public:
        explicit Liar(SimDisk& disk) : m_disk{disk} {}
        IoResult<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override
        {
            return m_disk.open(path, mode);
        }
        bool exists(const std::string& path) const override { return m_disk.exists(path); }
        IoResult<std::vector<std::string>> list(const std::string& path) const override
        {
            return m_disk.list(path);
        }
        IoResult<Done> make_directories(const std::string& path) override
        {
            return m_disk.make_directories(path);
        }
        IoResult<Done> rename(const std::string& from, const std::string& to) override
        {
            return m_disk.rename(from, to);
        }
        IoResult<Done> link(const std::string& from, const std::string& to) override
        {
            return m_disk.link(from, to);
        }
        IoResult<Done> remove(const std::string& path) override { return m_disk.remove(path); }
        IoResult<Done> remove_all(const std::string& path) override
        {
            return m_disk.remove_all(path);
        }
        IoResult<Done> sync_directory(const std::string& path) override
        {
            return m_disk.sync_directory(path);
        }
        IoResult<std::unique_ptr<DiskLock>> lock(
            const std::string& path, const std::string& holder) override
        {
            return m_disk.lock(path, holder);
        }
        bool is_locked(const std::string& path) const override { return m_disk.is_locked(path); }
        IoResult<std::uint64_t> free_space(const std::string&) const override
        {
            return std::uint64_t{1} << 40;
        }
    };
    SimDisk disk{1};
    Liar liar{disk};
    const auto directory = *DataDirectory::own(liar, kData, "test");
    const auto log = *SegmentLog::open(liar, directory, {kSmallSegment, {}, false});
    Chain chain;
    ASSERT_TRUE(log->append(chain.add(900)));
    disk.capacity = disk.used() + 1000;
    EXPECT_EQ(*log->prepare_next(), Preparation::no_room);
    EXPECT_FALSE(disk.exists(log_file(kNextSegment)));
    EXPECT_EQ(disk.room(), 1000U);
    disk.capacity = UINT64_MAX;
    EXPECT_EQ(*log->prepare_next(), Preparation::working);
}
}  // namespace
}  // namespace engine::log
