#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace engine
{
/// What stands at the end of a key's path down the tree.
enum class ProofEnd : std::uint8_t
{
    row = 0,    ///< The row itself: it is in the state.
    empty = 1,  ///< Nothing: the row is not in the state.
    other = 2,  ///< The leaf of another row: the row is not in the state.
};

/// Shows that a row is in the state with a root, or that no row is there under the key.
///
/// proof := version: u8 = 1, table: u16, key: bytes, end: u8, rest, depth: u16,
///          present: u8[(depth + 7) / 8], sibling: u8[32] for each bit that is set
/// rest  := row: bytes | (empty) | other_key_hash: u8[32], other_row_hash: u8[32]
/// bytes := length: u32, u8[length]
///
/// Integers are big endian. Siblings are listed from the root down, the first bit is the highest of
/// its byte; a bit that is not set stands for an empty subtree. Bits beyond the depth are zero.
struct Proof
{
    std::uint16_t table = 0;
    Bytes key;
    ProofEnd end = ProofEnd::empty;
    Bytes row;               ///< With ProofEnd::row.
    Hash256 other_key_hash;  ///< With ProofEnd::other.
    Hash256 other_row_hash;
    std::vector<Hash256> siblings;  ///< From the root down; zero: an empty subtree.

    friend bool operator==(const Proof&, const Proof&) = default;
};

/// The root that the state must have for the proof to hold. Nothing when the proof contradicts
/// itself. Compare it with a root that a seal vouches for.
std::optional<StateRoot> root_of(const Proof& proof);

inline bool proves(const Proof& proof, const StateRoot& root)
{
    return root_of(proof) == root;
}

Bytes encode_proof(const Proof& proof);

/// Nothing on bytes that encode_proof can't have written. Never crashes, whatever it is given.
std::optional<Proof> decode_proof(ByteView bytes);

// What the tree is made of. engine/store/README.md says why no two of these can be confused.

Hash256 key_hash_of(std::uint16_t table, ByteView key);
Hash256 row_hash_of(std::uint16_t table, ByteView row);
Hash256 leaf_hash_of(const Hash256& key_hash, const Hash256& row_hash);

/// The bit of a hash that a path turns by: 0 is the highest of the first byte.
inline bool bit_of(const Hash256& hash, std::size_t depth)
{
    return (hash.bytes[depth / 8] >> (7 - depth % 8) & 1) != 0;
}
}  // namespace engine
