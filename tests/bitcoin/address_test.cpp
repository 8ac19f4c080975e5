#include "engine/bitcoin/address.hpp"

#include "engine/bitcoin/base58.hpp"
#include "engine/bitcoin/bech32.hpp"
#include "engine/bitcoin/exported_key.hpp"
#include "engine/bitcoin/script_type.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::btc
{
namespace
{
constexpr std::array kNetworks = {
    Network::mainnet, Network::testnet4, Network::signet, Network::regtest};

std::string from_bytes(const Bytes& bytes)
{
    return {bytes.begin(), bytes.end()};
}

std::string flip_case(std::string text)
{
    for (auto& c : text)
    {
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
        else if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

std::string lower(const std::string& text)
{
    auto copy = text;
    for (auto& c : copy)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return copy;
}

void expect_bech32(const std::string& path, Bech32Form form)
{
    const auto vectors = read_json_vector(path);
    SKIP_WITHOUT(vectors, path);

    for (const auto& row : vectors->at("valid_strings").as_array())
    {
        const auto content = bech32_decode(text(row));
        ASSERT_TRUE(content) << text(row) << ": " << describe(content.error());
        EXPECT_EQ(content->form, form) << text(row);
        EXPECT_EQ(bech32_encode(*content), lower(text(row)));
    }
    for (const auto& row : vectors->at("invalid_strings").as_array())
    {
        const auto content = bech32_decode(from_bytes(hex(row.at("bytes_hex"))));
        EXPECT_TRUE(!content || content->form != form) << text(row.at("reason"));
    }
}

TEST(Bech32, AgreesWithEveryStringOfBip173)
{
    expect_bech32("bip173-350/bech32-bip173.json", Bech32Form::bech32);
}

TEST(Bech32, AgreesWithEveryStringOfBip350)
{
    expect_bech32("bip173-350/bech32m-bip350.json", Bech32Form::bech32m);
}

TEST(Bech32, EveryErrorIsNamed)
{
    const auto error = [](std::string_view text) { return bech32_decode(text).error(); };
    EXPECT_EQ(error(std::string(91, 'q')), Bech32Error::too_long);
    EXPECT_EQ(error("a b1qqqqqq"), Bech32Error::bad_character);
    EXPECT_EQ(error("a12uel5\x7f"), Bech32Error::bad_character);
    EXPECT_EQ(error("A12uel5l"), Bech32Error::mixed_case);
    EXPECT_EQ(error("qqqqqqqq"), Bech32Error::no_separator);
    EXPECT_EQ(error("1qqqqqqq"), Bech32Error::no_separator);
    EXPECT_EQ(error("a1qqqqq"), Bech32Error::no_separator);
    EXPECT_EQ(error("a1bqqqqq"), Bech32Error::bad_character);
    EXPECT_EQ(error("a12uel5q"), Bech32Error::checksum);
    EXPECT_EQ(error(""), Bech32Error::no_separator);
}

RC_GTEST_PROP(Bech32, EncodedIsDecodedTheSame, ())
{
    Bech32 content;
    content.form = *rc::gen::element(Bech32Form::bech32, Bech32Form::bech32m);
    content.prefix = *rc::gen::element<std::string>("bc", "bcrt", "a1b", "?");
    content.values =
        *rc::gen::resize(70, rc::gen::container<Bytes>(rc::gen::inRange<std::uint8_t>(0, 32)));
    const auto text = bech32_encode(content);
    const auto decoded = bech32_decode(text);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == content);
}

RC_GTEST_PROP(Bech32, OneWrongCharacterIsAlwaysFound, ())
{
    const std::string text = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    auto wrong = text;
    const auto at = *rc::gen::inRange<std::size_t>(3, text.size());
    wrong[at] = *rc::gen::elementOf(std::string{"qpzry9x8gf2tvdw0s3jn54khce6mua7l"});
    RC_PRE(wrong != text);
    RC_ASSERT(!bech32_decode(wrong).has_value());
}

RC_GTEST_PROP(Bech32, FiveBitsAreRegroupedBack, (const Bytes& bytes))
{
    RC_ASSERT(from_five_bits(to_five_bits(bytes)) == bytes);
}

void expect_segwit_addresses(const std::string& path, bool version_0_only)
{
    const auto vectors = read_json_vector(path);
    SKIP_WITHOUT(vectors, path);

    int used = 0;
    for (const auto& row : vectors->at("valid_addresses").as_array())
    {
        const auto address = text(row.at("address"));
        const auto expected = hex(row.at("scriptPubKey"));
        if (version_0_only && expected[0] != 0)
            continue;  // BIP350 replaces what BIP173 says of other versions.
        const auto network =
            lower(address).starts_with("bc") ? Network::mainnet : Network::testnet4;
        const auto script = decode_address(address, network);
        ASSERT_TRUE(script) << address << ": " << describe(script.error());
        EXPECT_EQ(*script, expected) << address;
        EXPECT_EQ(encode_address(expected, network), lower(address));
        ++used;
    }
    EXPECT_EQ(used, version_0_only ? 3 : 8);

    for (const auto& row : vectors->at("invalid_addresses").as_array())
    {
        for (const auto network : kNetworks)
            EXPECT_FALSE(decode_address(text(row.at("address")), network))
                << text(row.at("address")) << ": " << text(row.at("reason"));
    }
}

TEST(Address, AgreesWithTheVersion0AddressesOfBip173)
{
    expect_segwit_addresses("bip173-350/bech32-bip173.json", true);
}

TEST(Address, AgreesWithEveryAddressOfBip350)
{
    expect_segwit_addresses("bip173-350/bech32m-bip350.json", false);
}

void expect_key(const boost::json::value& row, Network network)
{
    const auto exported = text(row.at(0));
    const auto key = decode_key(exported, network);
    ASSERT_TRUE(key) << exported;
    EXPECT_EQ(to_hex(key->key.reveal()), text(row.at(1)));
    EXPECT_EQ(key->compressed, row.at(2).at("isCompressed").as_bool());
    EXPECT_EQ(encode_key(*key, network), exported);
    EXPECT_FALSE(decode_address(exported, network));
}

void expect_script(const boost::json::value& row, Network network)
{
    const auto address = text(row.at(0));
    const auto expected = hex(row.at(1));
    const auto script = decode_address(address, network);
    ASSERT_TRUE(script) << address << ": " << describe(script.error());
    EXPECT_EQ(*script, expected) << address;
    EXPECT_EQ(encode_address(expected, network), address);
    EXPECT_FALSE(decode_key(address, network)) << address;

    const auto flipped = decode_address(flip_case(address), network);
    const auto* flip = row.at(2).as_object().if_contains("tryCaseFlip");
    if (flip != nullptr && flip->as_bool())
    {
        EXPECT_TRUE(flipped && *flipped == expected) << address;
    }
    else
    {
        EXPECT_FALSE(flipped) << address;
    }
}

TEST(Address, AgreesWithEveryValidVectorOfBitcoinCore)
{
    const auto rows = read_json_vector("bitcoin-core/key_io_valid.json");
    SKIP_WITHOUT(rows, "bitcoin-core/key_io_valid.json");
    int keys = 0;
    int scripts = 0;
    for (const auto& row : rows->as_array())
    {
        const auto network = network_of(text(row.at(2).at("chain")));
        ASSERT_TRUE(network);
        const bool is_key = row.at(2).at("isPrivkey").as_bool();
        is_key ? expect_key(row, *network) : expect_script(row, *network);
        ++(is_key ? keys : scripts);
    }
    EXPECT_EQ(keys, 16);
    EXPECT_EQ(scripts, 54);
}

TEST(Address, RefusesEveryInvalidVectorOfBitcoinCore)
{
    const auto rows = read_json_vector("bitcoin-core/key_io_invalid.json");
    SKIP_WITHOUT(rows, "bitcoin-core/key_io_invalid.json");
    EXPECT_EQ(rows->as_array().size(), 70U);
    for (const auto& row : rows->as_array())
    {
        for (const auto network : kNetworks)
        {
            EXPECT_FALSE(decode_address(text(row.at(0)), network)) << text(row.at(0));
            EXPECT_FALSE(decode_key(text(row.at(0)), network)) << text(row.at(0));
        }
    }
}

TEST(Address, EveryErrorIsNamed)
{
    struct Row
    {
        const char* name;
        std::string text;
        AddressError error;
    };
    const std::string good = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    const std::string legacy = "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo";
    const Row rows[] = {
        {"nothing", "", AddressError::checksum},
        {"foreign characters", "hello world", AddressError::bad_text},
        {"very long", std::string(10'000, 'z'), AddressError::bad_text},
        {"a letter changed", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", AddressError::checksum},
        {"a letter changed, legacy", "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mp", AddressError::checksum},
        {"mixed case", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4", AddressError::bad_text},
        {"of testnet", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", AddressError::wrong_network},
        {"of testnet, legacy", "mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ", AddressError::wrong_network},
        {"version 1 in Bech32", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
            AddressError::wrong_form},
        {"version 17", "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
            AddressError::witness_version},
        {"16 bytes in version 0", "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
            AddressError::program_size},
        {"no program", "bc1gmk9yu", AddressError::program_size},
        {"padding of a byte", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
            AddressError::padding},
    };
    EXPECT_TRUE(decode_address(good, Network::mainnet));
    EXPECT_TRUE(decode_address(legacy, Network::mainnet));
    for (const auto& row : rows)
    {
        const auto script = decode_address(row.text, Network::mainnet);
        ASSERT_FALSE(script) << row.name;
        EXPECT_EQ(script.error(), row.error) << row.name << ": " << describe(script.error());
    }
}

TEST(Address, AnchorHasOne)
{
    EXPECT_EQ(
        encode_address(hex(std::string_view{"51024e73"}), Network::mainnet), "bc1pfeessrawgf");
}

TEST(Address, ScriptsWithoutAFormHaveNone)
{
    for (const auto* digits : {"", "6a", "51", "00020000", "6a02abcd"})
        EXPECT_FALSE(encode_address(hex(std::string_view{digits}), Network::mainnet)) << digits;
}

RC_GTEST_PROP(Address, EncodedIsDecodedTheSame, ())
{
    const auto network = *rc::gen::elementOf(kNetworks);
    const auto version = *rc::gen::inRange<std::uint8_t>(0, 17);
    const auto size = version == 0 ? *rc::gen::element<std::size_t>(20, 32)
                                   : *rc::gen::inRange<std::size_t>(2, 41);
    const auto program = *rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
    const auto script = witness_script_pubkey({version, program});
    const auto address = encode_address(script, network);
    RC_ASSERT(address.has_value());
    const auto decoded = decode_address(*address, network);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == script);
}

RC_GTEST_PROP(Address, ArbitraryTextNeverCrashes, (const std::string& text))
{
    for (const auto* prefix : {"", "bc1", "tb1q", "1", "bcrt1p"})
        RC_ASSERT(!decode_address(prefix + text, Network::mainnet).has_value());
}

TEST(Base58, AgreesWithEveryVectorOfBitcoinCore)
{
    const auto rows = read_json_vector("bitcoin-core/base58_encode_decode.json");
    SKIP_WITHOUT(rows, "bitcoin-core/base58_encode_decode.json");
    for (const auto& row : rows->as_array())
    {
        const auto bytes = hex(row.at(0));
        EXPECT_EQ(base58_encode(bytes), text(row.at(1)));
        EXPECT_EQ(base58_decode(text(row.at(1)), bytes.size()), bytes);
        if (!bytes.empty())
        {
            EXPECT_EQ(base58_decode(text(row.at(1)), bytes.size() - 1), std::nullopt);
        }
    }
}

TEST(Base58, ForeignCharactersAreRefused)
{
    for (const auto* text : {"0", "O", "I", "l", " 1", "1 ", "a\tb"})
        EXPECT_FALSE(base58_decode(text, 100)) << text;
}

RC_GTEST_PROP(Base58, EncodedIsDecodedTheSame, (const Bytes& bytes))
{
    RC_ASSERT(base58_decode(base58_encode(bytes), bytes.size()) == bytes);
    RC_ASSERT(base58check_decode(base58check_encode(bytes), bytes.size()) == bytes);
}
}  // namespace
}  // namespace engine::btc
