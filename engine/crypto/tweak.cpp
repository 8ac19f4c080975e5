#include "engine/crypto/tweak.hpp"

#include "engine/base/check.hpp"
#include "engine/crypto/context.hpp"
#include "engine/crypto/keypair.hpp"

namespace engine
{
std::optional<TweakedKey> tweak_add(const PublicKey& key, const Hash256& tweak)
{
    const auto* context = secp256k1_context_static;
    secp256k1_xonly_pubkey internal;
    if (secp256k1_xonly_pubkey_parse(context, &internal, key.bytes.data()) != 1)
        return std::nullopt;
    secp256k1_pubkey sum;
    if (secp256k1_xonly_pubkey_tweak_add(context, &sum, &internal, tweak.bytes.data()) != 1)
        return std::nullopt;

    secp256k1_xonly_pubkey output;
    int odd = 0;
    ENSURE(secp256k1_xonly_pubkey_from_pubkey(context, &output, &odd, &sum) == 1);
    TweakedKey tweaked;
    secp256k1_xonly_pubkey_serialize(context, tweaked.key.bytes.data(), &output);
    tweaked.odd = odd != 0;
    return tweaked;
}

bool tweak_check(const PublicKey& key, const Hash256& tweak, const TweakedKey& tweaked)
{
    const auto* context = secp256k1_context_static;
    secp256k1_xonly_pubkey internal;
    if (secp256k1_xonly_pubkey_parse(context, &internal, key.bytes.data()) != 1)
        return false;
    return secp256k1_xonly_pubkey_tweak_add_check(
               context, tweaked.key.bytes.data(), tweaked.odd, &internal, tweak.bytes.data()) == 1;
}

std::optional<SecretKey> tweak_add(const SecretKey& key, const Hash256& tweak)
{
    Keypair pair{key};
    if (secp256k1_keypair_xonly_tweak_add(
            secp256k1_context_static, pair.get(), tweak.bytes.data()) != 1)
        return std::nullopt;

    std::array<std::uint8_t, 32> bytes{};
    ENSURE(secp256k1_keypair_sec(secp256k1_context_static, bytes.data(), pair.get()) == 1);
    auto tweaked = SecretKey::from(bytes);
    wipe(bytes);
    return tweaked;
}
}  // namespace engine
