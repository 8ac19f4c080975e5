#include "engine/store/proof_check.hpp"

#include "engine/hash/sha256.hpp"
#include "engine/store/proof_json.hpp"
#include "engine/store/rooter.hpp"
#include "tests/store/world.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine
{
namespace
{
using namespace test;

/// A state with its tree, and the proofs that come from it.
struct Prover
{
    LiveState state{kTables};
    Rooter rooter;
    StateRoot root;

    explicit Prover(int rows)
    {
        Writer writer{state};
        for (int i = 0; i < rows; ++i)
            writer.put(kCoins, "key " + std::to_string(i), "row " + std::to_string(i));
        state.apply(writer.changes());
        auto set = state.freeze(LogHeight{1});
        root = rooter.take(set);
    }

    Proof prove(TableId table, ByteView key)
    {
        auto proof = rooter.tree().path_of(key_hash_of(table.value, key));
        proof.table = table.value;
        proof.key.assign(key.begin(), key.end());
        if (const auto row = state.get(table, key))
            proof.row.assign(row->begin(), row->end());
        return proof;
    }
    Proof prove(std::string_view key) { return prove(kCoins, bytes(key)); }
};

/// An absence that ends at another row's leaf, and one that ends at an empty subtree.
Proof absence_by(Prover& prover, ProofEnd end)
{
    for (int i = 0;; ++i)
    {
        const auto proof = prover.prove("absent " + std::to_string(i));
        if (proof.end == end)
            return proof;
    }
}

TEST(Proof, OfEveryRowOfSmallStatesHolds)
{
    for (int rows = 0; rows < 40; ++rows)
    {
        Prover prover{rows};
        for (int i = 0; i < rows + 5; ++i)
        {
            const auto proof = prover.prove("key " + std::to_string(i));
            EXPECT_EQ(proof.end == ProofEnd::row, i < rows);
            EXPECT_TRUE(proves(proof, prover.root)) << i << " of " << rows;
        }
    }
}

TEST(Proof, InAnEmptyStateEverythingIsAbsent)
{
    Prover prover{0};
    const auto proof = prover.prove("a");
    EXPECT_EQ(proof.end, ProofEnd::empty);
    EXPECT_TRUE(proof.siblings.empty());
    EXPECT_TRUE(proves(proof, StateRoot{}));
}

TEST(Proof, OfARowDoesNotHoldForAnotherRowKeyOrTable)
{
    Prover prover{20};
    const auto proof = prover.prove("key 3");
    ASSERT_TRUE(proves(proof, prover.root));

    auto other = proof;
    other.row.push_back(0);
    EXPECT_FALSE(proves(other, prover.root));
    other = proof;
    other.key.back() = '4';
    EXPECT_FALSE(proves(other, prover.root));
    other = proof;
    other.table = kDue.value;
    EXPECT_FALSE(proves(other, prover.root));
}

TEST(Proof, OfAbsenceCantBeMadeForARowThatIsThere)
{
    Prover prover{20};
    auto proof = prover.prove("key 3");
    proof.other_key_hash = key_hash_of(kCoins.value, bytes("key 3"));
    proof.other_row_hash = row_hash_of(kCoins.value, bytes("row 3"));
    proof.end = ProofEnd::other;
    EXPECT_FALSE(root_of(proof).has_value());
    proof.end = ProofEnd::empty;
    EXPECT_FALSE(proves(proof, prover.root));
}

TEST(Proof, OfAbsenceNeedsALeafOnTheKeysOwnPath)
{
    Prover prover{200};
    const auto absent = absence_by(prover, ProofEnd::other);
    ASSERT_TRUE(proves(absent, prover.root));

    // The path of that leaf, claimed for a key that would not have come by.
    for (int i = 0; i < 50; ++i)
    {
        auto moved = absent;
        moved.key = Bytes(3, static_cast<std::uint8_t>(i));
        const auto own = key_hash_of(moved.table, moved.key);
        bool on_path = true;
        for (std::size_t bit = 0; bit < absent.siblings.size(); ++bit)
            on_path = on_path && bit_of(own, bit) == bit_of(absent.other_key_hash, bit);
        EXPECT_EQ(root_of(moved).has_value(), on_path);
    }
}

TEST(Proof, LowestNodeWithAnEmptySideIsRefused)
{
    Prover prover{1};
    auto proof = prover.prove("key 0");
    ASSERT_TRUE(proves(proof, prover.root));
    proof.siblings.push_back({});
    EXPECT_FALSE(root_of(proof).has_value());
}

TEST(Proof, DeeperThanAKeyHashIsRefused)
{
    Proof proof;
    proof.siblings.assign(257, sha256({}));
    EXPECT_FALSE(root_of(proof).has_value());
    EXPECT_FALSE(decode_proof(encode_proof(proof)).has_value());
}

void expect_every_changed_byte_is_refused(const Proof& proof, const StateRoot& root)
{
    const auto encoded = encode_proof(proof);
    ASSERT_EQ(decode_proof(encoded), proof);
    ASSERT_TRUE(proves(proof, root));
    for (std::size_t i = 0; i < encoded.size(); ++i)
    {
        for (int bit = 0; bit < 8; ++bit)
        {
            auto changed = encoded;
            changed[i] = static_cast<std::uint8_t>(changed[i] ^ 1 << bit);
            const auto read = decode_proof(changed);
            EXPECT_FALSE(read && proves(*read, root)) << "byte " << i << " bit " << bit;
        }
    }
    for (std::size_t size = 0; size < encoded.size(); ++size)
        EXPECT_FALSE(decode_proof(ByteView{encoded}.first(size)).has_value()) << size;
    auto longer = encoded;
    longer.push_back(0);
    EXPECT_FALSE(decode_proof(longer).has_value());
}

TEST(Proof, EveryChangedBitOfAnInclusionIsRefused)
{
    Prover prover{100};
    expect_every_changed_byte_is_refused(prover.prove("key 42"), prover.root);
}

TEST(Proof, EveryChangedBitOfAnAbsenceByAnotherLeafIsRefusedButThoseOfTheKeyBelowIt)
{
    // A changed key may be absent for the same reason: what stands there is shown, and it differs.
    Prover prover{100};
    const auto proof = absence_by(prover, ProofEnd::other);
    const auto encoded = encode_proof(proof);
    const std::size_t key_begin = 1 + 2 + 4;
    const auto key_end = key_begin + proof.key.size();
    for (std::size_t i = 0; i < encoded.size(); ++i)
    {
        auto changed = encoded;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ 1);
        const auto read = decode_proof(changed);
        const bool holds = read && proves(*read, prover.root);
        const bool is_the_key = i == 1 || i == 2 || (i >= key_begin && i < key_end);
        EXPECT_TRUE(!holds || (is_the_key && !prover.state.get(TableId{read->table}, read->key)))
            << i;
    }
}

TEST(Proof, EveryChangedBitOfAnAbsenceByAnEmptyPlaceIsRefusedOrStillTrue)
{
    Prover prover{100};
    const auto proof = absence_by(prover, ProofEnd::empty);
    ASSERT_TRUE(proves(proof, prover.root));
    const auto encoded = encode_proof(proof);
    for (std::size_t i = 0; i < encoded.size(); ++i)
    {
        auto changed = encoded;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ 1);
        const auto read = decode_proof(changed);
        EXPECT_TRUE(!read || !proves(*read, prover.root) ||
                    !prover.state.get(TableId{read->table}, read->key))
            << i;
    }
}

RC_GTEST_PROP(Proof, IsReadBackFromItsBytes, ())
{
    Prover prover{*rc::gen::inRange(0, 60)};
    const auto key = "key " + std::to_string(*rc::gen::inRange(0, 80));
    const auto proof = prover.prove(key);
    RC_ASSERT(decode_proof(encode_proof(proof)) == proof);
    RC_ASSERT(proves(proof, prover.root));
}

RC_GTEST_PROP(Proof, NoBytesCrashTheReader, (const Bytes& bytes))
{
    Bytes input{1};
    append(input, bytes);
    const auto proof = decode_proof(input);
    if (proof)
        RC_ASSERT(encode_proof(*proof) == input);
}

TEST(ProofJson, ShowsEveryPart)
{
    Proof proof;
    proof.table = 257;
    proof.key = {0xab};
    proof.end = ProofEnd::row;
    proof.row = {0x01, 0x02};
    proof.siblings = {Hash256{}, sha256({})};
    const auto json = to_json(proof);
    EXPECT_EQ(
        json.find(R"({"table":257,"key":"ab","end":"row","row":"0102","siblings":["",")"), 0U);
    EXPECT_NE(json.find(R"("root":")"), std::string::npos);
    proof.siblings.pop_back();
    EXPECT_NE(to_json(proof).find(R"("root":null)"), std::string::npos);
}
}  // namespace
}  // namespace engine
