// A restored log opens no block until an operator has declared that nobody has a later one; and
// what a directory itself knows of lost blocks is told.

#include "engine/log/restored.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "tests/support/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
using Status = Receipt::Status;
using testing::HasSubstr;

class RestoredTest : public ::testing::Test
{
protected:
    World world;
    std::uint64_t position = 0;

    void SetUp() override { world.start(); }

    Receipt probe()
    {
        const auto bytes = observation(probe_of(position, position), position);
        const auto receipt = world.submit_one(bytes, Door::sources);
        position += receipt.status == Status::applied ? 1 : 0;
        return receipt;
    }

    void probes(std::uint64_t count)
    {
        for (std::uint64_t i = 0; i < count; ++i)
            ASSERT_EQ(probe().status, Status::applied);
    }

    void mark() { ASSERT_TRUE(log::mark_restored(world.disk, "/data", "backup 7")); }

    /// Every file below a directory.
    std::map<std::string, Bytes> files(const std::string& directory)
    {
        std::map<std::string, Bytes> out;
        const auto names = *world.disk.list(directory);
        for (const auto& name : names)
        {
            const auto path = directory + "/" + name;
            if (const auto bytes = read_file(world.disk, path))
                out[path] = *bytes;
            else
                out.merge(files(path));
        }
        return out;
    }

    void put_back(const std::map<std::string, Bytes>& copy, const std::string& below)
    {
        ASSERT_TRUE(world.disk.remove_all(below));
        for (const auto& [path, bytes] : copy)
        {
            if (!path.starts_with(below))
                continue;
            ASSERT_TRUE(world.disk.make_directories(path.substr(0, path.rfind('/'))));
            ASSERT_TRUE(replace_file(world.disk, path, bytes));
        }
    }
};

TEST_F(RestoredTest, AMarkedLogOpensNoBlockAndServesReads)
{
    world.executor->hold(Lane::root);
    probes(5);
    world.kill();  // The tip is unrooted: an empty block would be due.
    mark();
    world.start();
    const auto before = world.status();
    ASSERT_LT(before.root->height, before.height);
    ASSERT_TRUE(before.held.has_value());
    EXPECT_THAT(*before.held, HasSubstr("backup 7"));

    const auto turned_away = probe();
    EXPECT_EQ(turned_away.status, Status::busy);
    EXPECT_THAT(turned_away.text, HasSubstr("restored"));
    const auto by_engine =
        world.submit_one(encode_event({EngineAuthor{}, BlockOpened{}}), Door::engine);
    EXPECT_EQ(by_engine.status, Status::busy);
    world.executor->run_for(120'000);
    EXPECT_EQ(world.status().height, before.height);
    EXPECT_EQ(world.status().hash, before.hash);

    std::optional<std::uint64_t> count;
    world.node->sequencer().read(
        [&](const DurableView& view) { count = get(view.state, probe::kTotals).count; });
    world.executor->run_for(10);
    EXPECT_EQ(count, 5U);
}

TEST_F(RestoredTest, ADeadlineThatIsDueOpensNothing)
{
    peg::RecipientAllowed allowed;
    allowed.recipient.version = 26;
    allowed.until = LogTime{world.clock.now().value + 30'000};
    const auto bytes = command(world.genesis_id, peg::Event{allowed}, 1, world.clock.now());
    ASSERT_EQ(world.submit_one(bytes, Door::callers).status, Status::applied);
    world.stop();
    mark();
    world.start();
    const auto before = world.status().height;
    world.executor->run_for(120'000);
    EXPECT_EQ(world.status().height, before);
}

TEST_F(RestoredTest, AMarkedLogIsProvedCheckpointedAndStopsCleanly)
{
    probes(5);
    world.stop();
    mark();
    world.start();
    std::optional<Result<StateMark, OperatorError>> taken;
    world.node->checkpoint([&](const auto& result) { taken = result; });
    std::optional<bool> proved;
    world.node->prove(
        probe::kTotals.id, {}, [&](const auto& result) { proved = result.has_value(); });
    world.executor->run_for(1'000);
    ASSERT_TRUE(taken.has_value());
    EXPECT_TRUE(*taken);
    EXPECT_EQ(proved, true);
    world.stop();
}

TEST_F(RestoredTest, TheMarkStaysOverRestartsAndGoesWithTheDeclaration)
{
    probes(5);
    world.stop();
    mark();
    for (int i = 0; i < 2; ++i)
    {
        world.start();
        EXPECT_EQ(probe().status, Status::busy);
        world.stop();
    }
    ASSERT_TRUE(log::end_restored(world.disk, "/data", "declared"));
    world.start();
    EXPECT_FALSE(world.status().held.has_value());
    EXPECT_EQ(probe().status, Status::applied);
}

// Without the mark: each of those who know better is enough.
TEST_F(RestoredTest, AnOlderLogPutBackIsToldByTheSealTheStateOrACheckpoint)
{
    probes(5);
    world.stop();
    const auto copy = files("/data");
    world.start();
    probes(20);
    world.node->checkpoint([](const auto&) {});
    world.executor->run_for(1'000);
    world.stop();
    const auto newest = files("/data");
    for (const auto* knows : {"/data/seal", "/data/state", "/data/checkpoints"})
    {
        SCOPED_TRACE(knows);
        put_back(newest, "/data");
        for (const auto* part : {"/data/log", "/data/clean-stop", "/data/seal", "/data/state"})
        {
            if (part != std::string{knows})
                put_back(copy, part);
        }
        if (knows != std::string{"/data/checkpoints"})
        {
            ASSERT_TRUE(world.disk.remove_all("/data/checkpoints"));
        }
        const auto error = world.open();
        ASSERT_TRUE(error.has_value());
        EXPECT_EQ(error->kind.code, errors::kLogDamaged.code) << to_string(*error);
        world.kill();
    }
}

TEST_F(RestoredTest, AnOlderSegmentPutBackIsToldByTheDurableRecordAlone)
{
    probes(5);
    world.stop();
    const auto copy = files("/data");
    world.start();
    probes(20);
    world.stop();
    const auto record = *read_file(world.disk, "/data/log/durable");
    put_back(copy, "/data");
    ASSERT_TRUE(replace_file(world.disk, "/data/log/durable", record));
    ASSERT_TRUE(world.disk.remove("/data/clean-stop"));
    const auto error = world.open();
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind.code, errors::kLogDamaged.code) << to_string(*error);
}
}  // namespace
}  // namespace engine::test
