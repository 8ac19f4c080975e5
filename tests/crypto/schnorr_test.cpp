#include "engine/crypto/schnorr.hpp"

#include "engine/base/hex.hpp"
#include "engine/hash/sha256.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <cstdlib>
#include <fstream>
#include <string>

namespace engine
{
namespace
{
constexpr std::array<std::uint8_t, 32> kNoAux{};

SecretKey key_from(std::uint64_t seed)
{
    Bytes text;
    for (int shift = 0; shift < 64; shift += 8)
        text.push_back(static_cast<std::uint8_t>(seed >> shift));
    return *SecretKey::from(sha256(text).bytes);
}

/// A row of the file of BIP-340: index, secret key, public key, aux, message, signature, result.
std::vector<std::vector<std::string>> vectors()
{
    const char* folder = std::getenv("REFOLD_VECTORS");
    std::ifstream file{std::string{folder != nullptr ? folder : REFOLD_VECTORS_DEFAULT} +
                       "/bip340/test-vectors.csv"};
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(file, line);)
    {
        std::vector<std::string> cells{""};
        for (const char c : line)
        {
            if (c == ',')
                cells.emplace_back();
            else if (c != '\r')
                cells.back() += c;
        }
        rows.push_back(cells);
    }
    return rows;
}

TEST(Schnorr, AgreesWithEveryVectorOfBip340)
{
    const auto rows = vectors();
    if (rows.empty())
        GTEST_SKIP() << "The vectors of BIP-340 are not there; set REFOLD_VECTORS to their folder.";

    int signed_rows = 0;
    for (std::size_t i = 1; i < rows.size(); ++i)
    {
        SCOPED_TRACE("vector " + rows[i][0]);
        const auto key = fixed_from_hex<PublicKey>(rows[i][2]);
        const auto message = from_hex(rows[i][4]);
        const auto signature = fixed_from_hex<Signature>(rows[i][5]);
        ASSERT_TRUE(key && message && signature);
        EXPECT_EQ(schnorr_verify(*key, *message, *signature), rows[i][6] == "TRUE");

        if (rows[i][1].empty())
            continue;
        const auto secret = SecretKey::from(*from_hex(rows[i][1]));
        const auto aux = fixed_from_hex<Hash256>(rows[i][3]);
        ASSERT_TRUE(secret && aux);
        EXPECT_EQ(public_key(*secret), *key);
        EXPECT_EQ(schnorr_sign(*secret, *message, aux->bytes), *signature);
        ++signed_rows;
    }
    EXPECT_EQ(rows.size(), 20U);
    EXPECT_EQ(signed_rows, 8);
}

TEST(Schnorr, PointsAreToldFromOtherBytes)
{
    EXPECT_TRUE(is_public_key(public_key(key_from(1))));
    EXPECT_FALSE(is_public_key(PublicKey{}));
    PublicKey over_the_field;
    over_the_field.bytes.fill(0xff);
    EXPECT_FALSE(is_public_key(over_the_field));
}

RC_GTEST_PROP(Schnorr, SignatureHoldsForItsKeyAndMessageOnly, (std::uint64_t seed, Bytes message))
{
    const auto key = key_from(seed);
    auto signature = schnorr_sign(key, message, kNoAux);
    RC_ASSERT(schnorr_verify(public_key(key), message, signature));
    RC_ASSERT(!schnorr_verify(public_key(key_from(seed + 1)), message, signature));

    auto other = message;
    other.push_back(0);
    RC_ASSERT(!schnorr_verify(public_key(key), other, signature));

    const auto bit = *rc::gen::inRange<std::size_t>(0, 512);
    signature.bytes[bit / 8] = static_cast<std::uint8_t>(signature.bytes[bit / 8] ^ 1 << bit % 8);
    RC_ASSERT(!schnorr_verify(public_key(key), message, signature));
}

TEST(SecretKey, ExistsOnlyInTheRangeOfTheGroup)
{
    const auto order = from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    auto below = *order;
    --below.back();
    EXPECT_FALSE(SecretKey::from(*order));
    EXPECT_TRUE(SecretKey::from(below));
    EXPECT_FALSE(SecretKey::from(Bytes(32)));
    EXPECT_FALSE(SecretKey::from(Bytes(31, 1)));
    EXPECT_FALSE(SecretKey::from(Bytes(33, 1)));
}

TEST(SecretKey, IsZeroOnceMovedFrom)
{
    auto key = key_from(1);
    const auto taken = std::move(key);
    const std::array<std::uint8_t, 32> zero{};
    EXPECT_EQ(key.reveal(), zero);  // NOLINT(bugprone-use-after-move): that is the point.
    EXPECT_NE(taken.reveal(), zero);
}

TEST(SecretKey, LeavesNothingInTheMemoryItHeld)
{
    alignas(SecretKey) std::array<unsigned char, sizeof(SecretKey)> memory{};
    auto* key = new (memory.data()) SecretKey{key_from(1)};
    EXPECT_NE(memory, (std::array<unsigned char, sizeof(SecretKey)>{}));
    key->~SecretKey();
    EXPECT_EQ(memory, (std::array<unsigned char, sizeof(SecretKey)>{}));
}

static_assert(!std::is_copy_constructible_v<SecretKey>);
static_assert(!std::is_copy_assignable_v<SecretKey>);
static_assert(!std::is_default_constructible_v<SecretKey>);
}  // namespace
}  // namespace engine
