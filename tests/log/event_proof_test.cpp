// Proofs that an event stands at its place in a block.

#include "engine/log/event_proof.hpp"
#include "engine/hash/sha256.hpp"

#include <gtest/gtest.h>

namespace engine::log
{
namespace
{
/// A block of so many events, no two alike.
EncodedBlock block_of(std::uint32_t count, std::uint8_t salt = 0)
{
    std::vector<Bytes> events;
    std::vector<EventRecord> records;
    for (std::uint32_t i = 0; i < count; ++i)
        events.emplace_back(8 * (i + 1), static_cast<std::uint8_t>(i + salt));
    for (const auto& event : events)
        records.push_back({event, event_hash(event), {}});
    BlockHeader header;
    header.height = LogHeight{7};
    header.previous.bytes.fill(0x11);
    return encode_block(header, records);
}

template <typename Use>
void with_every_proof(const Use& use)
{
    for (std::uint32_t count = 1; count <= 9; ++count)
    {
        const auto block = block_of(count);
        const auto view = *BlockView::parse(block.bytes);
        for (std::uint32_t index = 0; index < count; ++index)
        {
            SCOPED_TRACE(testing::Message() << "event " << index << " of " << count);
            use(block, prove_event(view, index));
        }
    }
}

TEST(EventProof, OfEveryIndexOfBlocksWithOneToNineEventsHolds)
{
    with_every_proof([](const EncodedBlock& block, const EventProof& proof) {
        const auto header = check_event_proof(proof);
        ASSERT_TRUE(header) << header.error().what;
        EXPECT_EQ(*header, block.header);
        EXPECT_EQ(proof.block_hash, block.hash);
        EXPECT_EQ(
            proof.event, Bytes(8 * (proof.index + 1), static_cast<std::uint8_t>(proof.index)));
    });
}

TEST(EventProof, OfTheLastOfThreeHasOneSiblingForItIsPromotedAndNotDoubled)
{
    const auto block = block_of(3);
    const auto view = *BlockView::parse(block.bytes);
    const auto leaf = [&](std::uint32_t i) { return Hash256{event_hash(view.event(i)).bytes}; };
    const auto left = sha256_pair(leaf(0), leaf(1));
    EXPECT_EQ(prove_event(view, 2).branch, std::vector{left});
    EXPECT_EQ(block.header.events_root, sha256_pair(left, leaf(2)));
}

TEST(EventProof, WithAChangedByteOfTheEventIsRefused)
{
    with_every_proof([](const EncodedBlock&, EventProof proof) {
        for (auto& byte : proof.event)
        {
            byte ^= 1;
            EXPECT_FALSE(check_event_proof(proof));
            byte ^= 1;
        }
        proof.event.push_back(0);
        EXPECT_FALSE(check_event_proof(proof));
    });
}

TEST(EventProof, WithAChangedBranchIsRefused)
{
    with_every_proof([](const EncodedBlock&, EventProof proof) {
        for (auto& sibling : proof.branch)
        {
            for (auto& byte : sibling.bytes)
            {
                byte ^= 0x80;
                EXPECT_FALSE(check_event_proof(proof));
                byte ^= 0x80;
            }
        }
        auto longer = proof;
        longer.branch.push_back(Hash256{event_hash(proof.event).bytes});
        EXPECT_FALSE(check_event_proof(longer));
        if (proof.branch.empty())
            return;
        proof.branch.pop_back();
        EXPECT_FALSE(check_event_proof(proof));
    });
}

TEST(EventProof, WithAChangedByteOfTheHeaderIsRefused)
{
    with_every_proof([](const EncodedBlock&, EventProof proof) {
        for (auto& byte : proof.header)
        {
            byte ^= 1;
            EXPECT_FALSE(check_event_proof(proof));
            byte ^= 1;
        }
    });
}

TEST(EventProof, WithAHeaderOfAnotherBlockIsRefusedEvenWithThatBlocksHash)
{
    with_every_proof([](const EncodedBlock&, EventProof proof) {
        const auto other = block_of(proof.event_count, 0x40);
        proof.header = encode_header(other.header);
        proof.block_hash = other.hash;
        EXPECT_FALSE(check_event_proof(proof));
    });
}

TEST(EventProof, WithAnotherIndexCountHeightOrBlockHashIsRefused)
{
    with_every_proof([](const EncodedBlock&, const EventProof& proof) {
        for (std::uint32_t index = 0; index <= proof.event_count; ++index)
        {
            auto moved = proof;
            moved.index = index;
            EXPECT_EQ(check_event_proof(moved).has_value(), index == proof.index) << index;
        }
        for (std::uint32_t count = 0; count <= 10; ++count)
        {
            auto counted = proof;
            counted.event_count = count;
            EXPECT_EQ(check_event_proof(counted).has_value(), count == proof.event_count) << count;
        }
        auto higher = proof;
        ++higher.height.value;
        EXPECT_FALSE(check_event_proof(higher));
        auto elsewhere = proof;
        elsewhere.block_hash.bytes[31] ^= 1;
        EXPECT_FALSE(check_event_proof(elsewhere));
    });
}
}  // namespace
}  // namespace engine::log
