#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"
#include "engine/hash/midstate.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace engine
{
/// SHA-256 (FIPS 180-4) of bytes that arrive in pieces. Copying it copies the state, so that a
/// common beginning is hashed once.
class Sha256
{
    alignas(8) std::array<unsigned char, 112> m_context;  // OpenSSL's, whose header stays inside.

public:
    Sha256();

    /// Continues from a state that a whole number of 64-byte blocks has led to.
    Sha256(const sha256_detail::State& midstate, std::size_t hashed_bytes);

    Sha256& update(ByteView bytes);

    template <typename Tag, std::size_t N>
    Sha256& update(const FixedBytes<Tag, N>& bytes)
    {
        return update(ByteView{bytes.bytes});
    }

    /// The hash of all bytes so far. What was given before is forgotten: the object starts anew.
    Hash256 finish();
};

Hash256 sha256(ByteView bytes);

/// SHA256(SHA256(bytes)): Bitcoin's hash of blocks and transactions.
Hash256 sha256d(ByteView bytes);

/// SHA-256 of the 64 bytes left || right: a node of the log's Merkle tree.
Hash256 sha256_pair(const Hash256& left, const Hash256& right);

/// SHA256(SHA256(left || right)): a node of Bitcoin's Merkle tree.
Hash256 sha256d_pair(const Hash256& left, const Hash256& right);

/// SHA256(SHA256(tag) || SHA256(tag) || parts...), BIP-340. The compiler hashes the tag, so that a
/// hasher is a constant: `inline constexpr TaggedHasher kSealHash{"refold/seal"};`
class TaggedHasher
{
    sha256_detail::State m_midstate;

public:
    consteval explicit TaggedHasher(std::string_view tag)
      : m_midstate{sha256_detail::tag_midstate(tag)}
    {}

    /// A hash that has taken the tag and waits for the parts.
    Sha256 start() const { return Sha256{m_midstate, 64}; }

    /// A part is a ByteView or anything that becomes one, or FixedBytes.
    template <typename... Parts>
    Hash256 operator()(const Parts&... parts) const
    {
        Sha256 hash = start();
        (hash.update(parts), ...);
        return hash.finish();
    }
};

/// The same for a tag that is known only at run time.
template <typename... Parts>
Hash256 tagged_hash(std::string_view tag, const Parts&... parts)
{
    Sha256 hash;
    for (const char c : tag)
        hash.update(std::array{static_cast<std::uint8_t>(c)});
    const Hash256 tag_hash = hash.finish();

    hash.update(tag_hash).update(tag_hash);
    (hash.update(parts), ...);
    return hash.finish();
}
}  // namespace engine
