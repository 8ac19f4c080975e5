#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"

#include <array>
#include <compare>
#include <optional>

namespace engine
{
/// The beginning of a key hash: which page of the tree. The depth is even; bits beyond are zero.
struct TreePath
{
    std::uint16_t depth = 0;
    Hash256 bits;

    /// The path of one of the four subtrees below a page.
    TreePath child(unsigned quarter) const;

    friend auto operator<=>(const TreePath&, const TreePath&) = default;
};

/// A subtree as its parent knows it.
struct TreeSlot
{
    enum class Kind : std::uint8_t
    {
        empty,
        leaf,  ///< One row alone: wherever it hangs, its hash is the leaf's.
        node,  ///< Two rows or more, on a page of their own.
    };

    Kind kind = Kind::empty;
    Hash256 hash;      ///< Of a node: its hash. Of a leaf: its key hash.
    Hash256 row_hash;  ///< Of a leaf.

    friend bool operator==(const TreeSlot&, const TreeSlot&) = default;
};

/// Two levels of the tree: the four subtrees below one path.
///
/// page := kinds: u8, slot[4]         kinds: two bits each, the first subtree in the highest two
/// slot := (empty) | key_hash: u8[32], row_hash: u8[32] | hash: u8[32]
struct TreePage
{
    std::array<TreeSlot, 4> slots;

    friend bool operator==(const TreePage&, const TreePage&) = default;
};

/// Largest encoding of a page.
inline constexpr std::size_t kTreePageBytesMax = 1 + 4 * 64;

void encode_page(Bytes& out, const TreePage& page);

/// How many bytes encode_page writes.
std::size_t page_bytes(const TreePage& page);

/// Nothing on bytes that are not a page.
std::optional<TreePage> decode_page(ByteView bytes);

/// 't', depth u16 big endian, the bits in as few bytes as hold them: pages near the root come
/// first.
Bytes page_key(const TreePath& path);

/// How many bytes page_key has.
std::size_t page_key_bytes(const TreePath& path);
}  // namespace engine
