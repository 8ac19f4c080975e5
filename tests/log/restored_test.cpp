#include "engine/log/restored.hpp"
#include "tests/sim/disk.hpp"

#include <gtest/gtest.h>

namespace engine::log
{
namespace
{
constexpr const char* kData = "data";

class RestoredMark : public ::testing::Test
{
protected:
    sim::SimDisk disk{1};

    void SetUp() override { ASSERT_TRUE(disk.make_directories(kData)); }

    std::optional<std::string> read() { return *read_restored(disk, kData); }

    void put(std::string_view text)
    {
        auto file = disk.open(restored_path(kData), OpenMode::create_empty);
        ASSERT_TRUE((*file)->write_at(
            0, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
    }
};

TEST_F(RestoredMark, IsAbsentUntilSomebodyPutsIt)
{
    EXPECT_EQ(read(), std::nullopt);
    ASSERT_TRUE(mark_restored(disk, kData, "nightly backup of 2026-11-20\nby hand\n"));
    EXPECT_EQ(read(), "nightly backup of 2026-11-20");
    disk.crash();
    EXPECT_EQ(read(), "nightly backup of 2026-11-20");
}

TEST_F(RestoredMark, CountsWhateverIsInIt)
{
    put("");
    EXPECT_EQ(read(), "");
    put("\x1b[31mred\xff");
    EXPECT_EQ(read(), "?[31mred?");
    put(std::string(100'000, 'x'));
    EXPECT_EQ(read()->size(), 200U);
}

TEST_F(RestoredMark, EndsWithItsDeclarationKept)
{
    ASSERT_TRUE(mark_restored(disk, kData, "a copy"));
    ASSERT_TRUE(end_restored(disk, kData, "declared"));
    disk.crash();
    EXPECT_EQ(read(), std::nullopt);
    const auto kept = read_file(disk, restored_ended_path(kData));
    ASSERT_TRUE(kept);
    EXPECT_EQ(std::string(kept->begin(), kept->end()), "declared");
}

// Wherever the power fails, the log is marked, or the declaration that ended the mark is there.
TEST_F(RestoredMark, NoCrashLosesBothTheMarkAndTheDeclaration)
{
    bool survived = false, ended = false;
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
    {
        for (std::uint64_t at = 1;; ++at)
        {
            SCOPED_TRACE("seed " + std::to_string(seed) + ", change " + std::to_string(at));
            sim::SimDisk machine{seed};
            ASSERT_TRUE(machine.make_directories(kData));
            ASSERT_TRUE(machine.sync_directory("."));
            ASSERT_TRUE(mark_restored(machine, kData, "a copy"));
            machine.faults.power_off_at = machine.counts.changes + at;
            const bool done = end_restored(machine, kData, "declared").has_value();
            machine.crash();
            machine.faults = {};
            const auto mark = read_restored(machine, kData);
            ASSERT_TRUE(mark);
            if (*mark)
            {
                EXPECT_FALSE(done);
                survived = true;
                continue;
            }
            ended = true;
            const auto kept = read_file(machine, restored_ended_path(kData));
            ASSERT_TRUE(kept);
            EXPECT_EQ(std::string(kept->begin(), kept->end()), "declared");
            if (done)
                break;
        }
    }
    EXPECT_TRUE(survived && ended);
}
}  // namespace
}  // namespace engine::log
