#include "tests/store/world.hpp"

#include "engine/hash/sha256.hpp"

#include <stdlib.h>

namespace engine::test
{
namespace
{
struct Leaf
{
    Hash256 key_hash;
    Hash256 leaf;
};

/// No row: zero. One: its leaf. More: the two halves by the next bit of the key hash.
Hash256 naive_subtree(const std::vector<Leaf>& leaves, std::size_t depth)
{
    if (leaves.empty())
        return {};
    if (leaves.size() == 1)
        return leaves[0].leaf;
    std::vector<Leaf> halves[2];
    for (const auto& leaf : leaves)
        halves[leaf.key_hash.bytes[depth / 8] >> (7 - depth % 8) & 1].push_back(leaf);
    Bytes both;
    append(both, naive_subtree(halves[0], depth + 1).bytes);
    append(both, naive_subtree(halves[1], depth + 1).bytes);
    return sha256(both);
}

Hash256 naive_tagged(std::string_view tag, ByteView message)
{
    Bytes whole;
    append(whole, sha256(bytes(tag)).bytes);
    append(whole, sha256(bytes(tag)).bytes);
    append(whole, message);
    return sha256(whole);
}
}  // namespace

StateRoot naive_root(const MemoryState& state)
{
    std::vector<Leaf> leaves;
    for (const auto& [place, row] : state.rows())
    {
        const Bytes table{
            static_cast<std::uint8_t>(place.first >> 8), static_cast<std::uint8_t>(place.first)};
        Bytes key = table;
        append(key, place.second);
        Bytes value = table;
        append(value, row);
        Bytes pair;
        append(pair, naive_tagged("refold/key", key).bytes);
        append(pair, naive_tagged("refold/row", value).bytes);
        leaves.push_back({naive_tagged("refold/key", key), naive_tagged("refold/leaf", pair)});
    }
    return StateRoot{naive_subtree(leaves, 0).bytes};
}

TemporaryDirectory::TemporaryDirectory()
{
    std::string pattern = std::filesystem::temp_directory_path() / "refold-store-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error{"mkdtemp"};
    path = pattern;
}
}  // namespace engine::test
