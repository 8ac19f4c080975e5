#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"
#include "engine/crypto/tweak.hpp"

#include <cstdint>
#include <optional>
#include <vector>

/// Taproot outputs: a key, and a tree of scripts hidden in it (BIP-341).
namespace engine::btc
{
inline constexpr std::uint8_t kTapscript = 0xc0;  ///< The leaf version of BIP-342.
inline constexpr std::size_t kTaprootDepthMax = 128;

/// A point that nobody knows a secret key of: the internal key of an output that only scripts can
/// spend.
inline constexpr PublicKey kNobodysKey{{0x50, 0x92, 0x9b, 0x74, 0xc1, 0xa0, 0x49, 0x54, 0xb7, 0x8b,
    0x4b, 0x60, 0x35, 0xe9, 0x7a, 0x5e, 0x07, 0x8a, 0x5a, 0x0f, 0x28, 0xec, 0x96, 0xd5, 0x47, 0xbf,
    0xee, 0x9a, 0xce, 0x80, 0x3a, 0xc0}};

/// The leaf version must be even, as all are.
Hash256 tap_leaf(ByteView script, std::uint8_t leaf_version = kTapscript);

/// A node above two nodes, in either order.
Hash256 tap_branch(const Hash256& a, const Hash256& b);

/// What is added to the internal key. Without a root: an output that only the key can spend.
Hash256 tap_tweak(const PublicKey& internal, const std::optional<Hash256>& root);

/// The output key. Nothing when the internal key is no point.
std::optional<TweakedKey> taproot_output_key(
    const PublicKey& internal, const std::optional<Hash256>& root);

/// What a script spend shows of the tree: the last item of its witness.
struct ControlBlock
{
    std::uint8_t leaf_version = kTapscript;
    bool odd = false;  ///< Of the output key.
    PublicKey internal;
    std::vector<Hash256> path;  ///< Siblings from the leaf up, at most 128.

    friend bool operator==(const ControlBlock&, const ControlBlock&) = default;
};

std::optional<ControlBlock> decode_control_block(ByteView bytes);
Bytes encode(const ControlBlock& block);

/// The root that leads to the leaf's siblings.
Hash256 tap_root(const Hash256& leaf, const std::vector<Hash256>& path);

/// Whether the script is one of those in the output key.
bool commits_to(const PublicKey& output_key, ByteView script, const ControlBlock& block);
}  // namespace engine::btc
