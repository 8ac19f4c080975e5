#include "engine/sbtc/principal.hpp"

#include "tests/bitcoin/vectors.hpp"

#include <gtest/gtest.h>

namespace engine::sbtc
{
namespace
{
using btc::Network;

std::optional<Principal> read(std::string_view text)
{
    return from_text(std::type_identity<Principal>{}, text);
}

TEST(Principal, TextOfAnAddressAndOfAContractComesBack)
{
    for (const auto* text : {"SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7",
             "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7.pool-v1",
             "ST3W2ATS1H9RF29DMYW5QP7NYJ643WNP2YFT4Z45C.a"})
    {
        const auto principal = read(text);
        ASSERT_TRUE(principal.has_value()) << text;
        EXPECT_EQ(to_text(*principal), text);
    }
    for (const auto* text : {"", ".", "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7.",
             "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ8", "pool-v1"})
        EXPECT_FALSE(read(text).has_value()) << text;
}

// npm @stacks/transactions: the address of a key.
TEST(Principal, OfAKeyIsItsSingleSignatureAddress)
{
    const auto vectors = btc::read_json_vector("stacks/addresses.json");
    SKIP_WITHOUT(vectors, "stacks/addresses.json");
    for (const auto& row : vectors->at("keys").as_array())
    {
        const auto key = parse_key(btc::hex(row.at("pubkey")));
        ASSERT_TRUE(key.has_value());
        EXPECT_EQ(to_text(single_signer(*key, Network::mainnet)), btc::text(row.at("mainnet")));
        EXPECT_EQ(to_text(single_signer(*key, Network::signet)), btc::text(row.at("testnet")));
    }
}
}  // namespace
}  // namespace engine::sbtc
