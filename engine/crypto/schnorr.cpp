#include "engine/crypto/schnorr.hpp"

#include "engine/base/check.hpp"
#include "engine/crypto/context.hpp"
#include "engine/crypto/keypair.hpp"

#include <secp256k1_schnorrsig.h>

namespace engine
{
PublicKey public_key(const SecretKey& key)
{
    return Keypair{key}.public_key();
}

bool is_public_key(const PublicKey& key)
{
    secp256k1_xonly_pubkey point;
    return secp256k1_xonly_pubkey_parse(secp256k1_context_static, &point, key.bytes.data()) == 1;
}

bool schnorr_verify(const PublicKey& key, ByteView message, const Signature& signature)
{
    secp256k1_xonly_pubkey point;
    if (secp256k1_xonly_pubkey_parse(secp256k1_context_static, &point, key.bytes.data()) != 1)
        return false;
    return secp256k1_schnorrsig_verify(secp256k1_context_static, signature.bytes.data(),
               message.data(), message.size(), &point) == 1;
}

Signature schnorr_sign(
    const SecretKey& key, ByteView message, const std::array<std::uint8_t, 32>& aux)
{
    const Keypair pair{key};
    auto randomness = aux;  // The library takes it as a pointer to mutable bytes.
    secp256k1_schnorrsig_extraparams parameters = SECP256K1_SCHNORRSIG_EXTRAPARAMS_INIT;
    parameters.ndata = randomness.data();

    Signature signature;
    ENSURE(secp256k1_schnorrsig_sign_custom(signing_context(), signature.bytes.data(),
               message.data(), message.size(), pair.get(), &parameters) == 1);
    wipe(randomness);

    // BIP340: a signature with a fault in it could give the key away.
    ENSURE(schnorr_verify(pair.public_key(), message, signature));
    return signature;
}
}  // namespace engine
