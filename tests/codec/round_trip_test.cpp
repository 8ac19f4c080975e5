#include "engine/codec/codec.hpp"
#include "schema/event.capnp.h"
#include "tests/codec/bytes_of.hpp"
#include "tests/support/arbitrary_event.hpp"
#include "tests/support/samples.hpp"

#include <capnp/message.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine
{
namespace
{
using test::one_event_of_each_kind;

TEST(Codec, EveryKindComesBackAsItWas)
{
    for (const auto& event : one_event_of_each_kind())
    {
        const auto decoded = decode_event(encode_event(event));
        ASSERT_TRUE(decoded.has_value()) << decoded.error().what;
        EXPECT_EQ(*decoded, event);
    }
}

RC_GTEST_PROP(Codec, AnyEventComesBackAsItWas, (const Event& event))
{
    const auto decoded = decode_event(encode_event(event));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == event);
}

/// Ours is the canonical form of Cap'n Proto itself, not one of our own.
RC_GTEST_PROP(Codec, WhatIsWrittenIsCanonicalCapnProto, (const Event& event))
{
    const auto words = test::words_of(encode_event(event));
    const kj::ArrayPtr<const capnp::word> segment{
        reinterpret_cast<const capnp::word*>(words.data()), words.size()};
    capnp::SegmentArrayMessageReader reader{kj::arrayPtr(&segment, 1)};
    RC_ASSERT(reader.isCanonical());

    const auto theirs = capnp::canonicalize(reader.getRoot<wire::Event>());
    RC_ASSERT(words == test::words_of({theirs.asBytes().begin(), theirs.asBytes().size()}));
}

RC_GTEST_PROP(Codec, DifferentEventsHaveDifferentBytes, (const Event& a, const Event& b))
{
    RC_ASSERT((a == b) == (encode_event(a) == encode_event(b)));
}

TEST(Codec, BytesNeedNotBeginAtAWord)
{
    for (const auto& event : one_event_of_each_kind())
    {
        Bytes shifted{0};
        append(shifted, encode_event(event));
        const auto decoded = decode_event(ByteView{shifted}.subspan(1));
        ASSERT_TRUE(decoded.has_value()) << decoded.error().what;
        EXPECT_EQ(*decoded, event);
    }
}

TEST(Codec, AnEncoderThatWasUsedWritesTheSame)
{
    EventEncoder encoder;
    EventDecoder decoder;
    for (int round = 0; round < 2; ++round)
    {
        for (const auto& event : one_event_of_each_kind())
        {
            const auto bytes = encoder.encode(event);
            EXPECT_TRUE(equal(bytes, encode_event(event)));
            EXPECT_EQ(*decoder.decode(bytes), event);
        }
    }
}

TEST(Codec, SigningBytesAreTheEventWithoutItsSignature)
{
    Event event{test::sample_command(), peg::Event{peg::RecipientRemoved{}}};
    const auto signed_bytes = signing_bytes(event);
    EXPECT_NE(signed_bytes, encode_event(event));

    std::get<Authorization>(event.author).signature = {};
    EXPECT_EQ(signed_bytes, encode_event(event));
    EXPECT_EQ(signed_bytes, signing_bytes(event));
}

TEST(Codec, SigningBytesOfASourceLeaveOutItsSignatureAlone)
{
    Event event{test::sample_origin(), probe::Event{probe::Probed{}}};
    const auto signed_bytes = signing_bytes(event);
    std::get<Origin>(event.author).signature = {};
    EXPECT_EQ(signed_bytes, encode_event(event));

    std::get<Origin>(event.author).key = {};
    EXPECT_NE(signed_bytes, encode_event(event));
}

TEST(Codec, TheLargestTransactionOfABlockFits)
{
    auto seen = test::sample_transaction();
    seen.coinbase = Bytes(400, 0xAB);
    seen.transaction = Bytes(4'000'000 - 400, 0xCD);
    const Event event{test::sample_bitcoin_origin(), bitcoin::Event{seen}};
    const auto decoded = decode_event(encode_event(event));
    ASSERT_TRUE(decoded.has_value()) << decoded.error().what;
    EXPECT_EQ(*decoded, event);

    seen.transaction.push_back(0);
    const auto refused = decode_event(encode_event({test::sample_bitcoin_origin(), seen}));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().what,
        "bitcoin.transaction and coinbase: 4000001 bytes, expected at most 4000000");
}
}  // namespace
}  // namespace engine
