#pragma once

#include "engine/base/types.hpp"
#include "engine/crypto/secret_key.hpp"

#include <optional>

/// Adding a number to an x-only key, as Taproot does (BIP-341).
namespace engine
{
struct TweakedKey
{
    PublicKey key;
    bool odd = false;  // Whether the point's y is odd: a control block carries that bit.

    friend constexpr bool operator==(const TweakedKey&, const TweakedKey&) = default;
};

/// lift_x(key) + tweak * G. Nothing when the key is no point, the tweak is not below the group
/// order, or the sum is the point at infinity.
std::optional<TweakedKey> tweak_add(const PublicKey& key, const Hash256& tweak);

/// Whether `tweaked` is what tweak_add gives. Cheaper than to compute it.
bool tweak_check(const PublicKey& key, const Hash256& tweak, const TweakedKey& tweaked);

/// The secret key of tweak_add(public_key(key), tweak). Nothing when that gives nothing.
std::optional<SecretKey> tweak_add(const SecretKey& key, const Hash256& tweak);
}  // namespace engine
