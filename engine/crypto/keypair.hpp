#pragma once

#include "engine/base/types.hpp"
#include "engine/crypto/secret_key.hpp"

#include <secp256k1_extrakeys.h>

namespace engine
{
/// The curve library's form of a key and its point. Wiped at its end. For this library's own files.
class Keypair
{
    secp256k1_keypair m_pair;

public:
    explicit Keypair(const SecretKey& key);
    Keypair(const Keypair&) = delete;
    Keypair& operator=(const Keypair&) = delete;
    ~Keypair();

    const secp256k1_keypair* get() const { return &m_pair; }
    secp256k1_keypair* get() { return &m_pair; }

    PublicKey public_key() const;
};
}  // namespace engine
