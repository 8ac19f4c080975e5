#pragma once

#include "engine/store/frozen_set.hpp"
#include "engine/store/tree.hpp"

namespace engine
{
/// Turns frozen sets into state roots, in memory: for replays that keep no state on disk, and
/// within the StateStore. Runs on Lane::root; starts no thread.
class Rooter
{
    Tree m_tree;
    std::vector<TreeChange> m_changes;

public:
    /// Over an empty state, everything in memory.
    Rooter() : Rooter{nullptr, {}, 0} {}
    Rooter(const PageSource* source, TreeTop top, std::size_t cache_bytes_max)
      : m_tree{source, top, cache_bytes_max}
    {}

    /// Sorts the set, hashes it into the tree, and returns the root at its height.
    StateRoot take(FrozenSet& set);

    TreeTop top() const { return m_tree.top(); }
    Tree& tree() noexcept { return m_tree; }
    const Tree& tree() const noexcept { return m_tree; }
};
}  // namespace engine
