#pragma once

#include "engine/base/types.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// The Merkle tree of the log: over the events of a block, over their results.
///
/// Leaves are hashes made elsewhere, of a message that is not 64 bytes long. A node is
/// SHA256(left || right). A node without a partner is promoted unchanged, never doubled, so that no
/// two lists of leaves have one root. The root of no leaves is 32 zero bytes. The shape is that of
/// RFC 6962: the left subtree of n leaves holds the largest power of two below n.
namespace engine::merkle
{
/// Takes leaves one by one; keeps one node a level and allocates nothing.
class RootBuilder
{
    std::array<Hash256, 64> m_pending;  // Level i is in use when bit i of the count is set.
    std::uint64_t m_count = 0;

public:
    void add(const Hash256& leaf);

    std::uint64_t count() const { return m_count; }

    /// The root of the leaves so far. More may follow.
    Hash256 root() const;
};

Hash256 root(std::span<const Hash256> leaves);

/// The siblings of a leaf from the bottom up; a level on which it has none gives none.
/// The index must be below the number of leaves.
std::vector<Hash256> branch(std::span<const Hash256> leaves, std::size_t index);

/// Which leaf of how many.
struct Position
{
    std::uint64_t index = 0;
    std::uint64_t count = 0;
};

/// Whether the leaf stands there under this root. The branch must have exactly the length that the
/// position calls for: a longer or shorter one proves nothing. Never crashes, whatever it is given.
bool verify(
    const Hash256& leaf, Position position, std::span<const Hash256> siblings, const Hash256& root);
}  // namespace engine::merkle
