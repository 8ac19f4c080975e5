// The five planted damages: each is named by verify with its height, its key or its event, and a
// sound directory raises no alarm.

#include "engine/runtime/verify.hpp"
#include "engine/core/row_codec.hpp"
#include "engine/log/frame.hpp"
#include "engine/store/rocksdb_fs.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>

namespace engine::test
{
namespace
{
/// The log of a directory that nobody owns, for reading.
class ReadOnlyLog final : public log::Log
{
    Disk& m_disk;
    std::string m_directory;
    std::optional<log::LogTip> m_tip;

public:
    ReadOnlyLog(Disk& disk, std::string directory) : m_disk{disk}, m_directory{std::move(directory)}
    {
        auto blocks = log::open_reader(m_disk, m_directory, LogHeight{0});
        while (blocks)
        {
            const auto block = (*blocks)->next();
            if (!block || *block == nullptr)
                break;
            m_tip = log::LogTip{(*block)->header(), (*block)->hash()};
        }
    }
    std::optional<log::LogTip> tip() const override { return m_tip; }
    log::LogResult<std::unique_ptr<log::BlockReader>> reader(LogHeight from) const override
    {
        return log::open_reader(m_disk, m_directory, from);
    }
    log::LogResult<Done> append(ByteView) override { return Failure{log::LogError{}}; }
    log::LogResult<log::Preparation> prepare_next() override { return Failure{log::LogError{}}; }
    log::LogResult<Done> close() override { return Failure{log::LogError{}}; }
    bool has_room() const override { return false; }
};

/// A block taken apart, so that a forger can put it together again.
struct BlockParts
{
    log::BlockHeader header;
    std::vector<Bytes> events;
    std::vector<log::EventResult> results;
    std::optional<log::Seal> seal;
};

class VerifyTest : public ::testing::Test
{
protected:
    World world;

    void SetUp() override
    {
        world.start();
        for (std::uint64_t i = 0; i < 40; ++i)
        {
            world.submit_one(observation(probe_of(i, i), i), Door::sources);
            world.executor->run_for(i % 4 == 0 ? 300 : 1);
        }
        world.stop();
    }

    std::vector<BlockParts> take_apart()
    {
        std::vector<BlockParts> out;
        const auto reader = log::open_reader(world.disk, "/data", LogHeight{0});
        for (;;)
        {
            const auto block = (*reader)->next();
            if (!block || *block == nullptr)
                return out;
            BlockParts parts{(*block)->header(), {}, {}, (*block)->seal()};
            for (std::uint32_t i = 0; i < (*block)->event_count(); ++i)
            {
                const auto event = (*block)->event(i);
                parts.events.emplace_back(event.begin(), event.end());
                parts.results.push_back((*block)->result(i));
            }
            out.push_back(std::move(parts));
        }
    }

    /// Writes a log of these blocks in place of the old one: checksums, roots and chain are right.
    void put_together(const std::vector<BlockParts>& blocks)
    {
        ASSERT_TRUE(world.disk.remove_all("/data/log").has_value());
        ASSERT_TRUE(world.disk.remove("/data/clean-stop").has_value());
        const auto directory = log::DataDirectory::own(world.disk, "/data", "forger");
        auto log =
            log::SegmentLog::open(world.disk, *directory, {.segment_size = 1 << 20, .claims = {}});
        ASSERT_TRUE(log.has_value());
        LogBlockHash previous{};
        for (const auto& parts : blocks)
        {
            std::vector<log::EventRecord> records;
            for (std::size_t i = 0; i < parts.events.size(); ++i)
                records.push_back(
                    {parts.events[i], log::event_hash(parts.events[i]), parts.results[i]});
            auto header = parts.header;
            header.previous = previous;
            const auto block = log::encode_block(header, records, parts.seal);
            previous = block.hash;
            const auto appended = (*log)->append(block.bytes);
            ASSERT_TRUE(appended.has_value()) << log::to_string(appended.error());
        }
        ASSERT_TRUE((*log)->close().has_value());
    }

    std::vector<LayerReport> check()
    {
        const ReadOnlyLog log{world.disk, "/data"};
        auto scratch = StateStore::open(world.disk, "/scratch", world.options.store);
        auto read_only = world.options.store;
        read_only.read_only = true;
        auto stored = StateStore::open(world.disk, "/data/state", read_only);
        const auto seal = Node::read_seal(world.disk, "/data");
        return verify({.log = log,
            .seal = *seal,
            .scratch = **scratch,
            .stored = stored->get(),
            .stored_missing = {},
            .chain = nullptr,
            .chain_missing = "no endpoint",
            .on_progress = {},
            .on_layer = {}});
    }

    static const LayerReport& layer(const std::vector<LayerReport>& reports, Layer which)
    {
        for (const auto& report : reports)
        {
            if (report.layer == which)
                return report;
        }
        throw std::logic_error{"no such layer"};
    }

    static std::string text(const LayerReport& report)
    {
        std::string out;
        for (const auto& d : report.differences)
            out += d.where + " | " + d.what + " | " + d.stored + " | " + d.computed + " | " +
                   d.cause + "\n";
        return out;
    }
};

using Verdict = LayerReport::Verdict;

TEST_F(VerifyTest, ASoundDirectoryRaisesNoAlarm)
{
    const auto reports = check();
    for (const auto which : {Layer::log, Layer::fold, Layer::state, Layer::laws})
        EXPECT_EQ(layer(reports, which).verdict, Verdict::ok) << text(layer(reports, which));
    EXPECT_EQ(layer(reports, Layer::chain).verdict, Verdict::not_checked);
}

TEST_F(VerifyTest, AChangedRowIsNamedWithTheEventThatWroteIt)
{
    {
        const auto fs = make_rocksdb_fs(world.disk, RocksAccess::read_write);
        const auto env = rocksdb::NewCompositeEnv(fs);
        rocksdb::Options options;
        options.env = env.get();
        rocksdb::DB* raw = nullptr;
        ASSERT_TRUE(rocksdb::DB::Open(options, "/data/state", &raw).ok());
        const std::unique_ptr<rocksdb::DB> db{raw};
        std::string key{'r', 0x05, 0x02};
        key.append(7, '\0');
        key.push_back(3);  // Account 3: probes 3, 20 and 37.
        const auto row = encode_row(probe::Account{3, 1'000'000});
        ASSERT_TRUE(db->Put({}, key, {reinterpret_cast<const char*>(row.data()), row.size()}).ok());
        ASSERT_TRUE(db->Flush({}).ok());
    }
    const auto reports = check();
    EXPECT_EQ(layer(reports, Layer::log).verdict, Verdict::ok);
    EXPECT_EQ(layer(reports, Layer::fold).verdict, Verdict::ok);
    const auto& state = layer(reports, Layer::state);
    ASSERT_EQ(state.verdict, Verdict::differs);
    const auto& row = state.differences.front();
    EXPECT_EQ(row.where, "probe.accounts 3");
    EXPECT_NE(row.stored.find("1000000"), std::string::npos) << row.stored;
    EXPECT_NE(row.computed.find("\"amount\":60"), std::string::npos) << row.computed;
    EXPECT_NE(row.cause.find("one of 3"), std::string::npos) << row.cause;
}

TEST_F(VerifyTest, AChangedEventIsNamedAlthoughEveryHashWasRecomputed)
{
    auto blocks = take_apart();
    auto& victim = blocks.at(blocks.size() / 2);
    ASSERT_EQ(victim.events.size(), 2u);
    victim.events[1] = observation(probe_of(1'000, 1), 0);  // A position that is long gone.
    const auto height = victim.header.height;
    put_together(blocks);
    const auto reports = check();
    const auto& fold = layer(reports, Layer::fold);
    ASSERT_EQ(fold.verdict, Verdict::differs);
    EXPECT_EQ(fold.differences.front().where, "event " + std::to_string(height.value) + ".1");
    EXPECT_EQ(
        layer(reports, Layer::log).verdict, Verdict::differs);  // The seals are of another chain.
}

TEST_F(VerifyTest, ADroppedBlockIsNamedByItsHeight)
{
    world.disk.edit("/data/log/" + log::segment_name(LogHeight{0}), [](Bytes& bytes) {
        std::uint64_t begin = log::kSegmentHeaderSize;
        for (std::uint64_t height = 0; height < 10; ++height)
            begin = log::frame_at(bytes, begin, LogHeight{height}).end;
        const auto end = log::frame_at(bytes, begin, LogHeight{10}).end;
        ASSERT_GT(end, begin);
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
            bytes.begin() + static_cast<std::ptrdiff_t>(end));
        bytes.resize(bytes.size() + (end - begin));
    });
    const auto reports = check();
    const auto& log = layer(reports, Layer::log);
    ASSERT_EQ(log.verdict, Verdict::differs);
    EXPECT_NE(text(log).find("height 10"), std::string::npos) << text(log);
}

TEST_F(VerifyTest, AForeignSealIsNamed)
{
    auto seal = **Node::read_seal(world.disk, "/data");
    seal.signature = schnorr_sign(key_of(99), log::seal_message(world.genesis_id, seal).bytes, {});
    ASSERT_TRUE(replace_file(world.disk, "/data/seal", log::encode_seal(seal)).has_value());
    const auto reports = check();
    const auto& log = layer(reports, Layer::log);
    ASSERT_EQ(log.verdict, Verdict::differs);
    EXPECT_EQ(log.differences.front().where, "height " + std::to_string(seal.height.value));
    EXPECT_NE(text(log).find("not signed by the log's sequencer"), std::string::npos) << text(log);
}

TEST_F(VerifyTest, AWrongRecordedRootIsNamedByItsHeight)
{
    auto blocks = take_apart();
    std::optional<LogHeight> forged;
    for (auto& parts : blocks)
    {
        if (parts.header.known_root && parts.header.known_root->height >= LogHeight{10})
        {
            if (!forged)
                forged = parts.header.known_root->height;
            if (parts.header.known_root->height == *forged)
                parts.header.known_root->root.bytes[0] ^= 1;
        }
    }
    ASSERT_TRUE(forged.has_value());
    put_together(blocks);
    const auto reports = check();
    const auto& fold = layer(reports, Layer::fold);
    ASSERT_EQ(fold.verdict, Verdict::differs);
    EXPECT_NE(text(fold).find("the state root of height " + std::to_string(forged->value)),
        std::string::npos)
        << text(fold);
}
}  // namespace
}  // namespace engine::test
