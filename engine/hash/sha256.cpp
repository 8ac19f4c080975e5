#define OPENSSL_SUPPRESS_DEPRECATED

#include "engine/hash/sha256.hpp"

#include "engine/base/check.hpp"

#include <openssl/sha.h>
#include <algorithm>
#include <new>

namespace engine
{
namespace
{
SHA256_CTX* context_of(std::array<unsigned char, 112>& storage)
{
    static_assert(sizeof(SHA256_CTX) == 112);
    static_assert(alignof(SHA256_CTX) <= 8);
    return std::launder(reinterpret_cast<SHA256_CTX*>(storage.data()));
}

Hash256 digest_of(const SHA256_CTX& context)
{
    Hash256 hash;
    for (std::size_t i = 0; i < 32; ++i)
        hash.bytes[i] = static_cast<std::uint8_t>(context.h[i / 4] >> (24 - 8 * (i % 4)));
    return hash;
}

/// What follows 64 bytes: the padding and the length, 512 bits.
constexpr std::array<unsigned char, 64> kPaddingAfter64 = [] {
    std::array<unsigned char, 64> block{};
    block[0] = 0x80;
    block[62] = 0x02;
    return block;
}();
}  // namespace

Sha256::Sha256()
{
    SHA256_Init(context_of(m_context));
}

Sha256::Sha256(const sha256_detail::State& midstate, std::size_t hashed_bytes) : Sha256{}
{
    ENSURE(hashed_bytes % 64 == 0);
    ENSURE(hashed_bytes < 1U << 28);
    SHA256_CTX* context = context_of(m_context);
    std::copy(midstate.begin(), midstate.end(), context->h);
    context->Nl = static_cast<SHA_LONG>(hashed_bytes * 8);
}

Sha256& Sha256::update(ByteView bytes)
{
    SHA256_Update(context_of(m_context), bytes.data(), bytes.size());
    return *this;
}

Hash256 Sha256::finish()
{
    Hash256 hash;
    SHA256_Final(hash.bytes.data(), context_of(m_context));
    SHA256_Init(context_of(m_context));
    return hash;
}

Hash256 sha256(ByteView bytes)
{
    SHA256_CTX context;
    Hash256 hash;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes.data(), bytes.size());
    SHA256_Final(hash.bytes.data(), &context);
    return hash;
}

Hash256 sha256d(ByteView bytes)
{
    return sha256(sha256(bytes).bytes);
}

Hash256 sha256_pair(const Hash256& left, const Hash256& right)
{
    std::array<unsigned char, 64> block;
    std::copy(left.bytes.begin(), left.bytes.end(), block.begin());
    std::copy(right.bytes.begin(), right.bytes.end(), block.begin() + 32);

    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Transform(&context, block.data());
    SHA256_Transform(&context, kPaddingAfter64.data());
    return digest_of(context);
}

Hash256 sha256d_pair(const Hash256& left, const Hash256& right)
{
    return sha256(sha256_pair(left, right).bytes);
}
}  // namespace engine
