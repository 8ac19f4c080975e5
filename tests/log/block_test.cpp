#include "engine/log/block.hpp"
#include "engine/base/hex.hpp"
#include "engine/hash/sha256.hpp"
#include "engine/log/little_endian.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace engine::log
{
namespace
{
template <typename Id>
Id filled(std::uint8_t byte)
{
    Id id;
    id.bytes.fill(byte);
    return id;
}

Seal some_seal()
{
    return {
        LogHeight{3}, filled<LogBlockHash>(0x31), filled<StateRoot>(0x32), filled<Signature>(0x33)};
}

BlockHeader some_header()
{
    BlockHeader header;
    header.rules_version = RulesVersion{2};
    header.height = LogHeight{7};
    header.previous = filled<LogBlockHash>(0x11);
    header.time = LogTime{1'800'000'000'123};
    header.rooted = true;
    header.known_root = KnownRoot{LogHeight{5}, filled<StateRoot>(0x22)};
    return header;
}

EncodedBlock some_block(const std::optional<Seal>& seal = some_seal())
{
    const Bytes first{1, 2, 3, 4, 5, 6, 7, 8};
    const Bytes second{9, 10, 11};
    const std::vector<EventRecord> events{
        {first, event_hash(first), {0, 2}}, {second, event_hash(second), {0x0301, 0}}};
    return encode_block(some_header(), events, seal);
}

// ---------------------------------------------------------------------------------------------
// The form, byte by byte

TEST(Block, IsWrittenAsItsGrammarSays)
{
    const auto block = some_block();
    const auto hex = to_hex(block.bytes);
    std::string expected;
    expected +=
        "01000000"
        "02000000"
        "0700000000000000";  // format, rules, height
    for (int i = 0; i < 32; ++i)
        expected += "11";
    expected += to_hex(block.header.events_root.bytes) + to_hex(block.header.results_root.bytes);
    expected +=
        "7b505c18a3010000"
        "01000000"
        "02000000"
        "0500000000000000";
    for (int i = 0; i < 32; ++i)
        expected += "22";
    expected += to_hex(block.header.carried_seal->bytes);
    expected +=
        "08000000"
        "0000"
        "02000000";  // results
    expected +=
        "03000000"
        "0103"
        "00000000";
    expected += "00000000";  // to a multiple of 8
    expected +=
        "0102030405060708"
        "090a0b0000000000";
    expected += "0300000000000000";
    for (int i = 0; i < 64; ++i)
        expected += i < 32 ? "31" : "32";
    for (int i = 0; i < 64; ++i)
        expected += "33";
    EXPECT_EQ(hex, expected);
    EXPECT_EQ(block.bytes.size(), 200U + 24 + 16 + 136);
}

TEST(Block, HashesAreTheOnesItsGrammarNames)
{
    const auto block = some_block();
    EXPECT_EQ(
        block.hash.bytes, tagged_hash("refold/block", ByteView{block.bytes}.first(200)).bytes);

    const Bytes leaf{0, 9, 10, 11};
    EXPECT_EQ(event_hash(Bytes{9, 10, 11}).bytes, sha256(leaf).bytes);
    EXPECT_EQ(result_hash({0x0301, 0x05060708}).bytes,
        sha256(Bytes{1, 0x01, 0x03, 0x08, 0x07, 0x06, 0x05}).bytes);

    const Bytes first{1, 2, 3, 4, 5, 6, 7, 8};
    const Hash256 left{event_hash(first).bytes};
    const Hash256 right{event_hash(Bytes{9, 10, 11}).bytes};
    EXPECT_EQ(block.header.events_root, sha256_pair(left, right));
    EXPECT_EQ(
        block.header.results_root, sha256_pair(result_hash({0, 2}), result_hash({0x0301, 0})));

    const auto seal = encode_seal(some_seal());
    EXPECT_EQ(
        block.header.carried_seal->bytes, tagged_hash("refold/carried-seal", ByteView{seal}).bytes);
    const Bytes height{3, 0, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(seal_message(filled<GenesisId>(9), some_seal()),
        tagged_hash(
            "refold/seal", filled<GenesisId>(9), height, some_seal().block_hash, some_seal().root));
}

TEST(Block, IsReadBackAsItWasWritten)
{
    for (const auto& seal : {std::optional<Seal>{}, std::optional{some_seal()}})
    {
        const auto block = some_block(seal);
        const auto view = BlockView::parse(block.bytes);
        ASSERT_TRUE(view) << view.error().what;
        EXPECT_EQ(view->header(), block.header);
        EXPECT_EQ(view->hash(), block.hash);
        EXPECT_EQ(block_hash(view->header()), block.hash);
        EXPECT_TRUE(equal(view->event(0), Bytes{1, 2, 3, 4, 5, 6, 7, 8}));
        EXPECT_TRUE(equal(view->event(1), Bytes{9, 10, 11}));
        EXPECT_EQ(view->result(1), (EventResult{0x0301, 0}));
        EXPECT_EQ(view->seal(), seal);
        EXPECT_TRUE(check_block(*view));
    }
}

RC_GTEST_PROP(Block, AnyEventsComeBack, (const std::vector<Bytes>& generated, bool sealed))
{
    std::vector<Bytes> events{{1}};
    for (const auto& event : generated)
        events.push_back(event.empty() ? Bytes{7} : event);
    std::vector<EventRecord> records;
    for (std::uint32_t i = 0; i < events.size(); ++i)
        records.push_back({events[i], event_hash(events[i]), {static_cast<std::uint16_t>(i), i}});
    const auto block =
        encode_block(some_header(), records, sealed ? std::optional{some_seal()} : std::nullopt);

    const auto view = BlockView::parse(block.bytes);
    RC_ASSERT(view.has_value());
    RC_ASSERT(check_block(*view).has_value());
    RC_ASSERT(view->event_count() == events.size());
    for (std::uint32_t i = 0; i < events.size(); ++i)
    {
        RC_ASSERT(equal(view->event(i), events[i]));
        RC_ASSERT(view->result(i) == records[i].result);
        RC_ASSERT((view->event(i).data() - view->bytes().data()) % 8 == 0);
    }
}

// ---------------------------------------------------------------------------------------------
// One form only

/// Each bit of a block decides something: with any one changed it is no block, or its hash or its
/// contents are not those that its header names.
TEST(Block, EveryBitCounts)
{
    const auto block = some_block();
    for (std::size_t bit = 0; bit < block.bytes.size() * 8; ++bit)
    {
        auto bytes = block.bytes;
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        const auto view = BlockView::parse(bytes);
        if (!view || !check_block(*view))
            continue;
        ASSERT_LT(bit / 8, kBlockHeaderSize) << "bit " << bit;
        ASSERT_NE(view->hash(), block.hash) << "bit " << bit;
        ASSERT_EQ(to_hex(encode_header(view->header())), to_hex(ByteView{bytes}.first(200)));
    }
}

TEST(Block, EveryOtherLengthIsRefused)
{
    const auto block = some_block();
    for (std::size_t size = 0; size < block.bytes.size(); ++size)
        ASSERT_FALSE(BlockView::parse(ByteView{block.bytes}.first(size))) << size;
    for (std::size_t more = 1; more <= 16; ++more)
    {
        auto bytes = block.bytes;
        bytes.resize(bytes.size() + more);
        ASSERT_FALSE(BlockView::parse(bytes)) << more;
    }
}

struct WrongField
{
    const char* name;
    std::size_t offset;
    Bytes bytes;
    const char* what;
};

class BlockForm : public ::testing::TestWithParam<WrongField>
{};

TEST_P(BlockForm, IsRefused)
{
    auto bytes = some_block().bytes;
    std::copy(GetParam().bytes.begin(), GetParam().bytes.end(),
        bytes.begin() + static_cast<std::ptrdiff_t>(GetParam().offset));
    const auto view = BlockView::parse(bytes);
    ASSERT_FALSE(view);
    EXPECT_EQ(view.error().what, GetParam().what);
}

const Bytes kAllOnes(8, 0xff);

INSTANTIATE_TEST_SUITE_P(Field, BlockForm,
    ::testing::Values(  //
        WrongField{"Format0", 0, {0}, "block format 0, and this version knows format 1"},
        WrongField{"Format2", 0, {2}, "block format 2, and this version knows format 1"},
        WrongField{"Rules0", 4, {0}, "rules version 0"},  //
        WrongField{"Height0WithPrevious", 8, {0}, "the first block has a block before it"},
        WrongField{"Flag1", 120, {2}, "unknown flags"},                            //
        WrongField{"Flag31", 123, {0x80}, "unknown flags"},                        //
        WrongField{"NoEvents", 124, {0}, "a block without events"},                //
        WrongField{"RootOfNoHeight", 128, kAllOnes, "a state root of no height"},  //
        WrongField{
            "RootOfItself", 128, {7}, "knows the state root of a height that is not before it"},  //
        WrongField{"EmptyEvent", 200, {0}, "an empty event"},                                     //
        WrongField{"LongEvent", 200, {0xff, 0xff, 0xff, 0xff}, "ends within an event"},           //
        WrongField{"GapAfterResults", 223, {1}, "non-zero bytes after the results"},              //
        WrongField{"GapAfterEvent", 235, {1}, "non-zero bytes after an event"},                   //
        WrongField{"GapAtEnd", 239, {1}, "non-zero bytes after an event"}),
    [](const auto& row) { return row.param.name; });

TEST(Block, ManyEventsThatAreNotThereAreRefused)
{
    auto bytes = some_block().bytes;
    for (const std::uint32_t count : {3U, 1000U, 0xffffffffU})
    {
        FieldWriter{std::span{bytes}.subspan(124)}.number(count);
        EXPECT_FALSE(BlockView::parse(bytes)) << count;
    }
}

TEST(Block, ASealThatIsNotTheNamedOneIsFound)
{
    auto bytes = some_block().bytes;
    bytes.back() ^= 1;
    const auto view = BlockView::parse(bytes);
    ASSERT_TRUE(view);
    EXPECT_EQ(check_block(*view).error().what, "the seal is not the one that the header names");
}

TEST(Block, ASealOfALaterBlockIsFound)
{
    auto seal = some_seal();
    seal.height = LogHeight{7};
    const auto block = some_block(seal);
    const auto view = BlockView::parse(block.bytes);
    ASSERT_TRUE(view);
    EXPECT_EQ(check_block(*view).error().what, "carries the seal of a block that is not before it");
}

TEST(Seal, IsReadBackAsItWasWritten)
{
    EXPECT_EQ(decode_seal(encode_seal(some_seal())), some_seal());
    EXPECT_FALSE(decode_seal(Bytes(135)));
    EXPECT_FALSE(decode_seal(Bytes(137)));
}

// ---------------------------------------------------------------------------------------------
// What may follow what

struct Follows
{
    const char* name;
    void (*change)(BlockHeader&);
    const char* what;
};

class BlockAfter : public ::testing::TestWithParam<Follows>
{};

TEST_P(BlockAfter, IsJudged)
{
    const HashedHeader before{some_header(), block_hash(some_header())};
    auto header = some_header();
    header.height = LogHeight{8};
    header.previous = before.hash;
    GetParam().change(header);
    const auto follows = check_follows(before, header);
    EXPECT_EQ(follows ? "" : follows.error().what, GetParam().what);
}

INSTANTIATE_TEST_SUITE_P(Header, BlockAfter,
    ::testing::Values(                             //
        Follows{"AsIs", [](BlockHeader&) {}, ""},  //
        Follows{"AtTheSameTime", [](BlockHeader& h) { h.time = some_header().time; }, ""},
        Follows{"Earlier", [](BlockHeader& h) { --h.time.value; },
            "the block's log time is before that of the block before it"},  //
        Follows{"TooHigh", [](BlockHeader& h) { h.height.value = 9; },
            "the block of height 9 where 8 comes next"},  //
        Follows{"AfterAnother", [](BlockHeader& h) { h.previous.bytes[31] ^= 1; },
            "the block names another one as the one before it"},  //
        Follows{"KnowsALaterRoot", [](BlockHeader& h) { h.known_root->height.value = 6; }, ""},
        Follows{"KnowsAnOlderRoot", [](BlockHeader& h) { h.known_root->height.value = 4; },
            "the block knows an older state root than the block before it"},  //
        Follows{"KnowsNoRoot", [](BlockHeader& h) { h.known_root.reset(); },
            "the block knows an older state root than the block before it"},  //
        Follows{"KnowsAnotherRoot", [](BlockHeader& h) { h.known_root->root.bytes[0] ^= 1; },
            "the block knows another state root of the same height"}),
    [](const auto& row) { return row.param.name; });
}  // namespace
}  // namespace engine::log
