// A whole node on a disk that fails at its N-th call of a kind, for every N until a run meets no
// fault; on a disk that fills up anywhere; and on disks that lie.

#include "tests/support/shadow.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

namespace engine::test
{
namespace
{
using Fault = std::uint64_t sim::Faults::*;
using Count = std::uint64_t sim::CallCounts::*;

constexpr std::uint64_t kSeed = 11;
constexpr std::uint64_t kSteps = 1'200;

bool is_long()
{
    return std::getenv("REFOLD_LONG") != nullptr;
}

struct Kind
{
    const char* name;
    Fault fault;
    Count count;
};

std::ostream& operator<<(std::ostream& out, const Kind& kind)
{
    return out << kind.name;
}

std::string name_of_kind(const ::testing::TestParamInfo<Kind>& info)
{
    return info.param.name;
}

/// The same run each time until the fault is met: only when it is met differs.
struct FaultyRun
{
    ShadowedNode node{kSeed};
    std::uint64_t first;
    Looked looked;

    explicit FaultyRun(const Kind& kind, std::uint64_t at)
    {
        auto& disk = node.world.disk;
        disk.can_map = false;
        node.world.options.checkpoint_every = 8;
        first = disk.counts.*kind.count;
        disk.faults.*kind.fault = first + at;
        looked = node.start();
        if (looked.good())
            node.live(kSteps);
    }

    bool was_met(const Kind& kind, std::uint64_t at)
    {
        return node.world.disk.counts.*kind.count >= first + at;
    }
};

// ---------------------------------------------------------------------------------------------
// Calls that fail

class NodeFaults : public ::testing::TestWithParam<Kind>
{};

/// What stopped stays stopped: nothing is acknowledged, and no failed sync is tried again.
void stays_stopped(ShadowedNode& node)
{
    const auto acknowledged = node.acknowledged();
    node.live(60);
    node.world.executor->run_for(5'000);
    EXPECT_EQ(node.acknowledged(), acknowledged);
    EXPECT_TRUE(node.world.failure.has_value());
}

void restarts_unaided(ShadowedNode& node)
{
    const auto started = node.start();
    ASSERT_TRUE(started.good()) << started.what;
    node.live(40);
    const auto finished = node.finish();
    EXPECT_TRUE(finished.good()) << finished.what;
}

TEST_P(NodeFaults, EveryFailedCallStopsTheNodeOrIsPassedOverAndARestartHasEverything)
{
    std::uint64_t stopped = 0;
    std::uint64_t at = 1;
    for (;; ++at)
    {
        SCOPED_TRACE(std::string{GetParam().name} + " " + std::to_string(at));
        FaultyRun run{GetParam(), at};
        auto& node = run.node;
        if (!run.was_met(GetParam(), at))
            break;
        EXPECT_NE(run.looked.kind, Looked::At::wrong) << run.looked.what;
        if (node.world.failure)
        {
            ++stopped;
            stays_stopped(node);
        }
        EXPECT_EQ(node.world.disk.syncs_retried, 0U);
        at % 2 == 0 ? node.world.crash() : node.world.kill();
        restarts_unaided(node);
        if (HasFailure())
            return;
    }
    EXPECT_GT(at, 30U);
    std::cout << at - 1 << " calls failed, " << stopped << " of them stopped a running node\n";
}

INSTANTIATE_TEST_SUITE_P(Each, NodeFaults,
    ::testing::Values(Kind{"Write", &sim::Faults::fail_write_at, &sim::CallCounts::writes},
        Kind{"Sync", &sim::Faults::fail_sync_at, &sim::CallCounts::syncs},
        Kind{"Open", &sim::Faults::fail_open_at, &sim::CallCounts::opens},
        Kind{"Read", &sim::Faults::fail_read_at, &sim::CallCounts::reads},
        Kind{"Name", &sim::Faults::fail_name_at, &sim::CallCounts::names}),
    name_of_kind);

/// The power fails at every change of the disk: writes, syncs, names.
TEST(NodePower, MayFailAtEveryChange)
{
    for (const std::uint64_t sector : {512U, 4096U})
    {
        for (std::uint64_t at = 1;; ++at)
        {
            SCOPED_TRACE("change " + std::to_string(at) + ", sector " + std::to_string(sector));
            ShadowedNode node{kSeed};
            auto& disk = node.world.disk;
            disk.sector = sector;
            disk.faults.power_off_at = disk.counts.changes + at;
            const auto met = disk.faults.power_off_at;
            const auto looked = node.start();
            EXPECT_NE(looked.kind, Looked::At::wrong) << looked.what;
            if (looked.good())
                node.live(kSteps);
            if (disk.counts.changes < met)
                break;
            node.world.crash();
            restarts_unaided(node);
            if (::testing::Test::HasFailure())
                return;
        }
    }
}

// ---------------------------------------------------------------------------------------------
// Disks that lie

class LyingDisk : public ::testing::TestWithParam<Kind>
{};

/// Starts again on what a lie has left behind: everything is there, or what isn't is named.
Looked look_again(ShadowedNode& node)
{
    if (auto started = node.start(); !started.good())
        return started;
    if (auto replayed = node.compare_with_replay(); !replayed.good())
        return replayed;
    node.world.stop();
    return node.start();
}

TEST_P(LyingDisk, IsFoundOutOrHarmless)
{
    std::uint64_t harmless = 0;
    std::uint64_t found = 0;
    for (std::uint64_t at = 1;; at += is_long() ? 1U : 3U)
    {
        SCOPED_TRACE(std::string{GetParam().name} + " " + std::to_string(at));
        FaultyRun run{GetParam(), at};
        auto& node = run.node;
        if (!run.was_met(GetParam(), at))
            break;
        auto looked = run.looked;
        node.world.kill();
        if (looked.good())
            looked = look_again(node);
        ASSERT_NE(looked.kind, Looked::At::wrong) << looked.what;
        ++(looked.good() ? harmless : found);
    }
    std::cout << harmless << " lies were harmless, " << found << " were named\n";
    EXPECT_GT(harmless + found, 10U);
}

INSTANTIATE_TEST_SUITE_P(Each, LyingDisk,
    ::testing::Values(Kind{"LostWrite", &sim::Faults::lose_write_at, &sim::CallCounts::writes},
        Kind{"MisdirectedWrite", &sim::Faults::misdirect_write_at, &sim::CallCounts::writes},
        Kind{"FlippedRead", &sim::Faults::flip_read_at, &sim::CallCounts::reads},
        Kind{"StaleRead", &sim::Faults::stale_read_at, &sim::CallCounts::reads}),
    name_of_kind);

// ---------------------------------------------------------------------------------------------
// A full disk

/// Wherever the disk fills up, requests are turned away until there is room, and then it goes on
/// without a restart.
TEST(NodeOnAFullDisk, TurnsAwayAndGoesOnWhereverItFillsUp)
{
    std::uint64_t turned_away = 0;
    const std::uint64_t step = is_long() ? 509 : 16'381;
    for (std::uint64_t room = 0; room < 400'000; room += step)
    {
        SCOPED_TRACE("room " + std::to_string(room));
        ShadowedNode node{room + 1};
        node.world.options.sequencer.flush_every_ms = 100;
        ASSERT_TRUE(node.start().good());
        node.live(30);
        auto& disk = node.world.disk;
        disk.capacity = disk.used() + room;
        node.live(400);
        node.world.executor->run_for(1'000);
        node.live(400);
        ASSERT_FALSE(node.world.failure.has_value()) << *node.world.failure;
        turned_away += node.turned_away;

        disk.capacity = UINT64_MAX;
        node.world.executor->run_for(2'000);
        const auto before = node.acknowledged();
        node.live(100);
        node.world.executor->run_for(2'000);
        ASSERT_FALSE(node.world.failure.has_value()) << *node.world.failure;
        ASSERT_GT(node.acknowledged(), before);
        const auto finished = node.finish();
        ASSERT_TRUE(finished.good()) << finished.what;
    }
    EXPECT_GT(turned_away, 0U);
    std::cout << turned_away << " requests were turned away\n";
}

/// The process ends while the disk is full: it starts again as soon as there is room.
TEST(NodeOnAFullDisk, LosesNothingWhenItEndsThere)
{
    for (std::uint64_t room = 0; room < 200'000; room += is_long() ? 1'021U : 8'191U)
    {
        SCOPED_TRACE("room " + std::to_string(room));
        ShadowedNode node{room + 1};
        ASSERT_TRUE(node.start().good());
        node.live(30);
        auto& disk = node.world.disk;
        disk.capacity = disk.used() + room;
        node.live(300);
        node.kill_or_crash();
        const auto full = node.start();
        ASSERT_NE(full.kind, Looked::At::wrong) << full.what;
        node.world.kill();
        disk.capacity = UINT64_MAX;
        const auto started = node.start();
        ASSERT_TRUE(started.good()) << started.what;
        const auto finished = node.finish();
        ASSERT_TRUE(finished.good()) << finished.what;
    }
}
}  // namespace
}  // namespace engine::test
