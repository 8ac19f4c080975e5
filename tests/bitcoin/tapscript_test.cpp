#include "engine/bitcoin/reader.hpp"
#include "engine/bitcoin/taproot.hpp"
#include "engine/bitcoin/taproot_sighash.hpp"
#include "engine/crypto/schnorr.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>
#include <vector>

// Signatures of script spends, taken out of the partially signed transactions (BIP-174, BIP-371) of
// a wallet library's vectors.

namespace engine::btc
{
namespace
{
constexpr const char* kVectors = "bitcoinjs/psbt.json";

// BIP371: what an input's entries are, by the first byte of their key.
constexpr std::uint8_t kWitnessUtxo = 0x01;
constexpr std::uint8_t kScriptSignature = 0x14;  // Key: x-only key, leaf hash.
constexpr std::uint8_t kLeafScript = 0x15;       // Key: control block. Value: script, leaf version.

struct Entry
{
    Bytes key;
    Bytes value;
};
using Map = std::vector<Entry>;

Bytes from_base64(std::string_view text)
{
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Bytes bytes;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char c : text.substr(0, text.find('=')))
    {
        buffer = (buffer << 6 | static_cast<std::uint32_t>(kAlphabet.find(c))) & 0xffff;
        bits += 6;
        if (bits < 8)
            continue;
        bits -= 8;
        bytes.push_back(static_cast<std::uint8_t>(buffer >> bits));
    }
    return bytes;
}

std::vector<Map> read_maps(ByteView psbt)
{
    Reader reader{psbt};
    reader.take(5);  // "psbt" and 0xff.
    std::vector<Map> maps;
    while (reader.ok() && reader.left() > 0)
    {
        auto& map = maps.emplace_back();
        for (auto key = reader.sized_bytes(); !key.empty(); key = reader.sized_bytes())
        {
            const auto value = reader.sized_bytes();
            map.push_back({{key.begin(), key.end()}, {value.begin(), value.end()}});
        }
    }
    EXPECT_TRUE(reader.ok());
    return maps;
}

Output read_output(ByteView bytes)
{
    Reader reader{bytes};
    Output output;
    output.value = Sats::from(reader.integer<std::uint64_t>()).value();
    const auto script = reader.sized_bytes();
    output.script_pubkey = {script.begin(), script.end()};
    return output;
}

template <typename Id>
Id id_at(ByteView bytes, std::size_t offset)
{
    return Reader{bytes.subspan(offset)}.fixed<Id>();
}

struct Counts
{
    int signatures = 0;
    int scripts = 0;
};

void expect_input(const Map& map, const TaprootSighash& hashes, std::size_t index,
    const Output& spent, Counts& counts)
{
    for (const auto& entry : map)
    {
        const ByteView key = entry.key;
        if (key[0] == kScriptSignature)
        {
            const auto signature = decode_taproot_signature(entry.value);
            ASSERT_TRUE(signature);
            const TapscriptSpend spend{id_at<Hash256>(key, 33)};
            const auto hash = hashes.hash(index, {signature->type, {}, spend});
            EXPECT_TRUE(
                schnorr_verify(id_at<PublicKey>(key, 1), hash->bytes, signature->signature));
            ++counts.signatures;
        }
        if (key[0] == kLeafScript)
        {
            const auto block = decode_control_block(key.subspan(1));
            ASSERT_TRUE(block);
            const auto script = ByteView{entry.value}.first(entry.value.size() - 1);
            EXPECT_EQ(block->leaf_version, entry.value.back());
            EXPECT_TRUE(commits_to(id_at<PublicKey>(spent.script_pubkey, 2), script, *block));
            ++counts.scripts;
        }
    }
}

void expect_psbt(const boost::json::value& base64, Counts& counts)
{
    const auto maps = read_maps(from_base64(text(base64)));
    const auto transaction = decode_transaction(maps.at(0).at(0).value);
    ASSERT_TRUE(transaction);

    std::vector<Output> spent;
    for (std::size_t i = 0; i < transaction->inputs.size(); ++i)
    {
        for (const auto& entry : maps.at(1 + i))
        {
            if (entry.key[0] == kWitnessUtxo)
                spent.push_back(read_output(entry.value));
        }
    }
    const auto hashes = TaprootSighash::of(*transaction, spent);
    ASSERT_TRUE(hashes);
    for (std::size_t i = 0; i < transaction->inputs.size(); ++i)
        expect_input(maps.at(1 + i), *hashes, i, spent[i], counts);
}

TEST(Tapscript, SignaturesOfAnotherWalletHoldForOurHashes)
{
    const auto vectors = read_json_vector(kVectors);
    SKIP_WITHOUT(vectors, kVectors);

    Counts counts;
    const auto& groups = vectors->at("bip174");
    for (const std::size_t i : {3U, 4U, 5U})
        expect_psbt(groups.at("signer").at(i).at("result"), counts);
    for (const std::size_t i : {2U, 4U, 5U, 6U})
        expect_psbt(groups.at("finalizer").at(i).at("psbt"), counts);
    EXPECT_GE(counts.signatures, 14);
    EXPECT_GE(counts.scripts, 7);
}
}  // namespace
}  // namespace engine::btc
