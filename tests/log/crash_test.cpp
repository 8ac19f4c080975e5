#include "tests/log/chain.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace engine::log
{
namespace
{
using sim::SimDisk;
using sim::SimRandom;

/// How many seeds a property takes, and the first: REFOLD_SEEDS and REFOLD_SEED.
std::uint64_t from_environment(const char* name, std::uint64_t otherwise)
{
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// A log that is opened, written and crashed again and again, and what we know of it.
class CrashRun
{
    SimRandom m_random;
    SimDisk m_disk;
    Chain m_chain;                     // Acknowledged, and perhaps one more.
    std::uint64_t m_acknowledged = 0;  // Blocks whose append has returned.
    std::uint64_t m_read = 0;          // Blocks that a reader has seen.

public:
    explicit CrashRun(std::uint64_t seed) : m_random{seed}, m_disk{seed ^ 0x5eed}
    {
        m_disk.can_map = m_random.one_in(2);
    }

    void run()
    {
        for (int life = 0; life < 4; ++life)
        {
            m_disk.faults.power_off_at = m_disk.counts.changes + 1 + m_random.below(60);
            live();
            if (::testing::Test::HasFatalFailure())
                return;
            if (m_random.one_in(4))
                m_disk.kill();
            else
                m_disk.crash();
            check_read_only();
        }
        m_disk.faults = {};
        check_opened();
    }

private:
    SegmentLogOptions options()
    {
        SegmentLogOptions options{kSmallSegment, {}, m_random.one_in(2)};
        if (m_acknowledged > 0 && m_random.one_in(2))
            options.claims.push_back({"the test", LogHeight{m_acknowledged - 1}});
        return options;
    }

    /// Opens the log and appends until the power fails.
    void live()
    {
        auto opened = open_log(m_disk, options());
        if (!opened)
        {
            ASSERT_EQ(opened.error().code, LogErrorCode::io) << to_string(opened.error());
            return;
        }
        take_blocks(*opened->log);
        for (;;)
        {
            if (m_random.one_in(3) && !opened->log->prepare_next())
                return;
            if (m_random.one_in(40))
            {
                static_cast<void>(opened->log->close());
                return;
            }
            if (!opened->log->append(m_chain.add(1 + m_random.below(2500))))
                return;
            m_acknowledged = m_chain.size();
        }
    }

    /// What is acknowledged is there, in order, and at most one block more: the one on its way.
    void take_blocks(const Log& log)
    {
        const auto read = read_log(log);
        ASSERT_FALSE(read.error) << to_string(*read.error);
        ASSERT_GE(read.blocks.size(), std::max(m_acknowledged, m_read));
        ASSERT_LE(read.blocks.size(), m_chain.size());
        m_chain.cut(read.blocks.size());
        ASSERT_EQ(read.blocks, m_chain.blocks());
        m_acknowledged = m_chain.size();
    }

    /// Somebody reads the directory before the log is opened again. What was in memory when a
    /// process was killed may still be lost when the power fails, so that it counts for nothing.
    void check_read_only()
    {
        const auto read = read_directory(m_disk);
        ASSERT_FALSE(read.error) << to_string(*read.error);
        ASSERT_GE(read.blocks.size(), m_acknowledged);
        ASSERT_LE(read.blocks.size(), m_chain.size());
    }

    void check_opened()
    {
        const auto opened = must_open(m_disk, {kSmallSegment, {}, true});
        take_blocks(*opened.log);
        ASSERT_TRUE(opened.log->append(m_chain.add(10)));
        ASSERT_EQ(read_log(*opened.log).blocks, m_chain.blocks());
    }
};

TEST(LogCrash, NothingAcknowledgedIsLostWhateverThePowerFailureKeeps)
{
    const auto first = from_environment("REFOLD_SEED", 1);
    const auto count = from_environment("REFOLD_SEEDS", 3000);
    for (auto seed = first; seed < first + count; ++seed)
    {
        SCOPED_TRACE("REFOLD_SEED=" + std::to_string(seed) + " REFOLD_SEEDS=1");
        CrashRun{seed}.run();
        if (HasFatalFailure())
            return;
    }
}

/// Power fails at each change in turn, until a run ends without: every write, sync and rename.
TEST(LogCrash, ThePowerMayFailAtEveryChange)
{
    for (std::uint64_t at = 1;; ++at)
    {
        SCOPED_TRACE("power fails at change " + std::to_string(at));
        SimDisk disk{at};
        disk.faults.power_off_at = at;
        Chain chain;
        std::uint64_t acknowledged = 0;
        bool finished = false;
        if (auto opened = open_log(disk))
        {
            while (chain.size() < 12 && opened->log->append(chain.add(900)))
                acknowledged = chain.size();
            finished = acknowledged == 12 && opened->log->close();
        }
        disk.crash();
        const auto opened = must_open(disk, {kSmallSegment, {}, true});
        const auto read = read_log(*opened.log);
        ASSERT_FALSE(read.error);
        ASSERT_GE(read.blocks.size(), acknowledged);
        chain.cut(read.blocks.size());
        ASSERT_EQ(read.blocks, chain.blocks());
        if (finished)
            return;
    }
}

/// The process was killed between writing and syncing; the restarted one must not hand out a block
/// that a power failure can still take.
TEST(LogCrash, WhatARestartReadsSurvivesThePowerFailureAfterIt)
{
    for (std::uint64_t seed = 1; seed <= 200; ++seed)
    {
        SimDisk disk{seed};
        Chain chain;
        {
            const auto [directory, log] = must_open(disk);
            ASSERT_TRUE(log->append(chain.add(600)));
            disk.faults.fail_sync_at = disk.counts.syncs + 1;
            ASSERT_FALSE(log->append(chain.add(1200)));
        }
        disk.kill();
        std::size_t seen = 0;
        {
            const auto [directory, log] = must_open(disk);
            seen = read_log(*log).blocks.size();
            ASSERT_EQ(seen, 2U);
        }
        disk.crash();
        const auto [directory, log] = must_open(disk);
        ASSERT_EQ(read_log(*log).blocks.size(), seen) << "seed " << seed;
    }
}
}  // namespace
}  // namespace engine::log
