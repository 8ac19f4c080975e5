#include "engine/crypto/secret_key.hpp"

#include <secp256k1.h>
#include <algorithm>
#include <cstring>

namespace engine
{
std::optional<SecretKey> SecretKey::from(ByteView bytes)
{
    if (bytes.size() != 32)
        return std::nullopt;
    if (secp256k1_ec_seckey_verify(secp256k1_context_static, bytes.data()) != 1)
        return std::nullopt;
    SecretKey key;
    std::copy(bytes.begin(), bytes.end(), key.m_bytes.begin());
    return key;
}

SecretKey::SecretKey(SecretKey&& other) noexcept : m_bytes{other.m_bytes}
{
    wipe(other.m_bytes);
}

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept
{
    if (this != &other)
    {
        m_bytes = other.m_bytes;
        wipe(other.m_bytes);
    }
    return *this;
}

SecretKey::~SecretKey()
{
    wipe(m_bytes);
}

void wipe(std::span<std::uint8_t> bytes)
{
    explicit_bzero(bytes.data(), bytes.size());
}
}  // namespace engine
