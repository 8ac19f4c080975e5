#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"
#include "engine/crypto/secret_key.hpp"

#include <array>

/// BIP-340 signatures on secp256k1.
namespace engine
{
/// The x coordinate of the key's point.
PublicKey public_key(const SecretKey& key);

/// Whether 32 bytes are the x coordinate of a point.
bool is_public_key(const PublicKey& key);

/// Messages may have any length. False for whatever is wrong, be it key, signature or message.
bool schnorr_verify(const PublicKey& key, ByteView message, const Signature& signature);

/// Signs a message of any length. `aux` is randomness or zero: it guards against side channels and
/// faults, the signature is safe without. One key, message and aux give one signature; it has been
/// verified before it is returned.
Signature schnorr_sign(
    const SecretKey& key, ByteView message, const std::array<std::uint8_t, 32>& aux);
}  // namespace engine
