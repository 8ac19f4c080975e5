#include "engine/crypto/tweak.hpp"

#include "engine/base/hex.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/hash/sha256.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine
{
namespace
{
TEST(Tweak, RefusesWhatIsNoKeyAndNoNumberOfTheGroup)
{
    const auto secret = *SecretKey::from(sha256({}).bytes);
    const auto key = public_key(secret);
    const auto order = *fixed_from_hex<Hash256>(
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    EXPECT_FALSE(tweak_add(PublicKey{}, Hash256{}));
    EXPECT_FALSE(tweak_add(key, order));
    EXPECT_FALSE(tweak_add(secret, order));
    EXPECT_FALSE(tweak_check(PublicKey{}, Hash256{}, TweakedKey{}));
    EXPECT_FALSE(tweak_check(key, order, TweakedKey{key, false}));
}

TEST(Tweak, ZeroChangesNothing)
{
    const auto key = public_key(*SecretKey::from(sha256({}).bytes));
    EXPECT_EQ(tweak_add(key, Hash256{}), (TweakedKey{key, false}));
}

TEST(Tweak, SumAtInfinityIsNoKey)
{
    // 1 * G has an even y; adding order - 1 leads to the point at infinity.
    Bytes one(32);
    one.back() = 1;
    const auto key = *SecretKey::from(one);
    const auto minus_one = *fixed_from_hex<Hash256>(
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140");
    EXPECT_FALSE(tweak_add(public_key(key), minus_one));
    EXPECT_FALSE(tweak_add(key, minus_one));
}

RC_GTEST_PROP(Tweak, SecretAndPublicSideAgree, (const Bytes& seed, const Bytes& tweak_seed))
{
    const auto secret = *SecretKey::from(sha256(seed).bytes);
    const auto tweak = sha256d(tweak_seed);
    const auto key = public_key(secret);

    auto tweaked = tweak_add(key, tweak);
    const auto tweaked_secret = tweak_add(secret, tweak);
    RC_ASSERT(tweaked.has_value());
    RC_ASSERT(tweaked_secret.has_value());
    RC_ASSERT(public_key(*tweaked_secret) == tweaked->key);

    RC_ASSERT(tweak_check(key, tweak, *tweaked));
    tweaked->odd = !tweaked->odd;
    RC_ASSERT(!tweak_check(key, tweak, *tweaked));
}
}  // namespace
}  // namespace engine
