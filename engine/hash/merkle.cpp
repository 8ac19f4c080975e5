#include "engine/hash/merkle.hpp"

#include "engine/base/check.hpp"
#include "engine/hash/sha256.hpp"

namespace engine::merkle
{
namespace
{
/// Replaces a level by the one above it.
void climb(std::vector<Hash256>& level)
{
    const std::size_t pairs = level.size() / 2;
    for (std::size_t i = 0; i < pairs; ++i)
        level[i] = sha256_pair(level[2 * i], level[2 * i + 1]);
    if (level.size() % 2 != 0)
        level[pairs] = level.back();
    level.resize((level.size() + 1) / 2);
}
}  // namespace

void RootBuilder::add(const Hash256& leaf)
{
    Hash256 node = leaf;
    std::size_t level = 0;
    for (; (m_count >> level & 1) != 0; ++level)
        node = sha256_pair(m_pending[level], node);
    m_pending[level] = node;
    ++m_count;
}

Hash256 RootBuilder::root() const
{
    if (m_count == 0)
        return {};
    auto level = static_cast<std::size_t>(std::countr_zero(m_count));
    Hash256 node = m_pending[level];
    for (++level; level < 64; ++level)
    {
        if ((m_count >> level & 1) != 0)
            node = sha256_pair(m_pending[level], node);
    }
    return node;
}

Hash256 root(std::span<const Hash256> leaves)
{
    RootBuilder builder;
    for (const auto& leaf : leaves)
        builder.add(leaf);
    return builder.root();
}

std::vector<Hash256> branch(std::span<const Hash256> leaves, std::size_t index)
{
    ENSURE(index < leaves.size());
    std::vector<Hash256> siblings;
    std::vector<Hash256> level{leaves.begin(), leaves.end()};
    for (; level.size() > 1; index /= 2)
    {
        if ((index ^ 1) < level.size())
            siblings.push_back(level[index ^ 1]);
        climb(level);
    }
    return siblings;
}

bool verify(
    const Hash256& leaf, Position position, std::span<const Hash256> siblings, const Hash256& root)
{
    if (position.index >= position.count)
        return false;

    Hash256 node = leaf;
    std::size_t used = 0;
    auto index = position.index;
    for (auto last = position.count - 1; last > 0; last /= 2, index /= 2)
    {
        if ((index ^ 1) > last)
            continue;  // Promoted: the last of an odd level.
        if (used == siblings.size())
            return false;
        const auto& sibling = siblings[used++];
        node = index % 2 == 0 ? sha256_pair(node, sibling) : sha256_pair(sibling, node);
    }
    return used == siblings.size() && node == root;
}
}  // namespace engine::merkle
