#include "engine/bitcoin/sighash.hpp"

#include "engine/bitcoin/block.hpp"
#include "engine/bitcoin/script.hpp"
#include "engine/bitcoin/script_type.hpp"
#include "engine/crypto/ecdsa.hpp"
#include "engine/hash/hash160.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <map>

namespace engine::btc
{
namespace
{
TEST(LegacySighash, AgreesWithEveryVectorOfBitcoinCore)
{
    const auto rows = read_json_vector("bitcoin-core/sighash.json");
    SKIP_WITHOUT(rows, "bitcoin-core/sighash.json");
    int used = 0;
    for (const auto& row : rows->as_array())
    {
        if (row.as_array().size() == 1)
            continue;  // A comment.
        const auto transaction = decode_transaction(hex(row.at(0)));
        ASSERT_TRUE(transaction) << text(row.at(0)) << describe(transaction.error().error);
        const auto input = static_cast<std::size_t>(row.at(2).as_int64());
        const auto type = static_cast<std::uint32_t>(row.at(3).as_int64());
        const auto hash = legacy_sighash(*transaction, input, hex(row.at(1)), type);
        ASSERT_TRUE(hash);
        EXPECT_EQ(to_display_hex(hash->bytes), text(row.at(4)));
        ++used;
    }
    EXPECT_EQ(used, 500);
}

TEST(LegacySighash, SingleWithoutItsOutputIsTheNumberOne)
{
    Transaction transaction;
    transaction.inputs.resize(2);
    transaction.outputs.resize(1);
    EXPECT_EQ(to_display_hex(legacy_sighash(transaction, 1, {}, sighash::kSingle)->bytes),
        std::string(63, '0') + "1");
    EXPECT_NE(to_display_hex(legacy_sighash(transaction, 0, {}, sighash::kSingle)->bytes),
        std::string(63, '0') + "1");
    EXPECT_FALSE(legacy_sighash(transaction, 2, {}, sighash::kAll));
}

TEST(LegacySighash, CodeSeparatorsAreLeftOutButNotOutOfData)
{
    Transaction transaction;
    transaction.inputs.resize(1);
    const auto hash = [&](std::string_view script) {
        return *legacy_sighash(transaction, 0, hex(script), sighash::kAll);
    };
    EXPECT_EQ(hash("ab51abac"), hash("51ac"));
    EXPECT_NE(hash("01abac"), hash("01ac"));
    EXPECT_EQ(hash("ab05ac"), hash("05ac"));  // What runs over the end stays.
}

TEST(SegwitSighash, ExampleOfBip143HasItsHash)
{
    // BIP-143, native P2WPKH: the second input, 6 coins.
    const auto transaction = *decode_transaction(hex(std::string_view{
        "0100000002fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f0000000000eeffff"
        "ffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202c"
        "b206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143b"
        "de42dbee7e4dbe6a21b2d50ce2f0167faa815988ac11000000"}));
    const auto code = hex(std::string_view{"76a9141d0f172a0ecb48aee1be1f2687d2963ae33f71a188ac"});
    const SegwitSighash hashes{transaction};
    const auto hash = hashes.hash(1, code, *Sats::from(600'000'000), sighash::kAll);
    EXPECT_EQ(
        to_hex(hash->bytes), "c37af31116d1b27caf68aae9e3ac82f1477929014d5b917657d0eb49478cb670");
    EXPECT_FALSE(hashes.hash(2, code, {}, sighash::kAll));
}

/// A DER signature with its type, and a key.
struct KeySpend
{
    ByteView signature;
    ByteView key;

    bool holds(const Hash256& hash) const
    {
        return ecdsa_verify(key, hash, signature.first(signature.size() - 1));
    }
    std::uint8_t type() const { return signature.back(); }
};

/// Takes an input script apart that spends a P2PKH output: two pushes, the second a key.
std::optional<KeySpend> legacy_key_spend(const Input& input)
{
    Instructions instructions{input.script_sig};
    const auto signature = instructions.next();
    const auto key = instructions.next();
    if (!signature || !key || !instructions.rest().empty() || signature->data.size() < 9)
        return std::nullopt;
    if (!parse_key(key->data))
        return std::nullopt;
    return KeySpend{signature->data, key->data};
}

TEST(LegacySighash, EveryKeySpendOfARealBlockHasAGoodSignature)
{
    const auto bytes = read_vector("blocks/block413567.raw");
    SKIP_WITHOUT(bytes, "blocks/block413567.raw");
    const auto block = decode_block(*bytes);
    ASSERT_TRUE(block);

    int good = 0;
    for (const auto& transaction : block->transactions)
    {
        for (std::size_t i = 0; i < transaction.inputs.size(); ++i)
        {
            const auto spend = legacy_key_spend(transaction.inputs[i]);
            if (!spend)
                continue;
            const auto code = pay_to_public_key_hash(hash160(spend->key));
            const auto hash = legacy_sighash(transaction, i, code, spend->type());
            ASSERT_TRUE(spend->holds(*hash)) << to_display_hex(txid(transaction).bytes) << ":" << i;
            ++good;
        }
    }
    EXPECT_GT(good, 3000);
}

TEST(SegwitSighash, EveryKeySpendOfAnOutputOfTheSameBlockHasAGoodSignature)
{
    // A block tells the amount that an input spends only when it made the output itself.
    const auto bytes = read_vector(
        "blocks/block-0000000000000000001602407ac49862a7bca9d00f7f402db20b7be2f5de59d2.blk");
    SKIP_WITHOUT(bytes, "blocks/");
    const auto block = decode_block(*bytes);
    ASSERT_TRUE(block);

    std::map<Txid, const Transaction*> earlier;
    int native = 0;
    int wrapped = 0;
    for (const auto& transaction : block->transactions)
    {
        const SegwitSighash hashes{transaction};
        for (std::size_t i = 0; i < transaction.inputs.size(); ++i)
        {
            const auto& input = transaction.inputs[i];
            const auto source = earlier.find(input.previous.txid);
            if (source == earlier.end() || input.witness.size() != 2 ||
                !parse_key(input.witness[1]) || input.witness[0].size() < 9)
                continue;
            const KeySpend spend{input.witness[0], input.witness[1]};
            const auto& spent = source->second->outputs.at(input.previous.index);
            const auto code = pay_to_public_key_hash(hash160(spend.key));
            const auto hash = hashes.hash(i, code, spent.value, spend.type());
            ASSERT_TRUE(spend.holds(*hash)) << to_display_hex(txid(transaction).bytes) << ":" << i;
            const bool is_native =
                classify(spent.script_pubkey).type == ScriptType::witness_key_hash;
            ++(is_native ? native : wrapped);
        }
        earlier[txid(transaction)] = &transaction;
    }
    EXPECT_GT(native, 0);
    EXPECT_GT(wrapped, 0);
}

/// A script of the vectors that is written in hexadecimal only.
std::optional<Bytes> hex_script(const std::string& words)
{
    Bytes script;
    for (std::size_t at = 0; at < words.size();)
    {
        const auto end = std::min(words.find(' ', at), words.size());
        const auto word = words.substr(at, end - at);
        const auto bytes = word.starts_with("0x") ? from_hex(word.substr(2)) : std::nullopt;
        if (!bytes)
            return std::nullopt;
        append(script, *bytes);
        at = end + 1;
    }
    return script;
}

TEST(SegwitSighash, KeySpendsOfBitcoinCoresVectorsHaveGoodSignaturesOfAllTypes)
{
    const auto rows = read_json_vector("bitcoin-core/tx_valid.json");
    SKIP_WITHOUT(rows, "bitcoin-core/tx_valid.json");

    std::map<std::uint8_t, int> good;
    for (const auto& row : rows->as_array())
    {
        if (!row.at(0).is_array())
            continue;
        const auto transaction = *decode_transaction(hex(row.at(1)));
        const SegwitSighash hashes{transaction};
        std::map<OutPoint, Output> spent;
        for (const auto& previous : row.at(0).as_array())
        {
            const auto script = hex_script(text(previous.at(2)));
            if (!script || previous.as_array().size() < 4)
                continue;
            const OutPoint point{*fixed_from_display_hex<Txid>(text(previous.at(0))),
                static_cast<std::uint32_t>(previous.at(1).as_int64())};
            const auto value = Sats::from(static_cast<std::uint64_t>(previous.at(3).as_int64()));
            spent[point] = Output{value.value(), *script};
        }
        for (std::size_t i = 0; i < transaction.inputs.size(); ++i)
        {
            const auto& input = transaction.inputs[i];
            const auto output = spent.find(input.previous);
            if (output == spent.end() || input.witness.size() != 2 ||
                classify(output->second.script_pubkey).type != ScriptType::witness_key_hash)
                continue;
            const KeySpend spend{input.witness[0], input.witness[1]};
            const auto code = pay_to_public_key_hash(hash160(spend.key));
            const auto hash = hashes.hash(i, code, output->second.value, spend.type());
            EXPECT_TRUE(spend.holds(*hash)) << text(row.at(1)) << ":" << i;
            ++good[spend.type()];
        }
    }
    for (const int type : {0x01, 0x02, 0x03, 0x81, 0x82, 0x83})
        EXPECT_GT(good[static_cast<std::uint8_t>(type)], 0) << type;
}
}  // namespace
}  // namespace engine::btc
