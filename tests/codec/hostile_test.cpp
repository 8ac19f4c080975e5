// Bytes that somebody else made. Whatever they are: no crash, no exception, and what is accepted
// encodes to the same bytes again.

#include "engine/codec/codec.hpp"
#include "engine/codec/limits.hpp"
#include "tests/codec/bytes_of.hpp"
#include "tests/support/samples.hpp"

#include <gtest/gtest.h>

#include <random>

namespace engine
{
namespace
{
using test::bytes_of;
using test::one_event_of_each_kind;
using test::words_of;

using Word = std::uint64_t;

/// A pointer to a struct that begins so many words behind it.
constexpr Word to_struct(std::int32_t offset, Word data, Word pointers)
{
    return (static_cast<Word>(static_cast<std::uint32_t>(offset)) << 2 & 0xFFFFFFFF) | data << 32 |
           pointers << 48;
}

constexpr Word to_list(std::int32_t offset, Word kind, Word count)
{
    return 1 | (static_cast<Word>(static_cast<std::uint32_t>(offset)) << 2 & 0xFFFFFFFF) |
           kind << 32 | count << 35;
}

std::string why(const Bytes& bytes)
{
    const auto decoded = decode_event(bytes);
    return decoded ? "accepted" : decoded.error().what;
}

std::string why(const std::vector<Word>& words)
{
    return why(bytes_of(words));
}

/// Accepted means canonical.
bool refused_or_same(ByteView bytes)
{
    const auto decoded = decode_event(bytes);
    return !decoded || equal(encode_event(*decoded), bytes);
}

const Event kOpened{EngineAuthor{}, BlockOpened{}};

TEST(HostileBytes, NothingIsNoEvent)
{
    EXPECT_EQ(why(Bytes{}), "event: empty");
}

TEST(HostileBytes, NoTruncatedEventDecodes)
{
    for (const auto& event : one_event_of_each_kind())
    {
        const auto bytes = encode_event(event);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            ASSERT_FALSE(decode_event(ByteView{bytes}.first(size)).has_value()) << size;
    }
}

TEST(HostileBytes, WhateverBecomesOfAByteWhatIsAcceptedIsCanonical)
{
    for (const auto& event : one_event_of_each_kind())
    {
        auto bytes = encode_event(event);
        for (auto& byte : bytes)
        {
            const auto before = byte;
            for (const int mask : {1, 2, 4, 8, 16, 32, 64, 128, 0xFF, 0x55})
            {
                byte = static_cast<std::uint8_t>(before ^ mask);
                ASSERT_TRUE(refused_or_same(bytes));
            }
            byte = before;
        }
    }
}

TEST(HostileBytes, EveryValueOfEveryByteOfTheSmallestEvents)
{
    for (const auto& event : one_event_of_each_kind())
    {
        auto bytes = encode_event(event);
        if (bytes.size() > 120)
            continue;
        for (auto& byte : bytes)
        {
            const auto before = byte;
            for (int value = 0; value < 256; ++value)
            {
                byte = static_cast<std::uint8_t>(value);
                ASSERT_TRUE(refused_or_same(bytes));
            }
            byte = before;
        }
    }
}

TEST(HostileBytes, RandomWordsAreNoEvents)
{
    std::mt19937_64 random{20'240'917};
    for (int i = 0; i < 100'000; ++i)
    {
        std::vector<Word> words(1 + random() % 12);
        for (auto& word : words)
            word = random() >> random() % 64;
        ASSERT_TRUE(refused_or_same(bytes_of(words)));
    }
}

/// Random words below a pointer that leads to an event's struct get further than the ones above.
TEST(HostileBytes, RandomWordsBehindTheRightRootAreNoEvents)
{
    std::mt19937_64 random{20'240'918};
    for (int i = 0; i < 100'000; ++i)
    {
        std::vector<Word> words(4 + random() % 12);
        for (auto& word : words)
            word = random() % 4 == 0
                       ? random()
                       : to_struct(static_cast<int>(random() % 8) - 2, random() % 3, random() % 4);
        words[0] = to_struct(0, 1, 2);
        words[1] = (random() % 5) | (random() % 9) << 16;
        ASSERT_TRUE(refused_or_same(bytes_of(words)));
    }
}

TEST(HostileBytes, TrailingWordsAreRefused)
{
    for (const auto& event : one_event_of_each_kind())
    {
        auto bytes = encode_event(event);
        const auto words = bytes.size() / 8;
        bytes.resize(bytes.size() + 8);
        EXPECT_EQ(why(bytes), "event: not canonical: the event ends before word " +
                                  std::to_string(words) + ", the bytes do not");
        bytes.back() = 1;
        EXPECT_FALSE(decode_event(bytes).has_value());
    }
}

TEST(HostileBytes, HalfAWordIsRefused)
{
    auto bytes = encode_event(kOpened);
    bytes.resize(bytes.size() + 4);
    EXPECT_EQ(why(bytes), "event: 20 bytes, not whole words of 8");
}

TEST(HostileBytes, ASecondFormOfTheSameEventIsRefusedByItsPlace)
{
    // Canonical: the event's struct is one word of data, without pointers.
    ASSERT_EQ(
        words_of(encode_event(kOpened)), (std::vector<Word>{to_struct(0, 1, 0), 0x0002'0001}));

    EXPECT_EQ(why(std::vector<Word>{to_struct(0, 1, 1), 0x0002'0001, 0}),
        "event: not canonical: word 0, in event, is 0x0001000100000000, expected "
        "0x0000000100000000");
    EXPECT_EQ(why(std::vector<Word>{to_struct(0, 2, 0), 0x0002'0001, 0}),
        "event: not canonical: word 0, in event, is 0x0000000200000000, expected "
        "0x0000000100000000");
    EXPECT_EQ(why(std::vector<Word>{to_struct(1, 1, 0), 0, 0x0002'0001}),
        "event: not canonical: word 0, in event, is 0x0000000100000004, expected "
        "0x0000000100000000");
}

TEST(HostileBytes, AMemberThatThisEngineDoesNotKnowIsRefused)
{
    // The event's struct has a second word of data, which a later schema may give a meaning.
    EXPECT_EQ(why(std::vector<Word>{to_struct(0, 2, 0), 0x0002'0001, 77}),
        "event: not canonical: word 0, in event, is 0x0000000200000000, expected "
        "0x0000000100000000");
    // So have the bits of the first word that no member uses.
    EXPECT_EQ(
        why(std::vector<Word>{to_struct(0, 1, 0), 0x0001'0002'0001'0000 >> 16 | Word{1} << 40}),
        "event: not canonical: word 1, in event, is 0x0000010100020001, expected "
        "0x0000000000020001");
}

TEST(HostileBytes, AKindThatThisEngineDoesNotKnowIsRefused)
{
    EXPECT_EQ(why(std::vector<Word>{to_struct(0, 1, 0), 0x0002'0009}),
        "author: none that this engine knows");
    EXPECT_EQ(why(std::vector<Word>{to_struct(0, 1, 0), 0x0063'0001}),
        "body: none that this engine knows");
}

TEST(HostileBytes, ZerosAreNoEvent)
{
    EXPECT_EQ(why(std::vector<Word>{0}), "author: none that this engine knows");
    EXPECT_EQ(why(std::vector<Word>{0, 0, 0, 0}), "author: none that this engine knows");
    EXPECT_EQ(why(std::vector<Word>{to_struct(0, 1, 2), 0x0000'0001, 0, 0}),
        "body: none that this engine knows");
}

TEST(HostileBytes, WhatMustBeThereIsMissed)
{
    EXPECT_EQ(why(std::vector<Word>{to_struct(0, 1, 0), 0x0001'0001}), "genesis: absent");
    EXPECT_EQ(why(std::vector<Word>{to_struct(0, 1, 0), 0x0002'0002}), "command: absent");
    EXPECT_EQ(why(std::vector<Word>{to_struct(0, 1, 0), 0x0002'0003}), "observation: absent");
    EXPECT_EQ(why(std::vector<Word>{to_struct(0, 1, 0), 0x0003'0001}),
        "access.no event that this engine knows");
}

TEST(HostileBytes, PaddingHoldsZerosAlone)
{
    const Event event{EngineAuthor{},
        outbox::Event{outbox::EffectSettled{test::counting_id<EffectId>(1), {1, 2, 3}}}};
    auto bytes = encode_event(event);
    ASSERT_EQ(bytes[bytes.size() - 6], 3);
    bytes.back() = 1;
    EXPECT_EQ(why(bytes),
        "event: not canonical: word 12, in event.body.outbox.effectSettled.evidence, is "
        "0x0100000000030201, expected 0x0000000000030201");
}

TEST(HostileBytes, AnEmptyListThatIsThereIsRefused)
{
    const Event event{
        EngineAuthor{}, outbox::Event{outbox::EffectSettled{test::counting_id<EffectId>(1), {}}}};
    auto words = words_of(encode_event(event));
    ASSERT_EQ(words[5], to_struct(0, 0, 1)) << "the pointer to EffectSettled";
    ASSERT_EQ(words[6], to_list(0, 2, 32)) << "the pointer to its id";
    words[5] = to_struct(0, 0, 2);
    words[6] = to_list(1, 2, 32);
    words.insert(words.begin() + 7, to_list(4, 2, 0));
    EXPECT_EQ(why(words),
        "event: not canonical: word 5, in event.body.outbox.effectSettled, is 0x0002000000000000, "
        "expected 0x0001000000000000");
}

TEST(HostileBytes, IdsHaveTheirSizeExactly)
{
    const auto with_id_of = [](Word bytes) {
        const auto id_words = (bytes + 7) / 8;
        std::vector<Word> words{to_struct(0, 1, 2), 0x0007'0001, 0, to_struct(0, 1, 1), 1,
            to_struct(0, 2, 1), 1, 1, to_list(0, 2, bytes)};
        words.resize(words.size() + id_words, 0);
        return words;
    };
    EXPECT_EQ(why(with_id_of(31)), "probe.id: 31 bytes, expected 32");
    EXPECT_EQ(why(with_id_of(33)), "probe.id: 33 bytes, expected 32");
    EXPECT_EQ(why(with_id_of(0)), "probe.id: 0 bytes, expected 32");
}

TEST(HostileBytes, FarPointersAndCapabilitiesAreRefused)
{
    for (const Word kind : {Word{2}, Word{6}, Word{3}})
    {
        for (const Word segment : {Word{0}, Word{1}, Word{0xFFFFFFFF}})
            EXPECT_FALSE(decode_event(
                bytes_of({kind | segment << 32 | 1 << 3, 0x0002'0001, to_struct(-2, 1, 0)}))
                             .has_value());
    }
}

TEST(HostileBytes, PointersThatLeadOutsideAreRefused)
{
    for (const int offset : {1, 2, 1000, (1 << 29) - 1, -1, -2, -(1 << 29)})
        EXPECT_FALSE(decode_event(bytes_of({to_struct(offset, 1, 2), 0x0002'0001})).has_value());
}

TEST(HostileBytes, ALoopOfPointersIsRefused)
{
    EXPECT_FALSE(decode_event(bytes_of({to_struct(-1, 1, 2), 0, 0})).has_value());
    EXPECT_FALSE(
        decode_event(bytes_of({to_struct(0, 1, 2), 0x0001'0001, 0, to_struct(-2, 1, 2), 0}))
            .has_value());
}

TEST(HostileBytes, TwoPointersToOneThingAreRefused)
{
    auto seen = test::sample_transaction();
    seen.branch = seen.coinbase_branch;
    auto words = words_of(encode_event({EngineAuthor{}, bitcoin::Event{seen}}));
    // Both branches are three hashes: the second pointer is turned to what the first leads to.
    const auto branch = to_list(0, 2, 96) >> 32;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < words.size(); ++i)
    {
        if (words[i] >> 32 == branch && (words[i] & 3) == 1)
            places.push_back(i);
    }
    ASSERT_EQ(places.size(), 2U);
    words[places[1]] = words[places[0]] - ((places[1] - places[0]) << 2);
    EXPECT_NE(
        why(words).find("in event.body.bitcoin.transactionSeen.coinbaseBranch"), std::string::npos)
        << why(words);
}

/// The place of a word that occurs once.
std::size_t place_of(const std::vector<Word>& words, Word word)
{
    EXPECT_EQ(std::count(words.begin(), words.end(), word), 1);
    return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
}

/// A genesis with one source of one word, in a list of two words: tag and source.
std::vector<Word> genesis_with_a_source()
{
    Genesis genesis;
    access::SourceDeclaration source;
    source.id = access::SourceId{0x7777};
    std::get<access::Genesis>(genesis.modules).sources = {source};
    return words_of(encode_event({EngineAuthor{}, genesis}));
}

TEST(HostileBytes, AListOfNothingWithHalfABillionItemsIsRefused)
{
    constexpr Word kMany = (1 << 29) - 1;
    const auto kOverTheLimit =
        "event: Exceeded message traversal limit.  See capnp::ReaderOptions.";
    const auto usual = genesis_with_a_source();
    const auto source = place_of(usual, 0x7777);
    ASSERT_EQ(usual[source - 1], to_struct(1, 1, 0)) << "the tag: one item of one word";
    const auto pointer = place_of(usual, to_list(4, 7, 1));

    auto tagged = usual;
    tagged[source - 1] = to_struct(static_cast<std::int32_t>(kMany), 0, 0);
    EXPECT_EQ(why(tagged), kOverTheLimit);

    auto listed = usual;
    listed[pointer] = to_list(4, 0, kMany);
    EXPECT_EQ(why(listed), kOverTheLimit);
}

TEST(HostileBytes, AnEventOverItsSizeIsRefusedBeforeItIsRead)
{
    Bytes bytes(kMaxTransactionEventBytes + 8);
    EXPECT_EQ(why(bytes), "event: 4194312 bytes, expected at most 4194304");

    bytes = encode_event(kOpened);
    bytes.resize(kMaxEventBytes + 8);
    EXPECT_EQ(why(bytes), "event: 65544 bytes, expected at most 65536");
}
}  // namespace
}  // namespace engine
