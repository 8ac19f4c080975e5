// Every allocation of the codec fails once: std::bad_alloc comes out and nothing else, never an
// answer that is not true, and the same encoder or decoder does the same work rightly afterwards.

#include "engine/codec/codec.hpp"
#include "engine/codec/json.hpp"
#include "tests/allocations/every_allocation.hpp"
#include "tests/support/samples.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <iostream>

namespace engine::test
{
namespace
{
/// One of each kind, and each kind of payload so large that no buffer has room for it.
std::vector<Event> events()
{
    auto events = one_event_of_each_kind();
    auto transaction = sample_transaction();
    transaction.transaction = counting_bytes(1, 20'000);
    transaction.branch.resize(12);
    events.push_back({sample_bitcoin_origin(), bitcoin::Event{std::move(transaction)}});
    events.push_back({EngineAuthor{}, outbox::Event{outbox::EffectTaken{counting_id<EffectId>(1), 1,
                                          counting_bytes(2, 30'000)}}});
    return events;
}

/// Asks for an answer with each of its allocations failing, one after another: it is the right one
/// or none, and the right one when it is asked for again.
template <typename Ask, typename Answer>
std::uint64_t right_or_none(Ask&& ask, const Answer& right)
{
    bool is_right = false;
    return fail_each_allocation(
        [&] {
            is_right = false;
            const auto answer = ask();
            const NoFailedAllocation compared;
            is_right = answer == right;
        },
        [&](Ended ended) {
            EXPECT_TRUE(is_right || ended == Ended::no_memory);
            EXPECT_TRUE(ask() == right);
        });
}

Bytes copy(ByteView bytes)
{
    const NoFailedAllocation copied;
    return {bytes.begin(), bytes.end()};
}

/// Nothing where there is none: an event must never be taken for something else.
std::optional<Event> value_of(Result<Event, Invalid> decoded)
{
    return decoded ? std::optional{*std::move(decoded)} : std::nullopt;
}

TEST(CodecWithoutMemory, AnEncoderWritesTheRightBytesOrNone)
{
    std::uint64_t failed = 0;
    for (const auto& event : events())
    {
        SCOPED_TRACE(kind_name(event.body));
        const auto right = encode_event(event);
        EventEncoder encoder;
        failed += right_or_none([&] { return copy(encoder.encode(event)); }, right);
        failed += right_or_none([&] { return encode_event(event); }, right);
        failed += right_or_none([&] { return signing_bytes(event); }, signing_bytes(event));
    }
    EXPECT_GT(failed, 50U);
    std::cout << failed << " allocations failed\n";
}

TEST(CodecWithoutMemory, ADecoderReadsTheRightEventOrNone)
{
    std::uint64_t failed = 0;
    for (const auto& event : events())
    {
        SCOPED_TRACE(kind_name(event.body));
        Bytes shifted{0};
        append(shifted, encode_event(event));
        const auto bytes = ByteView{shifted}.subspan(1);  // Has to be copied to a word.
        const std::optional right{event};
        EventDecoder decoder;
        failed += right_or_none([&] { return value_of(decoder.decode(bytes)); }, right);
        failed += right_or_none([&] { return value_of(decoder.decode_vouched(bytes)); }, right);
        failed += right_or_none([&] { return value_of(decode_event(bytes)); }, right);
    }
    EXPECT_GT(failed, 50U);
    std::cout << failed << " allocations failed\n";
}

/// What is no event has the same reason, or none, and is never let in.
TEST(CodecWithoutMemory, WhatIsNoEventIsNeverTakenForOne)
{
    std::uint64_t failed = 0;
    for (const auto& event : events())
    {
        SCOPED_TRACE(kind_name(event.body));
        auto bytes = encode_event(event);
        bytes.resize(bytes.size() + 8);  // A word that nothing points to.
        const auto why = [&] {
            const auto decoded = decode_event(bytes);
            return decoded ? std::string{} : decoded.error().what;
        };
        const auto reason = why();
        ASSERT_NE(reason, "");
        failed += right_or_none(why, reason);
    }
    EXPECT_GT(failed, 50U);
    std::cout << failed << " allocations failed\n";
}

TEST(CodecWithoutMemory, JsonIsRightOrThereIsNone)
{
    std::uint64_t failed = 0;
    for (const auto& event : one_event_of_each_kind())
    {
        SCOPED_TRACE(kind_name(event.body));
        const auto text = [&] { return boost::json::serialize(to_json(event)); };
        const auto right = text();
        failed += right_or_none(text, right);
        failed += right_or_none(
            [&]() -> std::optional<Event> {
                const auto json = parse_json(right);
                return json ? value_of(event_from_json(*json)) : std::nullopt;
            },
            std::optional{event});
    }
    EXPECT_GT(failed, 1'000U);
    std::cout << failed << " allocations failed\n";
}
}  // namespace
}  // namespace engine::test
