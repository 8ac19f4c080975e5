#include "engine/crypto/ecdsa.hpp"

#include "engine/base/check.hpp"
#include "engine/crypto/context.hpp"

#include <secp256k1_recovery.h>

namespace engine
{
namespace
{
std::optional<secp256k1_pubkey> parse_point(ByteView key)
{
    const bool compressed = key.size() == 33 && (key[0] == 2 || key[0] == 3);
    const bool uncompressed = key.size() == 65 && key[0] == 4;
    if (!compressed && !uncompressed)
        return std::nullopt;
    secp256k1_pubkey point;
    if (secp256k1_ec_pubkey_parse(secp256k1_context_static, &point, key.data(), key.size()) != 1)
        return std::nullopt;
    return point;
}

CompressedKey compress(const secp256k1_pubkey& point)
{
    CompressedKey key;
    std::size_t size = key.bytes.size();
    ENSURE(secp256k1_ec_pubkey_serialize(secp256k1_context_static, key.bytes.data(), &size, &point,
               SECP256K1_EC_COMPRESSED) == 1);
    return key;
}

bool verify(ByteView key, const Hash256& hash, const secp256k1_ecdsa_signature& signature)
{
    const auto point = parse_point(key);
    return point && secp256k1_ecdsa_verify(
                        secp256k1_context_static, &signature, hash.bytes.data(), &*point) == 1;
}
}  // namespace

CompressedKey compressed_key(const SecretKey& key)
{
    secp256k1_pubkey point;
    ENSURE(secp256k1_ec_pubkey_create(signing_context(), &point, key.reveal().data()) == 1);
    return compress(point);
}

std::optional<CompressedKey> parse_key(ByteView key)
{
    const auto point = parse_point(key);
    return point ? std::optional{compress(*point)} : std::nullopt;
}

bool ecdsa_verify(ByteView key, const Hash256& hash, ByteView der)
{
    if (der.empty())
        return false;  // The library takes no null pointer.
    secp256k1_ecdsa_signature parsed;
    return secp256k1_ecdsa_signature_parse_der(
               secp256k1_context_static, &parsed, der.data(), der.size()) == 1 &&
           verify(key, hash, parsed);
}

bool ecdsa_verify(ByteView key, const Hash256& hash, const CompactSignature& signature)
{
    secp256k1_ecdsa_signature parsed;
    return secp256k1_ecdsa_signature_parse_compact(
               secp256k1_context_static, &parsed, signature.bytes.data()) == 1 &&
           verify(key, hash, parsed);
}

std::optional<CompressedKey> ecdsa_recover(
    const Hash256& hash, const RecoverableSignature& signature)
{
    if (signature.recovery_id > 3)
        return std::nullopt;
    secp256k1_ecdsa_recoverable_signature parsed;
    if (secp256k1_ecdsa_recoverable_signature_parse_compact(secp256k1_context_static, &parsed,
            signature.signature.bytes.data(), signature.recovery_id) != 1)
        return std::nullopt;
    secp256k1_pubkey point;
    if (secp256k1_ecdsa_recover(secp256k1_context_static, &point, &parsed, hash.bytes.data()) != 1)
        return std::nullopt;
    return compress(point);
}

RecoverableSignature ecdsa_sign(const SecretKey& key, const Hash256& hash)
{
    secp256k1_ecdsa_recoverable_signature made;
    ENSURE(secp256k1_ecdsa_sign_recoverable(signing_context(), &made, hash.bytes.data(),
               key.reveal().data(), nullptr, nullptr) == 1);
    RecoverableSignature signature;
    int recovery_id = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(
        secp256k1_context_static, signature.signature.bytes.data(), &recovery_id, &made);
    signature.recovery_id = static_cast<std::uint8_t>(recovery_id);

    // A signature with a fault in it could give the key away.
    ENSURE(ecdsa_verify(compressed_key(key).bytes, hash, signature.signature));
    return signature;
}

std::optional<Bytes> to_der(const CompactSignature& signature)
{
    secp256k1_ecdsa_signature parsed;
    if (secp256k1_ecdsa_signature_parse_compact(
            secp256k1_context_static, &parsed, signature.bytes.data()) != 1)
        return std::nullopt;
    Bytes der(72);
    std::size_t size = der.size();
    ENSURE(secp256k1_ecdsa_signature_serialize_der(
               secp256k1_context_static, der.data(), &size, &parsed) == 1);
    der.resize(size);
    return der;
}
}  // namespace engine
