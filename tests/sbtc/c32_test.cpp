#include "engine/sbtc/c32.hpp"

#include "tests/bitcoin/vectors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::sbtc
{
namespace
{
C32Address address_of(std::uint8_t version, std::string_view hash)
{
    return {version, *fixed_from_hex<Hash160>(hash)};
}

// stacks-network/c32check.
const auto kKnown = address_of(22, "a46ff88886c2ef9762d970b4d2c63678835bd39d");
constexpr std::string_view kKnownText = "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7";

TEST(C32, PublishedAddressesAreReadAndWritten)
{
    const auto vectors = btc::read_json_vector("stacks/addresses.json");
    SKIP_WITHOUT(vectors, "stacks/addresses.json");
    std::size_t count = 0;
    for (const auto& row : vectors->at("addresses").as_array())
    {
        const auto text = btc::text(row.at("address"));
        const auto address =
            address_of(static_cast<std::uint8_t>(row.at("version").to_number<int>()),
                btc::text(row.at("hash160")));
        EXPECT_EQ(to_c32(address), text);
        EXPECT_EQ(from_c32(text), address);
        ++count;
    }
    EXPECT_GT(count, 10u);
}

// The published codec takes data of any length; an address has twenty bytes of it.
TEST(C32, OfPublishedTextsThoseOfTwentyBytesAreAddresses)
{
    const auto vectors = btc::read_json_vector("stacks/c32.json");
    SKIP_WITHOUT(vectors, "stacks/c32.json");
    std::array<std::size_t, 2> counts{};
    for (const auto& row : vectors->at("c32check").as_array())
    {
        const auto digits = btc::text(row.at("hex"));
        const auto text = "S" + btc::text(row.at("c32check"));
        const auto hash = fixed_from_hex<Hash160>(digits);
        ++counts[hash ? 1 : 0];
        if (!hash)
        {
            EXPECT_EQ(from_c32(text), std::nullopt) << text;
            continue;
        }
        const C32Address address{
            static_cast<std::uint8_t>(row.at("version").to_number<int>()), *hash};
        EXPECT_EQ(to_c32(address), text);
        EXPECT_EQ(from_c32(text), address);
    }
    EXPECT_GT(counts[0], 10u);
    EXPECT_GT(counts[1], 10u);
}

TEST(C32, CaseAndLookAlikesDoNotMatter)
{
    EXPECT_EQ(from_c32(kKnownText), kKnown);
    EXPECT_EQ(from_c32("sp2j6zy48gv1ez5v2v5rb9mp66sw86pykknrv9ej7"), kKnown);
    EXPECT_EQ(from_c32("SP2J6ZY48GVLEZ5V2V5RB9MP66SW86PYKKNRV9EJ7"), kKnown);
    EXPECT_EQ(from_c32("SP2J6ZY48GVIEZ5V2V5RB9MP66SW86PYKKNRV9EJ7"), kKnown);
    // As many zeros as the hash has bytes, no more and no fewer.
    const auto zeros = address_of(22, "0000000000000000000000000000000000000000");
    const auto with_zeros = [](std::size_t count) {
        return "SP" + std::string(count, 'O') + "2Q6VF78";
    };
    EXPECT_EQ(from_c32(with_zeros(19)), std::nullopt);
    EXPECT_EQ(from_c32(with_zeros(20)), zeros);
    EXPECT_EQ(from_c32(with_zeros(21)), std::nullopt);
}

TEST(C32, EveryChangedCharacterIsNoticed)
{
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (std::size_t i = 1; i < kKnownText.size(); ++i)
    {
        for (const char c : alphabet)
        {
            std::string changed{kKnownText};
            if (changed[i] == c)
                continue;
            changed[i] = c;
            EXPECT_EQ(from_c32(changed), std::nullopt) << changed;
        }
    }
}

TEST(C32, WhatIsNoAddressIsRefused)
{
    for (const auto* text : {"", "S", "SP", "P2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7",
             "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7U",
             "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ",
             "SP02J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7", "SPU"})
        EXPECT_EQ(from_c32(text), std::nullopt) << text;
    EXPECT_EQ(from_c32(std::string(10'000, 'S')), std::nullopt);
}

RC_GTEST_PROP(C32, EveryAddressComesBack, ())
{
    C32Address address{*rc::gen::inRange<std::uint8_t>(0, 32), {}};
    const auto zeros = *rc::gen::inRange<std::size_t>(0, 21);
    for (std::size_t i = zeros; i < address.hash.bytes.size(); ++i)
        address.hash.bytes[i] = *rc::gen::arbitrary<std::uint8_t>();
    RC_ASSERT(from_c32(to_c32(address)) == address);
}
}  // namespace
}  // namespace engine::sbtc
