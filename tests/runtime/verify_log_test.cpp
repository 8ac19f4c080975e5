// Damaged log files: layer 1 names height, file and offset, what was found and what was expected;
// the rest is looked at up to there.

#include "engine/hash/crc32c.hpp"
#include "engine/log/marks.hpp"
#include "tests/support/verify_world.hpp"

namespace engine::test
{
namespace
{
using Verdict = LayerReport::Verdict;

/// The probes' log in segments of 4 KiB.
class DamagedLog : public VerifyWorld
{
protected:
    std::vector<LogHeight> segments;
    LogHeight tip;

    void SetUp() override
    {
        run_probes();
        put_together(take_apart(), 4096);
        segments = segments_by_name(world.disk, "/data/log");
        ASSERT_GE(segments.size(), 4u);
        tip = take_apart().back().header.height;
        ASSERT_EQ(layer(check(), Layer::log).verdict, Verdict::ok) << text(check().layers[0]);
    }

    static std::string path(LogHeight first) { return "/data/log/" + log::segment_name(first); }

    LogHeight segment_of(LogHeight height) const
    {
        return *std::prev(std::upper_bound(segments.begin(), segments.end(), height));
    }

    /// Where the frame of a height begins in its segment.
    std::uint64_t frame_of(LogHeight height)
    {
        const auto first = segment_of(height);
        const auto content = *read_file(world.disk, path(first));
        std::uint64_t at = log::kSegmentHeaderSize;
        for (auto h = first; h < height; ++h.value)
            at = log::frame_at(content, at, h).end;
        return at;
    }

    void flip(LogHeight height, std::uint64_t offset_in_frame)
    {
        const auto at = frame_of(height) + offset_in_frame;
        world.disk.edit(path(segment_of(height)), [&](Bytes& bytes) { bytes.at(at) ^= 0x20; });
    }

    /// A height in the middle of a segment in the middle.
    LogHeight middle() const { return LogHeight{segments[segments.size() / 2].value + 1}; }
    LogHeight in_last() const { return LogHeight{segments.back().value + 1}; }

    /// What every one of these tests expects of the report.
    const Difference expect_named(const VerifyReport& report, LogHeight height,
        const std::string& file, std::optional<std::uint64_t> offset)
    {
        const auto& log = layer(report, Layer::log);
        EXPECT_EQ(log.verdict, Verdict::differs);
        if (log.differences.empty())
            return {};
        const auto& first = log.differences.front();
        EXPECT_EQ(first.height, height) << text(log);
        EXPECT_EQ(first.file, file) << text(log);
        EXPECT_EQ(first.offset, offset) << text(log);
        EXPECT_NE(first.where.find("height " + std::to_string(height.value)), std::string::npos);
        EXPECT_NE(first.where.find(file), std::string::npos);
        EXPECT_NE(first.stored, "") << text(log);
        EXPECT_NE(first.computed, "") << text(log);
        expect_looked_at_up_to(report, height);
        return first;
    }

    void expect_looked_at_up_to(const VerifyReport& report, LogHeight height)
    {
        EXPECT_NE(report.unreadable, "");
        for (const auto which : {Layer::fold, Layer::laws, Layer::chain})
        {
            const auto& one = layer(report, which);
            EXPECT_EQ(one.verdict, Verdict::not_checked) << text(one);
            EXPECT_NE(one.looked_at, "");
        }
        if (height == LogHeight{0})
            return;
        const auto up_to = "height " + std::to_string(height.value - 1);
        EXPECT_NE(layer(report, Layer::fold).looked_at.find("to " + up_to), std::string::npos)
            << text(layer(report, Layer::fold));
        EXPECT_NE(layer(report, Layer::laws).looked_at.find("laws at " + up_to), std::string::npos)
            << text(layer(report, Layer::laws));
        // The state stands behind the damage: it is held against itself.
        const auto& state = layer(report, Layer::state);
        EXPECT_EQ(state.verdict, Verdict::not_checked) << text(state);
        EXPECT_NE(state.looked_at.find("agrees with itself"), std::string::npos) << text(state);
    }
};

TEST_F(DamagedLog, AFrameHeaderInTheMiddleIsNamed)
{
    flip(middle(), 9);  // The height in the frame header.
    const auto first =
        expect_named(check(), middle(), path(segment_of(middle())), frame_of(middle()));
    EXPECT_NE(first.stored.find("CRC-32C"), std::string::npos) << first.stored;
    EXPECT_NE(first.cause.find("heights " + std::to_string(middle().value + 1) + " to " +
                               std::to_string(tip.value)),
        std::string::npos)
        << first.cause;
}

TEST_F(DamagedLog, AFrameHeaderInTheLastSegmentIsNamed)
{
    flip(in_last(), 2);  // The magic.
    const auto first = expect_named(check(), in_last(), path(segments.back()), frame_of(in_last()));
    EXPECT_NE(first.computed.find("RFBL"), std::string::npos) << first.computed;
}

TEST_F(DamagedLog, APayloadInTheMiddleIsNamedWithBothChecksums)
{
    flip(middle(), 300);
    const auto first =
        expect_named(check(), middle(), path(segment_of(middle())), frame_of(middle()));
    const auto content = *read_file(world.disk, path(segment_of(middle())));
    const auto frame = ByteView{content}.subspan(frame_of(middle()));
    const auto header = *log::decode_frame_header(frame);
    const auto crc = crc32c(frame.subspan(log::kFrameHeaderSize, header.length));
    const auto hex = [](std::uint32_t number) {
        char out[16];
        std::snprintf(out, sizeof out, "0x%08x", number);
        return std::string{out};
    };
    EXPECT_NE(first.stored.find(hex(crc)), std::string::npos) << first.stored;
    EXPECT_NE(first.computed.find(hex(header.block_crc)), std::string::npos) << first.computed;
}

TEST_F(DamagedLog, APayloadInTheLastSegmentIsNamed)
{
    flip(in_last(), 300);
    expect_named(check(), in_last(), path(segments.back()), frame_of(in_last()));
}

TEST_F(DamagedLog, TheLastBlockItselfIsNamed)
{
    flip(tip, 300);
    const auto first = expect_named(check(), tip, path(segments.back()), frame_of(tip));
    EXPECT_EQ(first.cause, "no intact block comes after it");
}

TEST_F(DamagedLog, TheFirstBlockIsNamedAndNothingElseCanBeLookedAt)
{
    flip(LogHeight{0}, 300);
    const auto report = check();
    expect_named(report, LogHeight{0}, path(LogHeight{0}), log::kSegmentHeaderSize);
    EXPECT_FALSE(report.genesis.has_value());
}

TEST_F(DamagedLog, ADroppedBlockIsNamed)
{
    const auto begin = frame_of(middle());
    world.disk.edit(path(segment_of(middle())), [&](Bytes& bytes) {
        const auto end = log::frame_at(bytes, begin, middle()).end;
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
            bytes.begin() + static_cast<std::ptrdiff_t>(end));
        bytes.resize(bytes.size() + (end - begin));
    });
    const auto first = expect_named(check(), middle(), path(segment_of(middle())), begin);
    EXPECT_EQ(first.stored, "the frame of height " + std::to_string(middle().value + 1));
}

TEST_F(DamagedLog, AMissingSegmentIsNamed)
{
    const auto gone = segments[segments.size() / 2];
    const auto next = segments[segments.size() / 2 + 1];
    ASSERT_TRUE(world.disk.remove(path(gone)).has_value());
    const auto first = expect_named(check(), gone, path(gone), std::nullopt);
    EXPECT_EQ(first.stored, "no such file");
    EXPECT_EQ(first.cause, "intact by themselves behind it: heights " + std::to_string(next.value) +
                               " to " + std::to_string(tip.value));
}

TEST_F(DamagedLog, TheFirstSegmentMissingIsNamed)
{
    ASSERT_TRUE(world.disk.remove(path(LogHeight{0})).has_value());
    expect_named(check(), LogHeight{0}, path(LogHeight{0}), std::nullopt);
}

TEST_F(DamagedLog, TheLastSegmentMissingIsNamedByWhoeverKnowsOfIt)
{
    ASSERT_TRUE(world.disk.remove(path(segments.back())).has_value());
    const auto report = check();
    const auto before = segments[segments.size() - 2];
    const auto& log = layer(report, Layer::log);
    ASSERT_EQ(log.verdict, Verdict::differs);
    EXPECT_EQ(log.differences[0].height, segments.back()) << text(log);
    EXPECT_EQ(log.differences[0].file, path(before)) << text(log);
    EXPECT_NE(log.differences[0].what.find("knows the block of height"), std::string::npos);
    expect_looked_at_up_to(report, segments.back());
}

TEST_F(DamagedLog, SwappedSegmentsAreNamed)
{
    const auto a = segments[1];
    const auto b = segments[2];
    ASSERT_TRUE(world.disk.rename(path(a), "/data/log/other").has_value());
    ASSERT_TRUE(world.disk.rename(path(b), path(a)).has_value());
    ASSERT_TRUE(world.disk.rename("/data/log/other", path(b)).has_value());
    const auto first = expect_named(check(), a, path(a), std::nullopt);
    EXPECT_NE(
        first.stored.find("a segment from height " + std::to_string(b.value)), std::string::npos)
        << first.stored;
    EXPECT_NE(first.computed.find("from height " + std::to_string(a.value)), std::string::npos)
        << first.computed;
}

TEST_F(DamagedLog, TwoDamagesAreBothNamed)
{
    flip(middle(), 300);
    flip(in_last(), 9);
    const auto report = check();
    expect_named(report, middle(), path(segment_of(middle())), frame_of(middle()));
    const auto& log = layer(report, Layer::log);
    ASSERT_EQ(log.differences_all, 2u) << text(log);
    EXPECT_EQ(log.differences[1].height, in_last());
}

TEST_F(DamagedLog, ADamagedBlockAndAForeignSealAndAChangedRowAreAllNamed)
{
    flip(middle(), 300);
    change_seal([](log::Seal&) {}, 99);
    change_row(3);
    const auto report = check();
    const auto& log = layer(report, Layer::log);
    ASSERT_EQ(log.differences_all, 2u) << text(log);
    EXPECT_EQ(log.differences[0].height, middle());
    EXPECT_NE(log.differences[1].what.find("not signed by the log's sequencer"), std::string::npos);
    const auto& state = layer(report, Layer::state);
    EXPECT_NE(text(state).find("probe.accounts 3"), std::string::npos) << text(state);
}

TEST_F(DamagedLog, WithoutLayerOneTheReportSaysThatTheLogCantBeRead)
{
    flip(middle(), 300);
    const auto report = check({Layer::laws});
    ASSERT_EQ(report.layers.size(), 1u);
    EXPECT_EQ(report.layers[0].verdict, Verdict::not_checked);
    EXPECT_NE(report.unreadable.find(path(segment_of(middle()))), std::string::npos);
}

TEST_F(DamagedLog, AStateThatStandsBeforeTheDamageIsCompared)
{
    // Blocks behind the state's height: the node ends without flushing.
    world.start();
    for (std::uint64_t i = 40; i < 60; ++i)
    {
        world.submit_one(observation(probe_of(i, i), i), Door::sources);
        world.executor->run_for(20);
    }
    world.kill();
    segments = segments_by_name(world.disk, "/data/log");
    tip = take_apart().back().header.height;
    flip(tip, 300);
    const auto report = check();
    EXPECT_EQ(layer(report, Layer::log).differences.at(0).height, tip);
    EXPECT_EQ(layer(report, Layer::state).verdict, Verdict::ok)
        << text(layer(report, Layer::state));
}

/// The tail of a log, cut as a crash cuts it: a sector of the last frame never reached the disk.
class TornTail : public DamagedLog
{
protected:
    LogHeight torn;

    void SetUp() override
    {
        DamagedLog::SetUp();
        ASSERT_FALSE(HasFatalFailure());
        torn = tip;
        // Nobody knows of the last block: everything that does is from a moment before.
        ASSERT_TRUE(world.disk.remove("/data/clean-stop").has_value());
        ASSERT_TRUE(world.disk.remove("/data/seal").has_value());
        ASSERT_TRUE(world.disk.remove_all("/data/state").has_value());
        write_durable(LogHeight{torn.value - 1});
        const auto begin = frame_of(torn);
        world.disk.edit(path(segment_of(torn)), [&](Bytes& bytes) {
            const auto end = log::frame_at(bytes, begin, torn).end;
            const auto sector = (begin / 512 + 1) * 512;
            ASSERT_LT(sector, end);
            std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(sector),
                bytes.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0});
        });
    }

    log::Mark mark_of(LogHeight height)
    {
        const auto first = segment_of(height);
        const auto content = *read_file(world.disk, path(first));
        const auto at = frame_of(height);
        const auto frame = log::frame_at(content, at, height);
        const bool intact = frame.kind == log::FrameAt::Kind::block;
        return {1, height, first, intact ? frame.end : at,
            intact ? log::block_hash(frame.block) : LogBlockHash{}};
    }

    void write_durable(LogHeight height)
    {
        Bytes file(log::kMarkSize, 0);
        append(file, log::encode_mark(mark_of(height)));
        ASSERT_TRUE(replace_file(world.disk, "/data/log/durable", file).has_value());
    }

    void expect_claimed(const std::string& who)
    {
        const auto report = check();
        const auto& log = layer(report, Layer::log);
        ASSERT_EQ(log.verdict, Verdict::differs) << text(log);
        EXPECT_EQ(log.differences[0].height, torn);
        EXPECT_EQ(log.differences[0].file, path(segments.back()));
        EXPECT_TRUE(log.differences[0].offset.has_value());
        EXPECT_NE(log.differences[0].what.find(who), std::string::npos) << text(log);
        EXPECT_NE(log.differences[0].stored, "");
        EXPECT_NE(log.differences[0].computed, "");
    }
};

TEST_F(TornTail, ThatNobodyKnowsOfIsNoFinding)
{
    const auto report = check();
    const auto& log = layer(report, Layer::log);
    EXPECT_EQ(log.verdict, Verdict::ok) << text(log);
    EXPECT_NE(log.looked_at.find("a write that a crash cut short"), std::string::npos);
    EXPECT_EQ(layer(report, Layer::fold).verdict, Verdict::ok);
    EXPECT_EQ(layer(report, Layer::laws).verdict, Verdict::ok);
}

TEST_F(TornTail, ThatTheDurableRecordKnowsIsDamage)
{
    write_durable(torn);
    expect_claimed("the durable-height record knows the block");
}

TEST_F(TornTail, ThatACleanStopKnowsIsDamage)
{
    const auto mark = log::encode_mark(mark_of(torn));
    ASSERT_TRUE(replace_file(world.disk, "/data/clean-stop", mark).has_value());
    expect_claimed("the mark of the last clean stop knows the block");
}

TEST_F(TornTail, ThatTheSealKnowsIsDamage)
{
    log::Seal seal;
    seal.height = torn;
    seal.signature =
        schnorr_sign(key_of(kSequencerKey), log::seal_message(world.genesis_id, seal).bytes, {});
    ASSERT_TRUE(replace_file(world.disk, "/data/seal", log::encode_seal(seal)).has_value());
    expect_claimed("the seal knows the block");
}

TEST_F(TornTail, ThatACheckpointKnowsIsDamage)
{
    const auto directory = "/data/checkpoints/" + std::to_string(torn.value);
    ASSERT_TRUE(world.disk.make_directories(directory).has_value());
    const StateMark mark{torn, {}, {}, 1};
    ASSERT_TRUE(
        replace_file(world.disk, directory + "/checkpoint.mark", encode_mark(mark)).has_value());
    expect_claimed("checkpoint /data/checkpoints/" + std::to_string(torn.value) + " knows");
}

TEST_F(TornTail, ThatTheStateKnowsIsDamage)
{
    auto stored = StateStore::open(world.disk, "/data/state", world.options.store);
    ASSERT_TRUE(stored.has_value());
    LiveState state{Modules::tables()};
    ASSERT_TRUE((*stored)->take(state.freeze(torn)).has_value());
    ASSERT_TRUE((*stored)->flush(torn, LogBlockHash{}).has_value());
    stored->reset();
    expect_claimed("the state knows the block");
}

/// A log that a node owns is read to the height that the node has written down.
TEST_F(DamagedLog, OfARunningNodeIsReadToItsDurableHeight)
{
    world.start();
    for (std::uint64_t i = 40; i < 50; ++i)
        world.submit_one(observation(probe_of(i, i), i), Door::sources);
    const LogUnderTest log{world.disk, "/data", {}};
    EXPECT_TRUE(log.is_owned());
    EXPECT_FALSE(log.end_error().has_value());
    const auto reader = log.reader(LogHeight{0});
    std::optional<LogHeight> last;
    for (auto block = reader->next(); block && *block != nullptr; block = reader->next())
        last = (*block)->height();
    EXPECT_EQ(last, world.node->log().tip()->header.height);
    world.stop();
}
}  // namespace
}  // namespace engine::test
