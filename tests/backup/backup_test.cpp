// A backup and what is restored from it: the same log, the same roots, whatever happened in
// between.

#include "engine/runtime/backup/backup.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/log/restored.hpp"
#include "engine/runtime/backup/check.hpp"
#include "engine/runtime/backup/restore.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/store/checkpoint.hpp"
#include "tests/support/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace engine::backup::test
{
namespace
{
using engine::test::observation;
using engine::test::probe_of;
using engine::test::World;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kBackup = "/safe/backup";

/// A node with a small log in several segments, and backups of it on the same machine.
class BackupTest : public testing::Test
{
protected:
    World world;
    std::uint64_t position = 0;

    BackupTest() { world.options.segment_bytes = std::uint64_t{1} << 20; }

    void SetUp() override { world.start(); }

    void probes(std::uint64_t count)
    {
        std::vector<Bytes> events;
        for (std::uint64_t i = 0; i < count; ++i, ++position)
            events.push_back(observation(probe_of(position, position), position));
        for (const auto& receipt : world.submit(events, Door::sources))
            ASSERT_EQ(receipt.status, Receipt::Status::applied) << receipt.text;
    }

    /// Until the log has come into another segment.
    void fill_segment()
    {
        const auto before = segments();
        while (segments() == before)
            probes(500);
    }

    std::size_t segments()
    {
        return log::segment_names(world.disk, log::log_directory("/data"))->size();
    }

    StateMark checkpoint()
    {
        std::optional<Result<StateMark, OperatorError>> taken;
        world.node->checkpoint([&](const auto& result) { taken = result; });
        world.executor->run_until([&] { return taken.has_value(); }, 60'000);
        EXPECT_TRUE(taken && *taken);
        return **taken;
    }

    Settings settings(std::size_t checkpoints = 2)
    {
        return {.data = "/data",
            .to = kBackup,
            .holder = "test",
            .made_by = "refold test",
            .now = world.clock.now(),
            .checkpoints = checkpoints};
    }

    Result<Taken, OperatorError> back_up(std::size_t checkpoints = 2)
    {
        return take(world.disk, settings(checkpoints));
    }

    Result<Manifest, OperatorError> bring_back(const std::string& data = "/new")
    {
        return restore(
            world.disk, {.from = kBackup, .data = data, .holder = "test", .time = "noon"});
    }

    /// The node over another directory, with the key that is in no backup.
    void start_over(const std::string& data)
    {
        world.options.directory = data;
        world.start();
    }

    std::map<std::string, Bytes> files(const std::string& directory)
    {
        std::map<std::string, Bytes> out;
        const auto names = world.disk.list(directory);
        for (const auto& name : names ? *names : std::vector<std::string>{})
        {
            const auto path = directory + "/" + name;
            if (const auto bytes = read_file(world.disk, path))
                out[path] = *bytes;
            else
                out.merge(files(path));
        }
        return out;
    }

    std::vector<Difference> differences()
    {
        const auto checked = check(world.disk, kBackup);
        EXPECT_TRUE(checked) << to_string(checked.error());
        return checked ? checked->differences : std::vector<Difference>{};
    }

    /// Stops the running node at a root, and says which.
    SequencerStatus stop()
    {
        world.executor->run_for(2'000);
        const auto status = world.status();
        world.stop();
        return status;
    }
};

TEST_F(BackupTest, WhatIsRestoredHasTheSameBlocksAndRoots)
{
    fill_segment();
    const auto mark = checkpoint();
    probes(50);
    const auto before = stop();
    ASSERT_TRUE(back_up());
    ASSERT_THAT(differences(), IsEmpty());

    const auto restored = bring_back();
    ASSERT_TRUE(restored) << to_string(restored.error());
    EXPECT_EQ(restored->checkpoints.back(), mark.height);
    start_over("/new");
    const auto after = world.status();
    EXPECT_EQ(after.height, before.height);
    EXPECT_EQ(after.hash, before.hash);
    EXPECT_EQ(after.root->height, before.root->height);
    EXPECT_EQ(after.root->root, before.root->root);
    EXPECT_TRUE(after.held.has_value());
}

TEST_F(BackupTest, ALogWithoutACheckpointIsFoldedFromTheBeginning)
{
    probes(50);
    const auto before = stop();
    ASSERT_TRUE(back_up(0));
    ASSERT_TRUE(bring_back());
    EXPECT_FALSE(world.disk.exists("/new/state"));
    start_over("/new");
    EXPECT_EQ(world.status().root->root, before.root->root);
}

TEST_F(BackupTest, ARestoredLogGoesOnOnlyAfterADeclaration)
{
    probes(5);
    stop();
    ASSERT_TRUE(back_up());
    ASSERT_TRUE(bring_back());
    start_over("/new");
    const auto bytes = observation(probe_of(position, position), position);
    EXPECT_EQ(world.submit_one(bytes, Door::sources).status, Receipt::Status::busy);
    world.stop();
    ASSERT_TRUE(log::end_restored(world.disk, "/new", "declared"));
    start_over("/new");
    EXPECT_EQ(world.submit_one(bytes, Door::sources).status, Receipt::Status::applied);
}

TEST_F(BackupTest, NothingInTheDataDirectoryIsWrittenAndNoKeyIsCopied)
{
    const Bytes key(64, 'a');
    ASSERT_TRUE(world.disk.make_directories("/data/keys"));
    ASSERT_TRUE(replace_file(world.disk, "/data/keys/sequencer.key", key));
    probes(50);
    checkpoint();
    stop();
    const auto before = files("/data");
    ASSERT_TRUE(back_up());
    EXPECT_EQ(files("/data"), before);
    for (const auto& [path, bytes] : files("/safe"))
        EXPECT_NE(bytes, key) << path;
}

TEST_F(BackupTest, WhileTheNodeRunsTheCopyEndsWithADurableBlock)
{
    probes(100);
    checkpoint();
    for (int i = 0; i < 5; ++i)
    {
        probes(200);
        const auto taken = back_up();
        ASSERT_TRUE(taken) << to_string(taken.error());
        EXPECT_LE(taken->manifest.end.height, world.status().height);
        ASSERT_THAT(differences(), IsEmpty());
    }
    // What the node does after that is not in the copy, and does not harm it.
    const auto end = back_up()->manifest.end;
    probes(100);
    world.kill();
    ASSERT_TRUE(bring_back());
    start_over("/new");
    EXPECT_EQ(world.status().height, end.height);
    EXPECT_EQ(world.status().hash, end.hash);
}

TEST_F(BackupTest, TheNextOneCopiesOnlyWhatIsNew)
{
    fill_segment();
    fill_segment();
    checkpoint();
    const auto first = back_up();
    ASSERT_TRUE(first);
    const auto again = back_up();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->files_copied, 0U);
    EXPECT_EQ(again->files_kept, first->files_copied);

    probes(10);
    const auto more = back_up();
    ASSERT_TRUE(more);
    EXPECT_LE(more->files_copied, 2U);  // The newest segment, and the seal if there is one.
    EXPECT_LT(more->bytes_copied, world.options.segment_bytes);
    EXPECT_GT(more->files_removed, 0U);
    EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(BackupTest, ASegmentThatWasNewIsCopiedAgainWhenItIsFull)
{
    probes(10);
    ASSERT_TRUE(back_up());
    EXPECT_TRUE(world.disk.exists(
        kBackup + "/" + segment_part(LogHeight{0}, back_up()->manifest.end.height)));
    fill_segment();
    const auto taken = back_up();
    ASSERT_TRUE(taken);
    EXPECT_TRUE(taken->manifest.find(segment_copy(LogHeight{0})));
    EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(BackupTest, TheNewestCheckpointsStayAndTheOthersGo)
{
    std::vector<LogHeight> heights;
    for (int i = 0; i < 3; ++i)
    {
        probes(20);
        heights.push_back(checkpoint().height);
        ASSERT_TRUE(back_up(2));
    }
    const auto manifest = read_manifest(world.disk, kBackup);
    ASSERT_TRUE(manifest);
    EXPECT_EQ(manifest->checkpoints, (std::vector{heights[1], heights[2]}));
    EXPECT_FALSE(world.disk.exists(kBackup + "/" + checkpoint_copy(heights[0])));
    // Those that the node has let go of are kept as long as they are among the newest.
    ASSERT_TRUE(world.disk.remove_all("/data/checkpoints"));
    EXPECT_EQ(back_up(2)->manifest.checkpoints, manifest->checkpoints);
}

TEST_F(BackupTest, AChangedBitInAnyFileIsFound)
{
    probes(200);
    checkpoint();
    stop();
    ASSERT_TRUE(back_up());
    const auto manifest = *read_manifest(world.disk, kBackup);
    for (const auto& file : manifest.files)
    {
        for (const auto at : {std::uint64_t{0}, file.bytes / 2, file.bytes - 1})
        {
            const auto flip = [&](Bytes& bytes) { bytes[at] ^= 0x10; };
            world.disk.edit(kBackup + "/" + file.path, flip);
            const auto found = differences();
            ASSERT_EQ(found.size(), 1U) << file.path << " at " << at;
            EXPECT_EQ(found[0].path, file.path);
            const auto restored = bring_back();
            ASSERT_FALSE(restored) << file.path;
            EXPECT_EQ(restored.error().kind.code, errors::kBackupDamaged.code);
            EXPECT_FALSE(world.disk.exists("/new/" + segment_copy(LogHeight{0})));
            world.disk.edit(kBackup + "/" + file.path, flip);
            ASSERT_TRUE(world.disk.remove_all("/new"));
        }
    }
}

TEST_F(BackupTest, AChangedByteOfTheManifestIsFound)
{
    probes(20);
    stop();
    ASSERT_TRUE(back_up());
    const auto size = read_file(world.disk, manifest_path(kBackup))->size();
    for (std::size_t at = 0; at < size; ++at)
    {
        const auto flip = [&](Bytes& bytes) { bytes[at] ^= 0x04; };
        world.disk.edit(manifest_path(kBackup), flip);
        const auto checked = check(world.disk, kBackup);
        ASSERT_FALSE(checked) << "byte " << at;
        EXPECT_EQ(checked.error().kind.code, errors::kBackupDamaged.code);
        world.disk.edit(manifest_path(kBackup), flip);
    }
}

TEST_F(BackupTest, AFileThatIsGoneOrShorterIsFoundAndCopiedAgain)
{
    fill_segment();
    ASSERT_TRUE(back_up());
    const auto path = segment_copy(LogHeight{0});
    world.disk.edit(kBackup + "/" + path, [](Bytes& bytes) { bytes.resize(1000); });
    ASSERT_EQ(differences().size(), 1U);
    ASSERT_TRUE(back_up());
    EXPECT_THAT(differences(), IsEmpty());
    ASSERT_TRUE(world.disk.remove(kBackup + "/" + path));
    ASSERT_EQ(differences().size(), 1U);
    ASSERT_TRUE(back_up());
    EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(BackupTest, AManifestCanNotNameAFileOutsideTheBackup)
{
    Manifest manifest;
    manifest.files = {{"log/x", 1, {}}};
    ASSERT_TRUE(decode(encode(manifest)));
    for (const auto* path : {"/etc/passwd", "../x", "log/../../x", "", "log//x", "log/.", "log/"})
    {
        manifest.files = {{path, 1, {}}};
        EXPECT_FALSE(decode(encode(manifest))) << path;
    }
}

TEST_F(BackupTest, TheBackupOfAnotherLogIsRefusedAndUntouched)
{
    probes(5);
    ASSERT_TRUE(back_up());
    const auto before = files(kBackup);
    const auto other = create_log(world.disk, "/other",
        engine::test::regtest_genesis(LogTime{world.clock.now().value + 1}), "test", 1 << 20);
    ASSERT_TRUE(other);
    auto settings = this->settings();
    settings.data = "/other";
    const auto refused = take(world.disk, settings);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind.code, errors::kAnotherBackup.code);
    EXPECT_EQ(files(kBackup), before);
}

TEST_F(BackupTest, ADirectoryThatHoldsAnythingElseIsRefusedAndUntouched)
{
    ASSERT_TRUE(world.disk.make_directories(kBackup));
    ASSERT_TRUE(replace_file(world.disk, kBackup + "/letters.txt", Bytes(3, 'x')));
    const auto refused = back_up();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind.code, errors::kNotEmpty.code);
    EXPECT_EQ(world.disk.list(kBackup)->size(), 1U);
}

TEST_F(BackupTest, ABackupThatGoesFurtherThanTheLogIsNotWrittenOver)
{
    probes(5);
    stop();
    ASSERT_TRUE(back_up());
    ASSERT_TRUE(bring_back("/old"));
    start_over("/data");
    probes(5);
    stop();
    ASSERT_TRUE(back_up());
    const auto before = files(kBackup);
    auto settings = this->settings();
    settings.data = "/old";
    const auto refused = take(world.disk, settings);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind.code, errors::kBackupAhead.code);
    EXPECT_EQ(files(kBackup), before);
}

TEST_F(BackupTest, ABackupOfAnotherHistoryIsNotWrittenOver)
{
    probes(5);
    stop();
    ASSERT_TRUE(back_up());
    ASSERT_TRUE(bring_back("/other"));
    ASSERT_TRUE(log::end_restored(world.disk, "/other", "declared, and it was not true"));
    const auto fork = position;
    start_over("/data");
    probes(5);
    stop();
    ASSERT_TRUE(back_up());
    position = fork;
    start_over("/other");
    for (int i = 0; i < 9; ++i)
        probes(7);
    stop();
    auto settings = this->settings();
    settings.data = "/other";
    const auto refused = take(world.disk, settings);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind.code, errors::kBackupAhead.code);
    EXPECT_THAT(refused.error().why, HasSubstr("block"));
}

TEST_F(BackupTest, ADamagedBlockIsNotCopiedAsIfItWereWhole)
{
    fill_segment();
    stop();
    world.disk.edit("/data/" + segment_copy(LogHeight{0}), [](Bytes& bytes) { bytes[5000] ^= 1; });
    const auto refused = back_up();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind.code, errors::kLogDamaged.code);
    EXPECT_FALSE(world.disk.exists(manifest_path(kBackup)));
}

TEST_F(BackupTest, ALogThatHasLostBlocksIsNotBackedUpAsIfItWereWhole)
{
    fill_segment();
    probes(200);
    stop();
    const auto names = *log::segment_names(world.disk, "/data/log");
    ASSERT_TRUE(world.disk.remove("/data/" + segment_copy(names.back())));
    const auto refused = back_up();
    ASSERT_FALSE(refused);
    EXPECT_FALSE(world.disk.exists(manifest_path(kBackup)));
}

TEST_F(BackupTest, ATargetThatIsNotEmptyIsNeverRestoredOver)
{
    probes(5);
    stop();
    ASSERT_TRUE(back_up());
    for (const auto* file : {"/new/letters.txt", "/new/seal"})
    {
        ASSERT_TRUE(world.disk.make_directories("/new"));
        ASSERT_TRUE(replace_file(world.disk, file, Bytes(3, 'x')));
        const auto refused = bring_back();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind.code, errors::kNotEmpty.code);
        ASSERT_TRUE(world.disk.remove_all("/new"));
    }
    ASSERT_TRUE(bring_back());
    const auto before = files("/new");
    ASSERT_FALSE(bring_back());
    EXPECT_EQ(files("/new"), before);
}

TEST_F(BackupTest, WithoutABackupThereIsNothingToRestoreOrCheck)
{
    EXPECT_EQ(bring_back().error().kind.code, errors::kNoBackup.code);
    EXPECT_EQ(check(world.disk, "/nowhere").error().kind.code, errors::kNoBackup.code);
    EXPECT_FALSE(world.disk.exists("/new"));
}

// ---- What goes wrong while it is written

TEST_F(BackupTest, AFullDiskLeavesTheBackupBeforeItWhole)
{
    probes(50);
    ASSERT_TRUE(back_up());
    const auto before = read_manifest(world.disk, kBackup)->end;
    fill_segment();
    checkpoint();
    std::size_t refused = 0;
    for (std::uint64_t room = 0;; room += 200'000)
    {
        world.disk.capacity = world.disk.used() + room;
        const auto taken = back_up();
        world.disk.capacity = UINT64_MAX;
        if (taken)
            break;
        ++refused;
        EXPECT_EQ(taken.error().kind.code, errors::kDiskFailed.code);
        EXPECT_THAT(std::string{taken.error().what_to_do()}, HasSubstr("make room"));
        EXPECT_EQ(read_manifest(world.disk, kBackup)->end.height, before.height);
        ASSERT_THAT(differences(), IsEmpty());
    }
    EXPECT_GT(refused, 3U);
    EXPECT_THAT(differences(), IsEmpty());
}

/// A backup, and a log that has gone on since.
struct Prepared : BackupTest
{
    void TestBody() override {}

    log::Mark first;
    SequencerStatus last;

    Prepared()
    {
        world.start();
        fill_segment();
        checkpoint();
        first = back_up()->manifest.end;
        probes(300);
        checkpoint();
        last = stop();
    }
    using BackupTest::back_up;
    using BackupTest::bring_back;
    using BackupTest::differences;
    using BackupTest::files;
    using BackupTest::start_over;
    using BackupTest::world;
};

/// Runs an act whose n-th change of the disk is the last one, for every n until it comes to its
/// end; in turn the process is killed there, or the power fails. `then` says what must hold.
template <typename Act, typename Then>
std::uint64_t cut_at_every_change(
    const Act& act, const Then& then, const std::function<void(Prepared&)>& before = nullptr)
{
    for (std::uint64_t n = 1;; ++n)
    {
        Prepared at;
        auto& disk = at.world.disk;
        if (before)
            before(at);
        disk.faults.power_off_at = disk.counts.changes + n;
        const bool finished = act(at);
        disk.faults.power_off_at = 0;
        if (finished)
            return n;
        n % 2 == 0 ? disk.crash() : disk.kill();
        SCOPED_TRACE("change " + std::to_string(n));
        then(at);
        if (testing::Test::HasFatalFailure())
            return n;
    }
}

TEST(BackupCutShort, AnywhereLeavesTheOneBeforeItWholeAndTheNextOneEndsIt)
{
    const auto changes = cut_at_every_change([](Prepared& at) { return at.back_up().has_value(); },
        [](Prepared& at) {
            const auto manifest = read_manifest(at.world.disk, kBackup);
            ASSERT_TRUE(manifest) << to_string(manifest.error());
            EXPECT_GE(manifest->end.height, at.first.height);
            ASSERT_THAT(at.differences(), IsEmpty());
            ASSERT_TRUE(at.back_up());
            ASSERT_THAT(at.differences(), IsEmpty());
        });
    EXPECT_GT(changes, 30U);
}

TEST(BackupCutShort, TheFirstOneAnywhereLeavesNothingThatPassesForABackup)
{
    cut_at_every_change([](Prepared& at) { return at.back_up().has_value(); },
        [](Prepared& at) {
            if (read_manifest(at.world.disk, kBackup))
            {
                ASSERT_THAT(at.differences(), IsEmpty());
            }
            ASSERT_TRUE(at.back_up());
            ASSERT_THAT(at.differences(), IsEmpty());
        },
        [](Prepared& at) { ASSERT_TRUE(at.world.disk.remove_all(kBackup)); });
}

TEST(RestoreCutShort, AnywhereLeavesNoShorterLogAndTheNextOneEndsIt)
{
    const auto changes = cut_at_every_change(
        [](Prepared& at) { return at.back_up().has_value() && at.bring_back().has_value(); },
        [](Prepared& at) {
            auto& disk = at.world.disk;
            ASSERT_TRUE(disk.remove_all("/new/LOCK"));
            at.world.options.directory = "/new";
            const auto backup = read_manifest(disk, kBackup);
            ASSERT_TRUE(backup);
            if (disk.exists("/new/" + segment_copy(LogHeight{0})))
            {
                ASSERT_FALSE(at.world.open());
                EXPECT_EQ(at.world.status().height, backup->end.height);
                EXPECT_TRUE(at.world.status().held);
                return at.world.kill();
            }
            if (disk.exists(log::restored_path("/new")))
            {
                EXPECT_TRUE(at.world.open());  // Not as a log that is shorter.
            }
            at.world.kill();
            const auto again = at.bring_back();
            ASSERT_TRUE(again) << to_string(again.error());
            ASSERT_FALSE(at.world.open());
            EXPECT_EQ(at.world.status().height, backup->end.height);
            EXPECT_EQ(at.world.status().hash, backup->end.hash);
            at.world.kill();
        });
    EXPECT_GT(changes, 60U);
}
}  // namespace
}  // namespace engine::backup::test
