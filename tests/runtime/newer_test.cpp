// What a later version of the engine has written is refused by name, is not taken for damage, and
// is left as it is: the way back from an upgrade ends there. What an earlier one has written goes
// on.

#include "engine/core/row_codec.hpp"
#include "engine/domain/access/state.hpp"
#include "engine/hash/crc32c.hpp"
#include "engine/log/segments.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/store/state_mark.hpp"
#include "tests/support/block_files.hpp"
#include "tests/support/full_replay.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/verify_world.hpp"

#include <gmock/gmock.h>

namespace engine::test
{
namespace
{
using testing::HasSubstr;
using Verdict = LayerReport::Verdict;

constexpr RulesVersion kLater{access::kNewestRules.value + 1};

class Newer : public VerifyWorld
{
protected:
    const std::string segment = log::segment_path("/data/log", LogHeight{0});

    void SetUp() override { run_probes(); }

    std::vector<Bytes> blocks() { return read_blocks(world.disk, "/data"); }

    /// The node does not open, and says so with this code and these words.
    void expect_refused(const ErrorKind& kind, const std::string& why)
    {
        const auto before = read_file(world.disk, segment);
        const auto error = world.open();
        ASSERT_TRUE(error.has_value());
        EXPECT_EQ(error->kind.code, kind.code) << to_string(*error);
        EXPECT_THAT(error->why, HasSubstr(why));
        world.kill();
        EXPECT_EQ(*read_file(world.disk, segment), *before);
    }

    void expect_not_checked(Layer which, const std::string& why)
    {
        const auto report = check();
        EXPECT_EQ(layer(report, which).verdict, Verdict::not_checked) << text(layer(report, which));
        EXPECT_THAT(layer(report, which).looked_at, HasSubstr(why));
        for (const auto& one : report.layers)
            EXPECT_NE(one.verdict, Verdict::differs) << text(one);
    }

    /// The newest block with other bytes, under checksums that are right.
    void change_last_block(const std::function<void(Bytes&)>& change)
    {
        world.disk.edit(segment, [&](Bytes& content) {
            std::uint64_t at = log::kSegmentHeaderSize, last = at;
            LogHeight height{0};
            for (;; ++height.value)
            {
                const auto frame = log::frame_at(content, at, height);
                if (frame.kind != log::FrameAt::Kind::block)
                    break;
                last = std::exchange(at, frame.end);
            }
            const std::span payload{
                content.data() + last + log::kFrameHeaderSize, content.data() + at};
            Bytes block{payload.begin(), payload.end()};
            change(block);
            const auto header = log::encode_frame_header({static_cast<std::uint32_t>(block.size()),
                LogHeight{height.value - 1}, crc32c(block)});
            std::copy(
                header.begin(), header.end(), content.begin() + static_cast<std::ptrdiff_t>(last));
            std::copy(block.begin(), block.end(), payload.begin());
        });
    }
};

TEST_F(Newer, SegmentsOfALaterFormatAreRefused)
{
    world.disk.edit(segment, [](Bytes& content) {
        content[4] = 2;
        log::FieldWriter{std::span{content}.subspan(68)}.number(
            crc32c(ByteView{content}.first(68)));
    });
    expect_refused(errors::kNewer, "the segment was written by a later version of this program");
    expect_not_checked(Layer::log, "later version");
}

TEST_F(Newer, ABlockOfALaterFormatIsRefusedAndNotCut)
{
    change_last_block([](Bytes& block) { block[0] = 2; });
    expect_refused(errors::kNewer, "block format 2, and this version knows format 1");
    expect_not_checked(Layer::log, "block format 2");
}

TEST_F(Newer, ABlockOfNoFormatIsDamage)
{
    change_last_block([](Bytes& block) { block[0] = 0; });
    expect_refused(errors::kLogDamaged, "block format 0");
    EXPECT_EQ(layer(check(), Layer::log).verdict, Verdict::differs);
}

TEST_F(Newer, ALogThatSchedulesLaterRulesIsRefusedWhereItDoes)
{
    auto parts = take_apart();
    auto& block = parts.back();  // No seal that another block carries is of it.
    access::Event scheduled{access::RulesScheduled{{kLater, LogHeight{1'000'000}}}};
    block.events.push_back(command(world.genesis_id, std::move(scheduled), 1, block.header.time));
    block.results.push_back({});
    put_together(parts);
    ASSERT_TRUE(world.disk.remove_all("/data/state"));
    ASSERT_TRUE(world.disk.remove("/data/seal"));
    expect_refused(errors::kNewer, "it names rules that this version doesn't have");
    expect_not_checked(Layer::fold, "use the version that wrote it, or a later one");
}

TEST_F(Newer, ALogThatBeginsByLaterRulesIsRefused)
{
    MemoryLog log{blocks()};
    log.forge(LogHeight{0}, [](LooseBlock& block) {
        if (block.header.height == LogHeight{0})
            block.header.rules_version = kLater;
    });
    EXPECT_THAT(replay_fully(log).error, HasSubstr("it was written by a later version"));
}

TEST_F(Newer, AStateThatKnowsLaterRulesIsRefusedAlthoughNothingIsLeftToFold)
{
    {
        PlantedRows rows{world.disk};
        rows.put(
            access::kRules.id, encode_key(LogHeight{1'000'000}), encode_row(access::Rules{kLater}));
    }
    expect_refused(errors::kNewer, "its access.rules names rules of version 3");
}

TEST_F(Newer, AStateOfAnotherFormatIsRefusedAndMadeAnewFromTheLog)
{
    const auto root = [&] { return replay_fully(MemoryLog{blocks()}).root; };
    const auto before = root();
    auto mark = encode_mark({LogHeight{3}, {}, {}, 7});
    mark[3] = kStateFormat + 1;
    mark.resize(mark.size() - 4);
    encode_value(mark, crc32c(mark));
    {
        PlantedRows rows{world.disk};
        rows.put_mark(mark);
    }
    expect_refused(errors::kStateFailed, "its format is not 1");

    ASSERT_TRUE(world.disk.remove_all("/data/state"));
    world.start();
    EXPECT_EQ(world.submit_one(observation(probe_of(100), 40), Door::sources).status,
        Receipt::Status::applied);
    world.stop();
    const auto replayed = replay_fully(MemoryLog{blocks()});
    EXPECT_EQ(replayed.error, "");
    EXPECT_NE(replayed.root, before);
}
}  // namespace
}  // namespace engine::test
