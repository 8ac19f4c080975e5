#include "engine/hash/crc32c.hpp"
#include "tests/log/chain.hpp"

#include <gtest/gtest.h>

namespace engine::log
{
namespace
{
using sim::SimDisk;

constexpr std::size_t kSector = 512;

/// Four segments of few blocks, left without a clean stop, so that only the durable-height record
/// says how far the log went.
struct SmallLog
{
    SimDisk disk{7};
    Chain chain;

    explicit SmallLog(bool close = false,
        const std::vector<std::size_t>& sizes = {900, 900, 1200, 1500, 1400, 1000, 600, 2000})
    {
        const auto [directory, log] = must_open(disk);
        for (const auto size : sizes)
            EXPECT_TRUE(log->append(chain.add(size)));
        if (close)
        {
            EXPECT_TRUE(log->close());
        }
        static_cast<void>(disk.remove(log_file(kNextSegment)));
    }

    Bytes content(const std::string& path) { return *read_file(disk, path); }
    void replace(const std::string& path, const Bytes& bytes)
    {
        disk.edit(path, [&](Bytes& content) { content = bytes; });
    }
    std::vector<std::string> segments()
    {
        std::vector<std::string> paths;
        const auto firsts = segment_names(disk, log_directory(kData));
        for (const auto first : *firsts)
            paths.push_back(segment_file(first.value));
        return paths;
    }
};

/// Where zero bytes fill a segment from.
std::size_t used_size(const Bytes& content)
{
    std::size_t size = content.size();
    while (size > 0 && content[size - 1] == 0)
        --size;
    return size;
}

LogError open_error(SimDisk& disk, SegmentLogOptions options = {kSmallSegment, {}, true})
{
    auto opened = open_log(disk, std::move(options));
    if (!opened)
        return opened.error();
    LogError none;
    none.what = "no error";
    return none;
}

bool is_damage(const LogError& error)
{
    return error.code == LogErrorCode::damaged || error.code == LogErrorCode::missing ||
           error.code == LogErrorCode::misplaced || error.code == LogErrorCode::unknown_format;
}

// ---------------------------------------------------------------------------------------------
// Every byte

TEST(LogDamage, EveryFlippedByteIsFoundAndNothingIsCut)
{
    SmallLog small;
    for (const auto& path : small.segments())
    {
        const auto good = small.content(path);
        const auto used = used_size(good);
        for (std::size_t at = 0; at < used; ++at)
        {
            auto bad = good;
            bad[at] ^= static_cast<std::uint8_t>(1U << at % 8);
            small.replace(path, bad);
            const auto error = open_error(small.disk);
            ASSERT_TRUE(is_damage(error)) << path << " byte " << at << ": " << to_string(error);
            ASSERT_EQ(error.file, path) << "byte " << at << ": " << to_string(error);
            ASSERT_FALSE(error.repair.empty());
            ASSERT_EQ(small.content(path), bad)
                << "byte " << at << " of " << path << " was changed";
        }
        small.replace(path, good);
    }
    EXPECT_EQ(open_error(small.disk).what, "no error");
}

/// After a power failure the record may say nothing yet. A flipped byte is told from a torn write
/// by the sectors, which are all there.
TEST(LogDamage, EveryFlippedByteOfTheTailIsFoundEvenWhenNobodyKnowsTheHeight)
{
    SmallLog small{false, {900, 2000}};
    const auto path = segment_file(0);
    const auto record = durable_path(log_directory(kData));
    const auto good = small.content(path);
    for (std::size_t at = 0; at < used_size(good); ++at)
    {
        auto bad = good;
        bad[at] ^= 0x40;
        small.replace(path, bad);
        small.replace(record, Bytes(2 * kMarkSize));
        const auto error = open_error(small.disk);
        ASSERT_EQ(error.code, LogErrorCode::damaged) << at << ": " << to_string(error);
        ASSERT_EQ(small.content(path), bad);
    }
}

TEST(LogDamage, AReaderTellsEveryFlippedByteAfterTheBlocksBeforeIt)
{
    SmallLog small;
    for (const auto& path : small.segments())
    {
        const auto good = small.content(path);
        for (std::size_t at = kSegmentHeaderSize; at < used_size(good); ++at)
        {
            auto bad = good;
            bad[at] ^= 0x10;
            small.replace(path, bad);
            const auto read = read_directory(small.disk);
            ASSERT_TRUE(read.error) << path << " byte " << at;
            ASSERT_EQ(read.error->file, path) << to_string(*read.error);
            ASSERT_EQ(read.error->height, LogHeight{read.blocks.size()});
            ASSERT_LE(*read.error->offset, at);
            ASSERT_LT(read.blocks.size(), small.chain.size());
            for (std::size_t i = 0; i < read.blocks.size(); ++i)
                ASSERT_EQ(read.blocks[i], small.chain.blocks()[i]);
        }
        small.replace(path, good);
    }
}

/// What is behind the last block holds nothing: a flip there is found where another segment follows
/// or the log was closed, and else is cleared as the write that it looks like. No block is touched.
TEST(LogDamage, AFlippedByteOfTheZeroFillNeverCostsABlock)
{
    for (const bool close : {false, true})
    {
        SmallLog small{close};
        for (const auto& path : small.segments())
        {
            const auto good = small.content(path);
            const bool is_last = path == small.segments().back();
            for (std::size_t at = used_size(good) + 8; at < good.size(); at += 5)
            {
                auto bad = good;
                bad[at] = 0xff;
                small.replace(path, bad);
                if (!is_last || close)
                {
                    const auto error = open_error(small.disk);
                    ASSERT_EQ(error.code, LogErrorCode::damaged) << at << to_string(error);
                    ASSERT_EQ(error.file, path);
                }
                else
                {
                    auto opened = open_log(small.disk, {kSmallSegment, {}, true});
                    if (opened)
                    {
                        ASSERT_EQ(read_log(*opened->log).blocks, small.chain.blocks());
                    }
                }
                small.replace(path, good);
            }
        }
    }
}

TEST(LogDamage, EveryFlippedByteOfTheRecordLeavesTheLogWhole)
{
    SmallLog small;
    const auto path = durable_path(log_directory(kData));
    const auto good = small.content(path);
    for (std::size_t at = 0; at < good.size(); ++at)
    {
        auto bad = good;
        bad[at] ^= 1;
        small.replace(path, bad);
        const auto [directory, log] = must_open(small.disk, {kSmallSegment, {}, true});
        ASSERT_EQ(read_log(*log).blocks, small.chain.blocks());
    }
}

TEST(LogDamage, EveryFlippedByteOfTheCleanStopIsFound)
{
    SmallLog small{true};
    const auto good = small.content(clean_stop_path(kData));
    for (std::size_t at = 0; at < good.size(); ++at)
    {
        auto bad = good;
        bad[at] ^= 1;
        small.replace(clean_stop_path(kData), bad);
        const auto error = open_error(small.disk);
        ASSERT_EQ(error.code, LogErrorCode::damaged);
        ASSERT_EQ(error.file, clean_stop_path(kData));
    }
}

// ---------------------------------------------------------------------------------------------
// Torn writes and lost ends

/// The last frame's sectors, each lost or not: what a power failure leaves of a block that nobody
/// was told of. The record speaks of the block before it.
TEST(LogDamage, ATornTailIsCutAtEverySubsetOfSectors)
{
    SmallLog before{false, {900}};
    const auto record = before.content(durable_path(log_directory(kData)));
    SmallLog after{false, {900, 2000}};
    const auto path = segment_file(0);
    const auto good = after.content(path);
    const auto begin = used_size(before.content(path)) / 8 * 8 + 8;
    const auto first = begin / kSector;
    const auto count = (used_size(good) - 1) / kSector - first + 1;
    ASSERT_GE(count, 5U);
    ASSERT_LE(count, 7U);

    for (std::size_t lost = 1; lost < std::size_t{1} << count; ++lost)
    {
        auto torn = good;
        for (std::size_t i = 0; i < count; ++i)
        {
            const auto from = std::max(begin, (first + i) * kSector);
            const auto to = (first + i + 1) * kSector;
            if ((lost >> i & 1) != 0)
                std::fill(torn.begin() + static_cast<std::ptrdiff_t>(from),
                    torn.begin() + static_cast<std::ptrdiff_t>(to), std::uint8_t{0});
        }
        after.replace(path, torn);
        after.replace(durable_path(log_directory(kData)), record);
        {
            const auto read = read_directory(after.disk);  // A tool beside it reads the same.
            ASSERT_FALSE(read.error) << to_string(*read.error);
            ASSERT_EQ(read.blocks, before.chain.blocks());
        }
        const auto [directory, log] = must_open(after.disk, {kSmallSegment, {}, true});
        ASSERT_EQ(read_log(*log).blocks, before.chain.blocks()) << "lost " << lost;
        ASSERT_EQ(log->cut_tail().has_value(), torn != before.content(path)) << "lost " << lost;
        ASSERT_TRUE(log->append(after.chain.blocks()[1]));
        ASSERT_EQ(after.content(path), good);
    }
}

TEST(LogDamage, TheSameTailIsNotCutWhenSomebodyKnowsTheHeight)
{
    SmallLog small{false, {900, 2000}};
    const auto path = segment_file(0);
    auto torn = small.content(path);
    std::fill(torn.begin() + 3 * kSector, torn.begin() + 4 * kSector, std::uint8_t{0});
    small.replace(path, torn);

    const auto by_record = open_error(small.disk);
    EXPECT_EQ(by_record.code, LogErrorCode::damaged);
    EXPECT_EQ(by_record.height, LogHeight{1});
    EXPECT_NE(by_record.what.find("durable-height record"), std::string::npos);

    small.replace(durable_path(log_directory(kData)), Bytes(2 * kMarkSize));
    const auto by_claim =
        open_error(small.disk, {kSmallSegment, {{"the state database", LogHeight{1}}}, false});
    EXPECT_EQ(by_claim.code, LogErrorCode::damaged);
    EXPECT_NE(by_claim.what.find("the state database"), std::string::npos);
    EXPECT_EQ(small.content(path), torn);

    const auto opened = open_log(small.disk);  // Nobody claims it now.
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->log->cut_tail()->height, LogHeight{1});
}

/// A sector of the last frame is lost, as a crash may leave it, but something else is there that no
/// crash leaves. Nobody knows the height.
struct NoCrash
{
    const char* name;
    void (*damage)(Bytes& content, std::size_t end);
    const char* what;
};

class NotTorn : public ::testing::TestWithParam<NoCrash>
{};

TEST_P(NotTorn, IsDamage)
{
    SmallLog small{false, {300, 2000}};
    const auto path = segment_file(0);
    auto bad = small.content(path);
    const auto end = kSegmentHeaderSize + 2 * kFrameHeaderSize + small.chain.blocks()[0].size() +
                     small.chain.blocks()[1].size();
    std::fill(bad.begin() + 3 * kSector, bad.begin() + 4 * kSector, std::uint8_t{0});
    GetParam().damage(bad, end);
    small.replace(path, bad);
    small.replace(durable_path(log_directory(kData)), Bytes(2 * kMarkSize));
    const auto error = open_error(small.disk, {kSmallSegment, {}, false});
    EXPECT_EQ(error.code, LogErrorCode::damaged);
    EXPECT_NE(error.what.find(GetParam().what), std::string::npos) << error.what;
    EXPECT_EQ(small.content(path), bad);
}

std::ptrdiff_t second_frame(const Bytes& content)
{
    const auto header = *decode_frame_header(ByteView{content}.subspan(kSegmentHeaderSize));
    return static_cast<std::ptrdiff_t>(kSegmentHeaderSize + kFrameHeaderSize + header.length);
}

/// Copies the first frame, whole, to an offset, under another height.
void put_frame(Bytes& content, std::size_t at, std::uint64_t height)
{
    const auto header = *decode_frame_header(ByteView{content}.subspan(kSegmentHeaderSize));
    Bytes block(header.length);
    std::copy_n(
        content.begin() + kSegmentHeaderSize + kFrameHeaderSize, block.size(), block.begin());
    FieldWriter{std::span{block}.subspan(8)}.number(height);
    // Only a first block may have none before it, and the other way round.
    block[16] = height == 0 ? 0 : 1;
    FieldWriter{std::span{content}.subspan(at)}
        .bytes(encode_frame_header({header.length, LogHeight{height}, crc32c(block)}))
        .bytes(block);
}

INSTANTIATE_TEST_SUITE_P(Tail, NotTorn,
    ::testing::Values(NoCrash{"BytesBehindTheFrame",
                          [](Bytes& content, std::size_t end) { content[end + 9] = 1; },
                          "bytes after the last block that are not zero"},
        NoCrash{"AnIntactFrameBehindIt",
            [](Bytes& content, std::size_t end) { put_frame(content, end, 2); },
            "the intact one of height 2 comes after it"},
        NoCrash{"AnIntactFrameBehindOneWithoutHeader",
            [](Bytes& content, std::size_t end) {
                const auto second = second_frame(content);
                std::fill_n(content.begin() + second, kSector, std::uint8_t{0});
                put_frame(content, end, 2);
            },
            "the intact one of height 2 comes after it"},
        NoCrash{"AFrameOfAnotherHeight",
            [](Bytes& content, std::size_t) {
                const auto second = static_cast<std::size_t>(second_frame(content));
                FieldWriter{std::span{content}.subspan(second)}.bytes(
                    encode_frame_header({2000, LogHeight{0}, 7}));
            },
            "the frame of height 0"},
        NoCrash{"AFrameTooLong",
            [](Bytes& content, std::size_t) {
                const auto second = static_cast<std::size_t>(second_frame(content));
                FieldWriter{std::span{content}.subspan(second)}.bytes(
                    encode_frame_header({8000, LogHeight{1}, 7}));
            },
            "longer than what is left"}),
    [](const auto& row) { return row.param.name; });

TEST(LogDamage, WithoutTheRecordNoTailIsCut)
{
    for (const bool remove : {false, true})
    {
        SmallLog small{false, {900, 2000}};
        const auto path = segment_file(0);
        auto torn = small.content(path);
        std::fill(torn.begin() + 3 * kSector, torn.begin() + 4 * kSector, std::uint8_t{0});
        small.replace(path, torn);
        const auto record = durable_path(log_directory(kData));
        small.replace(record, Bytes(2 * kMarkSize, 0xee));
        if (remove)
        {
            EXPECT_TRUE(small.disk.remove(record));
        }
        const auto error = open_error(small.disk);
        EXPECT_EQ(error.code, LogErrorCode::damaged);
        EXPECT_EQ(error.file, record);
        EXPECT_EQ(small.content(path), torn);
    }
}

TEST(LogDamage, EveryTruncationOfASegmentIsNamed)
{
    SmallLog small;
    for (const auto& path : small.segments())
    {
        const auto good = small.content(path);
        for (std::size_t size = 0; size < good.size(); size += size < 200 ? 1 : 41)
        {
            small.replace(
                path, Bytes{good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)});
            const auto error = open_error(small.disk);
            ASSERT_EQ(error.code, LogErrorCode::damaged) << to_string(error);
            ASSERT_EQ(error.file, path);
        }
        small.replace(path, good);
    }
}

/// The end of the last segment is zero, as if it had never been written: blocks that were durable.
TEST(LogDamage, EveryLostEndIsNamed)
{
    SmallLog small;
    const auto path = small.segments().back();
    const auto good = small.content(path);
    for (auto size = used_size(good) - 1; size >= kSegmentHeaderSize; size -= 7)
    {
        auto bad = good;
        std::fill(bad.begin() + static_cast<std::ptrdiff_t>(size), bad.end(), std::uint8_t{0});
        small.replace(path, bad);
        const auto error = open_error(small.disk);
        ASSERT_TRUE(is_damage(error)) << size << ": " << to_string(error);
        ASSERT_EQ(error.file, path);
        ASSERT_EQ(small.content(path), bad);
        const auto read = read_directory(small.disk);
        ASSERT_TRUE(read.error);
        ASSERT_EQ(read.error->file, path);
    }
}

// ---------------------------------------------------------------------------------------------
// Files that are not where they belong

TEST(LogDamage, AMissingSegmentIsNamed)
{
    for (std::size_t missing = 0; missing < 4; ++missing)
    {
        SmallLog small;
        const auto paths = small.segments();
        ASSERT_EQ(paths.size(), 4U);
        EXPECT_TRUE(small.disk.remove(paths[missing]));
        for (const auto& error : {open_error(small.disk), *read_directory(small.disk).error})
        {
            EXPECT_EQ(error.code, LogErrorCode::missing) << to_string(error);
            // The last one is missed by the record alone, which does not know its name.
            EXPECT_EQ(error.file, missing == 3 ? paths[2] : paths[missing]) << to_string(error);
        }
    }
}

TEST(LogDamage, SwappedSegmentsAreNamed)
{
    SmallLog small;
    const auto paths = small.segments();
    const auto first = small.content(paths[1]);
    small.replace(paths[1], small.content(paths[2]));
    small.replace(paths[2], first);
    const auto error = open_error(small.disk);
    EXPECT_EQ(error.code, LogErrorCode::misplaced);
    EXPECT_EQ(error.file, paths[1]);
}

TEST(LogDamage, AnExtraSegmentIsNamed)
{
    SmallLog small;
    const auto paths = small.segments();
    const auto extra = segment_file(1);
    SegmentHeader header;
    header.first = LogHeight{1};
    header.size = kSmallSegment;
    header.previous_first = LogHeight{0};
    Bytes content(kSmallSegment);
    FieldWriter{content}.bytes(encode_segment_header(header));
    {
        const auto file = small.disk.open(extra, OpenMode::create);
    }
    small.replace(extra, content);
    const auto error = open_error(small.disk);
    EXPECT_EQ(error.code, LogErrorCode::misplaced) << to_string(error);
    EXPECT_EQ(error.file, extra);
}

TEST(LogDamage, AForeignNameIsNamed)
{
    SmallLog small;
    for (const std::string name : {"1.seg", "0000000000000000000x.seg", "backup.seg"})
    {
        {
            const auto file = small.disk.open(log_file(name), OpenMode::create);
        }
        const auto error = open_error(small.disk);
        EXPECT_EQ(error.code, LogErrorCode::misplaced);
        EXPECT_EQ(error.file, log_file(name));
        EXPECT_TRUE(small.disk.remove(log_file(name)));
    }
}

/// A copy of a segment from before its last block was written.
TEST(LogDamage, AStaleSegmentIsNamed)
{
    SmallLog small;
    const auto path = small.segments()[1];
    auto stale = small.content(path);
    const auto second = kSegmentHeaderSize + kFrameHeaderSize + small.chain.blocks()[3].size();
    std::fill(stale.begin() + static_cast<std::ptrdiff_t>(second), stale.end(), std::uint8_t{0});
    small.replace(path, stale);
    const auto error = open_error(small.disk);
    EXPECT_EQ(error.code, LogErrorCode::missing) << to_string(error);
    EXPECT_EQ(error.file, path);
    EXPECT_EQ(error.height, LogHeight{4});
}

/// The same heights, another history.
TEST(LogDamage, ASegmentOfAnotherLogIsNamed)
{
    SmallLog small;
    SmallLog other{false, {800, 900, 1200, 1500, 1400, 1000, 600, 2000}};
    for (const auto& path : small.segments())
    {
        const auto good = small.content(path);
        small.replace(path, other.content(path));
        const bool is_last = path == small.segments().back();
        for (const bool check_all : {true, !is_last})  // The last one is read in any case.
        {
            if (is_last)  // Nobody knows the last block's hash.
                small.replace(durable_path(log_directory(kData)), Bytes(2 * kMarkSize));
            const auto error = open_error(small.disk, {kSmallSegment, {}, check_all});
            EXPECT_TRUE(is_damage(error)) << to_string(error);
        }
        small.replace(path, good);
    }
}

/// The process ended after it had begun a segment and before it wrote a block into it.
TEST(LogDamage, ASegmentWithoutBlocksMustFollowTheLastBlock)
{
    enum class Case
    {
        good,
        other_block_before,
        block_before_gone,
    };
    for (const auto c : {Case::good, Case::other_block_before, Case::block_before_gone})
    {
        SmallLog small{false, {1500, 1500}};
        SegmentHeader header;
        header.first = LogHeight{2};
        header.size = kSmallSegment;
        header.previous_first = LogHeight{0};
        header.previous = block_hash(small.chain.blocks()[1]);
        if (c == Case::other_block_before)
            header.previous.bytes[0] ^= 1;
        Bytes content(kSmallSegment);
        FieldWriter{content}.bytes(encode_segment_header(header));
        {
            const auto file = small.disk.open(segment_file(2), OpenMode::create);
        }
        small.replace(segment_file(2), content);
        if (c == Case::block_before_gone)
        {
            small.disk.edit(segment_file(0), [&](Bytes& bytes) {
                std::fill(bytes.begin() + second_frame(bytes), bytes.end(), std::uint8_t{0});
            });
        }

        const auto error = open_error(small.disk, {kSmallSegment, {}, false});
        if (c == Case::good)
        {
            EXPECT_EQ(error.what, "no error");
            const auto opened = must_open(small.disk);
            EXPECT_EQ(read_log(*opened.log).blocks, small.chain.blocks());
            EXPECT_TRUE(opened.log->append(small.chain.add(100)));
        }
        else
        {
            const bool is_gone = c == Case::block_before_gone;
            EXPECT_EQ(error.code, is_gone ? LogErrorCode::missing : LogErrorCode::misplaced);
            EXPECT_EQ(error.file, segment_file(is_gone ? 0 : 2)) << to_string(error);
        }
    }
}

TEST(LogDamage, ASegmentThatNamesAnotherBlockBeforeItIsFound)
{
    SmallLog small;
    const auto path = small.segments()[1];
    auto bad = small.content(path);
    bad[40] ^= 1;
    FieldWriter{std::span{bad}.subspan(68)}.number(crc32c(ByteView{bad}.first(68)));
    small.replace(path, bad);
    const auto error = open_error(small.disk);
    EXPECT_EQ(error.code, LogErrorCode::misplaced) << to_string(error);
    EXPECT_EQ(error.file, path);
}

TEST(LogDamage, ARecordOfAnotherLogIsNamed)
{
    SmallLog small;
    SmallLog other{false, {800, 900, 1200, 1500, 1400, 1000, 600, 2000}};
    const auto path = durable_path(log_directory(kData));
    small.replace(path, other.content(path));
    const auto error = open_error(small.disk);
    EXPECT_EQ(error.code, LogErrorCode::misplaced);
    EXPECT_EQ(error.file, path);
}

TEST(LogDamage, ALogThatIsGoneIsNotBegunAnew)
{
    SmallLog small{true};
    for (const auto& path : small.segments())
        EXPECT_TRUE(small.disk.remove(path));
    EXPECT_EQ(open_error(small.disk).code, LogErrorCode::missing);

    EXPECT_TRUE(small.disk.remove(clean_stop_path(kData)));
    EXPECT_TRUE(small.disk.remove(durable_path(log_directory(kData))));
    const auto error =
        open_error(small.disk, {kSmallSegment, {{"the state database", LogHeight{3}}}, false});
    EXPECT_EQ(error.code, LogErrorCode::missing);
    EXPECT_NE(error.what.find("the state database"), std::string::npos);
    EXPECT_EQ(error.file, log_directory(kData));
}

TEST(LogDamage, AnOldLogWithANewerStateIsNotOpened)
{
    SmallLog small{true, {900, 900}};
    const auto error =
        open_error(small.disk, {kSmallSegment, {{"checkpoints/9", LogHeight{9}}}, false});
    EXPECT_EQ(error.code, LogErrorCode::missing);
    EXPECT_EQ(error.height, LogHeight{2});
    EXPECT_NE(error.what.find("checkpoints/9"), std::string::npos);
    EXPECT_TRUE(small.disk.exists(clean_stop_path(kData)));
}

TEST(LogDamage, ASegmentOfALaterFormatIsNotTouched)
{
    SmallLog small;
    const auto path = small.segments().back();
    auto later = small.content(path);
    later[4] = 2;
    FieldWriter{std::span{later}.subspan(68)}.number(crc32c(ByteView{later}.first(68)));
    small.replace(path, later);
    EXPECT_EQ(open_error(small.disk).code, LogErrorCode::unknown_format);
}

/// A frame that the disk wrote to the wrong place is whole, but of another height.
TEST(LogDamage, AMisdirectedFrameIsNamed)
{
    SmallLog small{false, {300, 300, 300}};
    const auto path = segment_file(0);
    auto bad = small.content(path);
    const auto size = kFrameHeaderSize + small.chain.blocks()[0].size();
    std::copy_n(bad.begin() + kSegmentHeaderSize, size,
        bad.begin() + static_cast<std::ptrdiff_t>(kSegmentHeaderSize + size));
    small.replace(path, bad);
    const auto error = open_error(small.disk);
    EXPECT_EQ(error.code, LogErrorCode::damaged);
    EXPECT_EQ(error.height, LogHeight{1});
    EXPECT_EQ(error.offset, kSegmentHeaderSize + size);
}
}  // namespace
}  // namespace engine::log
