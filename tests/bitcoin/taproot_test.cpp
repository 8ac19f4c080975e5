#include "engine/bitcoin/taproot.hpp"

#include "engine/bitcoin/address.hpp"
#include "engine/bitcoin/script.hpp"
#include "engine/bitcoin/script_type.hpp"
#include "engine/bitcoin/taproot_sighash.hpp"
#include "engine/crypto/ecdsa.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/hash/hash160.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <functional>

namespace engine::btc
{
namespace
{
constexpr const char* kVectors = "bip341/wallet-test-vectors.json";

Hash256 hash_of(const boost::json::value& value)
{
    return *fixed_from_hex<Hash256>(text(value));
}

struct Leaf
{
    Bytes script;
    std::uint8_t version = kTapscript;
    std::vector<Hash256> path;
};

/// Reads a script tree of the vectors: a leaf, or a list of two trees. Returns its root and adds
/// its leaves with their paths, in the order of the vectors.
Hash256 read_tree(const boost::json::value& tree, std::vector<Leaf>& leaves)
{
    if (tree.is_object())
    {
        Leaf leaf;
        leaf.script = hex(tree.at("script"));
        leaf.version = static_cast<std::uint8_t>(tree.at("leafVersion").as_int64());
        leaves.push_back(leaf);
        return tap_leaf(leaf.script, leaf.version);
    }
    const auto first = leaves.size();
    const auto left = read_tree(tree.at(0), leaves);
    const auto middle = leaves.size();
    const auto right = read_tree(tree.at(1), leaves);
    for (auto i = first; i < leaves.size(); ++i)
        leaves[i].path.push_back(i < middle ? right : left);
    return tap_branch(left, right);
}

TEST(Taproot, OutputsAreThoseOfBip341)
{
    const auto vectors = read_json_vector(kVectors);
    SKIP_WITHOUT(vectors, kVectors);

    for (const auto& row : vectors->at("scriptPubKey").as_array())
    {
        const auto internal =
            *fixed_from_hex<PublicKey>(text(row.at("given").at("internalPubkey")));
        const auto& tree = row.at("given").at("scriptTree");
        std::vector<Leaf> leaves;
        const auto root = tree.is_null() ? std::nullopt : std::optional{read_tree(tree, leaves)};

        const auto& between = row.at("intermediary");
        for (std::size_t i = 0; i < leaves.size(); ++i)
            EXPECT_EQ(tap_leaf(leaves[i].script, leaves[i].version),
                hash_of(between.at("leafHashes").at(i)));
        if (root)
        {
            EXPECT_EQ(*root, hash_of(between.at("merkleRoot")));
        }
        EXPECT_EQ(tap_tweak(internal, root), hash_of(between.at("tweak")));

        const auto output = taproot_output_key(internal, root);
        ASSERT_TRUE(output);
        EXPECT_EQ(to_hex(output->key.bytes), text(between.at("tweakedPubkey")));
        const auto script = pay_to_taproot(output->key);
        EXPECT_EQ(script, hex(row.at("expected").at("scriptPubKey")));
        EXPECT_EQ(
            encode_address(script, Network::mainnet), text(row.at("expected").at("bip350Address")));

        for (std::size_t i = 0; i < leaves.size(); ++i)
        {
            const auto expected = hex(row.at("expected").at("scriptPathControlBlocks").at(i));
            const ControlBlock block{leaves[i].version, output->odd, internal, leaves[i].path};
            EXPECT_EQ(encode(block), expected);
            EXPECT_EQ(decode_control_block(expected), block);
            EXPECT_TRUE(commits_to(output->key, leaves[i].script, block));

            auto other = block;
            other.odd = !other.odd;
            EXPECT_FALSE(commits_to(output->key, leaves[i].script, other));
            auto changed = leaves[i].script;
            changed.push_back(0x51);
            EXPECT_FALSE(commits_to(output->key, changed, block));
        }
    }
}

struct SpendVector
{
    Transaction unsigned_transaction;
    Transaction signed_transaction;
    std::vector<Output> spent;
};

SpendVector read_spend(const boost::json::value& row)
{
    SpendVector v;
    v.unsigned_transaction = *decode_transaction(hex(row.at("given").at("rawUnsignedTx")));
    v.signed_transaction = *decode_transaction(hex(row.at("auxiliary").at("fullySignedTx")));
    for (const auto& output : row.at("given").at("utxosSpent").as_array())
        v.spent.push_back(
            {*Sats::from(static_cast<std::uint64_t>(output.at("amountSats").as_int64())),
                hex(output.at("scriptPubKey"))});
    return v;
}

TEST(TaprootSighash, KeySpendsAreThoseOfBip341)
{
    const auto vectors = read_json_vector(kVectors);
    SKIP_WITHOUT(vectors, kVectors);

    int used = 0;
    for (const auto& row : vectors->at("keyPathSpending").as_array())
    {
        const auto v = read_spend(row);
        const auto hashes = TaprootSighash::of(v.unsigned_transaction, v.spent);
        ASSERT_TRUE(hashes);
        for (const auto& spend : row.at("inputSpending").as_array())
        {
            const auto& given = spend.at("given");
            const auto index = static_cast<std::size_t>(given.at("txinIndex").as_int64());
            const auto type = static_cast<std::uint8_t>(given.at("hashType").as_int64());
            const auto hash = hashes->hash(index, {type, {}, {}});
            ASSERT_TRUE(hash);
            EXPECT_EQ(*hash, hash_of(spend.at("intermediary").at("sigHash")));

            const auto secret = SecretKey::from(hex(given.at("internalPrivkey")));
            const auto internal = public_key(*secret);
            EXPECT_EQ(to_hex(internal.bytes), text(spend.at("intermediary").at("internalPubkey")));
            const auto& root_text = given.at("merkleRoot");
            const auto root =
                root_text.is_null() ? std::nullopt : std::optional{hash_of(root_text)};
            const auto tweaked = tweak_add(*secret, tap_tweak(internal, root));
            ASSERT_TRUE(tweaked);
            EXPECT_EQ(
                to_hex(tweaked->reveal()), text(spend.at("intermediary").at("tweakedPrivkey")));

            const auto signature = schnorr_sign(*tweaked, hash->bytes, {});
            const auto expected = hex(spend.at("expected").at("witness").at(0));
            EXPECT_EQ(encode(TaprootSignature{signature, type}), expected);
            EXPECT_EQ(v.signed_transaction.inputs[index].witness.at(0), expected);

            const auto decoded = decode_taproot_signature(expected);
            ASSERT_TRUE(decoded);
            EXPECT_EQ(decoded->type, type);
            PublicKey output_key;
            std::copy_n(v.spent[index].script_pubkey.begin() + 2, 32, output_key.bytes.begin());
            EXPECT_TRUE(schnorr_verify(output_key, hash->bytes, decoded->signature));
            ++used;
        }
    }
    EXPECT_EQ(used, 7);
}

TEST(TaprootSighash, OtherInputsOfTheVectorHaveGoodSignaturesToo)
{
    const auto vectors = read_json_vector(kVectors);
    SKIP_WITHOUT(vectors, kVectors);
    const auto v = read_spend(vectors->at("keyPathSpending").at(0));

    // Input 2 pays from a P2PKH output, input 5 from a P2WPKH output.
    Instructions pushes{v.signed_transaction.inputs[2].script_sig};
    const auto signature = pushes.next()->data;
    const auto key = pushes.next()->data;
    const auto legacy =
        legacy_sighash(v.signed_transaction, 2, v.spent[2].script_pubkey, signature.back());
    EXPECT_TRUE(ecdsa_verify(key, *legacy, signature.first(signature.size() - 1)));

    const auto& witness = v.signed_transaction.inputs[5].witness;
    const ByteView segwit_signature = witness.at(0);
    const auto code = pay_to_public_key_hash(hash160(witness.at(1)));
    const auto segwit = SegwitSighash{v.signed_transaction}.hash(
        5, code, v.spent[5].value, segwit_signature.back());
    EXPECT_TRUE(
        ecdsa_verify(witness.at(1), *segwit, segwit_signature.first(segwit_signature.size() - 1)));
}

/// Two inputs, one output, and what they spend.
struct Example
{
    Transaction transaction;
    std::vector<Output> spent;

    Example()
    {
        transaction.inputs.resize(2);
        transaction.inputs[1].previous.index = 1;
        transaction.outputs.push_back({*Sats::from(5), {0x51}});
        spent.assign(2, Output{*Sats::from(4), pay_to_taproot(kNobodysKey)});
    }

    std::optional<Hash256> hash(std::size_t input, const TaprootSpend& spend) const
    {
        return TaprootSighash::of(transaction, spent)->hash(input, spend);
    }
};

TEST(TaprootSighash, WhatIsNotDefinedHasNoHash)
{
    const Example example;
    EXPECT_FALSE(TaprootSighash::of(example.transaction, std::span{example.spent}.first(1)));
    EXPECT_FALSE(example.hash(2, {}));
    for (int type = 0; type < 256; ++type)
    {
        const bool defined = type <= 3 || (type >= 0x81 && type <= 0x83);
        EXPECT_EQ(example.hash(0, {static_cast<std::uint8_t>(type), {}, {}}).has_value(), defined)
            << type;
    }
    EXPECT_FALSE(example.hash(1, {sighash::kSingle, {}, {}}));  // There is no output 1.
    EXPECT_TRUE(example.hash(1, {sighash::kNone, {}, {}}));

    const Bytes no_annex{0x51};
    EXPECT_FALSE(example.hash(0, {sighash::kDefault, ByteView{no_annex}, {}}));
    EXPECT_FALSE(example.hash(0, {sighash::kDefault, ByteView{}, {}}));
}

TEST(TaprootSighash, EverythingSaidIsSigned)
{
    const Example example;
    const Bytes annex{0x50, 1};
    const Bytes other_annex{0x50, 2};
    const auto leaf = tap_leaf(Bytes{0x51});
    const TaprootSpend spends[] = {
        {},
        {sighash::kAll, {}, {}},
        {sighash::kNone, {}, {}},
        {sighash::kSingle, {}, {}},
        {0x81, {}, {}},
        {0x82, {}, {}},
        {0x83, {}, {}},
        {sighash::kDefault, ByteView{annex}, {}},
        {sighash::kDefault, ByteView{other_annex}, {}},
        {sighash::kDefault, {}, TapscriptSpend{leaf}},
        {sighash::kDefault, {}, TapscriptSpend{leaf, 0}},
        {sighash::kDefault, {}, TapscriptSpend{Hash256{}}},
        {sighash::kDefault, ByteView{annex}, TapscriptSpend{leaf}},
    };
    std::vector<Hash256> hashes;
    for (const auto& spend : spends)
        hashes.push_back(*example.hash(0, spend));
    std::sort(hashes.begin(), hashes.end());
    EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

TEST(TaprootSighash, TypeDecidesWhatMayChange)
{
    const Example before;
    auto other_output = before;
    other_output.transaction.outputs[0].value = *Sats::from(6);
    auto other_input = before;
    other_input.transaction.inputs[1].sequence = 0;
    auto other_amount = before;
    other_amount.spent[1].value = *Sats::from(9);
    auto own_amount = before;
    own_amount.spent[0].value = *Sats::from(9);

    const auto same = [&](const Example& after, std::uint8_t type) {
        return before.hash(0, {type, {}, {}}) == after.hash(0, {type, {}, {}});
    };
    EXPECT_FALSE(same(other_output, sighash::kDefault));
    EXPECT_FALSE(same(other_output, sighash::kSingle));
    EXPECT_TRUE(same(other_output, sighash::kNone));
    EXPECT_FALSE(same(other_input, sighash::kAll));
    EXPECT_TRUE(same(other_input, sighash::kAll | sighash::kAnyoneCanPay));
    EXPECT_FALSE(same(other_amount, sighash::kNone));
    EXPECT_TRUE(same(other_amount, sighash::kNone | sighash::kAnyoneCanPay));
    EXPECT_FALSE(same(own_amount, sighash::kNone | sighash::kAnyoneCanPay));
}

TEST(TaprootSignature, HasOneForm)
{
    Bytes item(64, 7);
    EXPECT_EQ(decode_taproot_signature(item)->type, sighash::kDefault);
    item.push_back(0);
    EXPECT_FALSE(decode_taproot_signature(item));  // BIP341: 0x00 must not be written.
    item.back() = sighash::kSingle | sighash::kAnyoneCanPay;
    EXPECT_EQ(decode_taproot_signature(item)->type, 0x83);
    EXPECT_EQ(encode(*decode_taproot_signature(item)), item);
    item.back() = 4;
    EXPECT_FALSE(decode_taproot_signature(item));
    item.push_back(1);
    EXPECT_FALSE(decode_taproot_signature(item));
    EXPECT_FALSE(decode_taproot_signature({}));
}

TEST(Annex, IsTheLastOfTwoItemsWithItsMark)
{
    const std::vector<Bytes> with{{1}, {0x50, 2}};
    EXPECT_EQ(to_hex(*find_annex(with)), "5002");
    EXPECT_FALSE(find_annex(std::vector<Bytes>{{0x50}}));
    EXPECT_FALSE(find_annex(std::vector<Bytes>{{0x50}, {}}));
    EXPECT_FALSE(find_annex(std::vector<Bytes>{{0x50}, {0x51}}));
    EXPECT_FALSE(find_annex({}));
}

TEST(ControlBlock, SizeMustBeThatOfAPath)
{
    for (const std::size_t size : {0U, 1U, 32U, 34U, 64U, 66U, 33U + 32U * 129U})
        EXPECT_FALSE(decode_control_block(Bytes(size))) << size;
    for (const std::size_t size : {33U, 65U, 33U + 32U * 128U})
        EXPECT_TRUE(decode_control_block(Bytes(size))) << size;
}

RC_GTEST_PROP(ControlBlock, EncodedIsDecodedTheSame, ())
{
    const auto depth = *rc::gen::inRange<std::size_t>(0, 5);
    const auto bytes =
        *rc::gen::container<Bytes>(33 + 32 * depth, rc::gen::arbitrary<std::uint8_t>());
    const auto block = decode_control_block(bytes);
    RC_ASSERT(block.has_value());
    RC_ASSERT(encode(*block) == bytes);
    RC_ASSERT(!commits_to(PublicKey{}, {}, *block));
}

TEST(Taproot, NobodysKeyIsAPoint)
{
    EXPECT_TRUE(is_public_key(kNobodysKey));
    EXPECT_FALSE(taproot_output_key(PublicKey{}, {}));
}
}  // namespace
}  // namespace engine::btc
