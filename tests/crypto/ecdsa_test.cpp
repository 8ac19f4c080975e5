#include "engine/crypto/ecdsa.hpp"

#include "engine/base/hex.hpp"
#include "engine/hash/sha256.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string_view>

namespace engine
{
namespace
{
Hash256 hash_of(std::string_view text)
{
    return sha256(Bytes{text.begin(), text.end()});
}

SecretKey key_one()
{
    Bytes one(32);
    one.back() = 1;
    return *SecretKey::from(one);
}

/// order - s, the other valid s of a signature.
CompactSignature with_high_s(CompactSignature signature)
{
    const auto order =
        *from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;)
    {
        const int difference = order[i] - signature.bytes[32 + i] - borrow;
        borrow = difference < 0 ? 1 : 0;
        signature.bytes[32 + i] = static_cast<std::uint8_t>(difference & 0xff);
    }
    return signature;
}

TEST(Ecdsa, SignsWithTheNonceOfRfc6979)
{
    // The vector that wallets share: key 1, SHA-256 of the message.
    const auto signature = ecdsa_sign(key_one(), hash_of("Satoshi Nakamoto"));
    EXPECT_EQ(to_hex(signature.signature.bytes),
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
}

TEST(Ecdsa, HighTwinOfASignatureIsRefused)
{
    const auto hash = hash_of("message");
    const auto key = compressed_key(key_one());
    const auto signature = ecdsa_sign(key_one(), hash).signature;
    const auto high = with_high_s(signature);

    EXPECT_TRUE(ecdsa_verify(key.bytes, hash, signature));
    EXPECT_FALSE(ecdsa_verify(key.bytes, hash, high));
    EXPECT_TRUE(ecdsa_verify(key.bytes, hash, *to_der(signature)));
    EXPECT_FALSE(ecdsa_verify(key.bytes, hash, *to_der(high)));
}

TEST(Ecdsa, DerMustBeStrict)
{
    const auto hash = hash_of("message");
    const auto key = compressed_key(key_one());
    const auto der = *to_der(ecdsa_sign(key_one(), hash).signature);

    auto trailing = der;
    trailing.push_back(0);
    EXPECT_FALSE(ecdsa_verify(key.bytes, hash, trailing));

    for (std::size_t size = 0; size < der.size(); ++size)
        EXPECT_FALSE(ecdsa_verify(key.bytes, hash, ByteView{der}.first(size)));
}

TEST(Ecdsa, KeyHasThreeFormsOfWhichTwoAreTaken)
{
    const auto compressed =
        *from_hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    auto full = *from_hex(
        "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");
    EXPECT_EQ(parse_key(compressed), compressed_key(key_one()));
    EXPECT_EQ(parse_key(full), compressed_key(key_one()));

    full[0] = 6;  // Hybrid: the parity is right, the form is not taken.
    EXPECT_FALSE(parse_key(full));
    EXPECT_FALSE(parse_key({}));
    EXPECT_FALSE(parse_key(Bytes(32, 2)));
}

TEST(Ecdsa, RecoveryIdAboveThreeIsRefused)
{
    auto signature = ecdsa_sign(key_one(), hash_of("message"));
    signature.recovery_id = 4;
    EXPECT_FALSE(ecdsa_recover(hash_of("message"), signature));
}

TEST(Ecdsa, NoKeyIsRecoveredFromNumbersOutOfRange)
{
    EXPECT_FALSE(ecdsa_recover(hash_of("message"), {}));
    CompactSignature large;
    large.bytes.fill(0xff);
    EXPECT_FALSE(ecdsa_recover(hash_of("message"), {large, 0}));
    EXPECT_FALSE(to_der(large));
}

RC_GTEST_PROP(Ecdsa, SignerIsRecovered, (const Bytes& seed, const Bytes& message))
{
    const auto key = *SecretKey::from(sha256(seed).bytes);
    const auto hash = sha256d(message);
    auto signature = ecdsa_sign(key, hash);
    RC_ASSERT(ecdsa_verify(compressed_key(key).bytes, hash, signature.signature));
    RC_ASSERT(ecdsa_recover(hash, signature) == compressed_key(key));

    signature.recovery_id ^= 1;
    RC_ASSERT(ecdsa_recover(hash, signature) != compressed_key(key));
}

RC_GTEST_PROP(Ecdsa, ArbitraryBytesNeverCrash, (const Bytes& key, const Bytes& der))
{
    RC_ASSERT(!ecdsa_verify(key, Hash256{}, der));
}
}  // namespace
}  // namespace engine
