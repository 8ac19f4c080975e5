#include "engine/crypto/keypair.hpp"

#include "engine/base/check.hpp"
#include "engine/crypto/context.hpp"

namespace engine
{
Keypair::Keypair(const SecretKey& key) : m_pair{}
{
    ENSURE(secp256k1_keypair_create(signing_context(), &m_pair, key.reveal().data()) == 1);
}

Keypair::~Keypair()
{
    wipe(m_pair.data);
}

PublicKey Keypair::public_key() const
{
    secp256k1_xonly_pubkey point;
    ENSURE(secp256k1_keypair_xonly_pub(secp256k1_context_static, &point, nullptr, &m_pair) == 1);
    PublicKey key;
    secp256k1_xonly_pubkey_serialize(secp256k1_context_static, key.bytes.data(), &point);
    return key;
}
}  // namespace engine
