#include "engine/bitcoin/taproot.hpp"

#include "engine/base/check.hpp"
#include "engine/bitcoin/reader.hpp"
#include "engine/bitcoin/write.hpp"
#include "engine/hash/sha256.hpp"

#include <algorithm>
#include <array>

namespace engine::btc
{
namespace
{
constexpr TaggedHasher kTapLeaf{"TapLeaf"};
constexpr TaggedHasher kTapBranch{"TapBranch"};
constexpr TaggedHasher kTapTweak{"TapTweak"};
constexpr std::size_t kHeadSize = 33;
}  // namespace

Hash256 tap_leaf(ByteView script, std::uint8_t leaf_version)
{
    ENSURE(leaf_version % 2 == 0);
    auto hash = kTapLeaf.start();
    write_integer(hash, leaf_version);
    write_sized(hash, script);
    return hash.finish();
}

Hash256 tap_branch(const Hash256& a, const Hash256& b)
{
    return a < b ? kTapBranch(a, b) : kTapBranch(b, a);
}

Hash256 tap_tweak(const PublicKey& internal, const std::optional<Hash256>& root)
{
    return root ? kTapTweak(internal, *root) : kTapTweak(internal);
}

std::optional<TweakedKey> taproot_output_key(
    const PublicKey& internal, const std::optional<Hash256>& root)
{
    return tweak_add(internal, tap_tweak(internal, root));
}

std::optional<ControlBlock> decode_control_block(ByteView bytes)
{
    // BIP341: 33 + 32m bytes, m from 0 to 128.
    if (bytes.size() < kHeadSize || (bytes.size() - kHeadSize) % Hash256::kSize != 0)
        return std::nullopt;
    const auto depth = (bytes.size() - kHeadSize) / Hash256::kSize;
    if (depth > kTaprootDepthMax)
        return std::nullopt;

    Reader reader{bytes};
    ControlBlock block;
    const auto first = reader.integer<std::uint8_t>();
    block.leaf_version = first & 0xfe;
    block.odd = (first & 1) != 0;
    block.internal = reader.fixed<PublicKey>();
    block.path.resize(depth);
    for (auto& sibling : block.path)
        sibling = reader.fixed<Hash256>();
    ENSURE(reader.left() == 0);
    return block;
}

Bytes encode(const ControlBlock& block)
{
    ENSURE(block.path.size() <= kTaprootDepthMax);
    ByteSink sink;
    write_integer(sink, static_cast<std::uint8_t>(block.leaf_version | (block.odd ? 1 : 0)));
    write_fixed(sink, block.internal);
    for (const auto& sibling : block.path)
        write_fixed(sink, sibling);
    return std::move(sink.bytes);
}

Hash256 tap_root(const Hash256& leaf, const std::vector<Hash256>& path)
{
    auto node = leaf;
    for (const auto& sibling : path)
        node = tap_branch(node, sibling);
    return node;
}

bool commits_to(const PublicKey& output_key, ByteView script, const ControlBlock& block)
{
    const auto root = tap_root(tap_leaf(script, block.leaf_version & 0xfe), block.path);
    return tweak_check(block.internal, tap_tweak(block.internal, root), {output_key, block.odd});
}
}  // namespace engine::btc
