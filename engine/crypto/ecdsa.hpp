#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"
#include "engine/crypto/secret_key.hpp"

#include <optional>

/// ECDSA on secp256k1: what Bitcoin used before Taproot, and other chains still do.
namespace engine
{
/// A point as 02 or 03 and its x coordinate.
using CompressedKey = FixedBytes<struct CompressedKeyTag, 33>;

/// r || s, 32 bytes each, big-endian.
using CompactSignature = FixedBytes<struct CompactSignatureTag, 64>;

struct RecoverableSignature
{
    CompactSignature signature;
    std::uint8_t recovery_id = 0;  // 0 to 3.
};

CompressedKey compressed_key(const SecretKey& key);

/// The point of 33 or 65 bytes in one form. Nothing for no point, and for the hybrid form (06, 07).
std::optional<CompressedKey> parse_key(ByteView key);

/// Verifies a signature over a 32-byte hash, in strict DER without Bitcoin's hash type byte.
/// S must be low (BIP-62 rule 5): the high twin of a valid signature is refused.
bool ecdsa_verify(ByteView key, const Hash256& hash, ByteView der);
bool ecdsa_verify(ByteView key, const Hash256& hash, const CompactSignature& signature);

/// The key that made the signature over this hash. Nothing when there is none. S may be high.
std::optional<CompressedKey> ecdsa_recover(
    const Hash256& hash, const RecoverableSignature& signature);

/// Signs a hash with the nonce of RFC 6979: one key and hash give one signature, with low S.
RecoverableSignature ecdsa_sign(const SecretKey& key, const Hash256& hash);

/// The DER form of a signature, at most 72 bytes. Nothing when r or s is out of range.
std::optional<Bytes> to_der(const CompactSignature& signature);
}  // namespace engine
