#pragma once

#include "engine/base/function_ref.hpp"
#include "engine/store/proof_check.hpp"
#include "engine/store/tree_page.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace engine
{
/// Where pages of the tree stand that are not in memory.
class PageSource
{
public:
    virtual ~PageSource() = default;

    /// Nothing when there is no such page. Throws StoreFailure when it can't be read.
    virtual std::optional<TreePage> load(const TreePath& path) const = 0;
};

/// A row put (with its hash) or taken away, by the hash of its key.
struct TreeChange
{
    Hash256 key_hash;
    std::optional<Hash256> row_hash;
};

struct TreeCounters
{
    std::uint64_t hashes = 0;          ///< Nodes and leaves hashed by updates.
    std::uint64_t hashes_checked = 0;  ///< Hashed to check pages that were read.
    std::uint64_t pages_read = 0;
    std::uint64_t pages_written = 0;  ///< Handed out by take_dirty, removals included.
    std::uint64_t bytes_written = 0;  ///< Of their keys and values.
};

/// What the tree stands on: a root page whose subtrees are all accounted for.
struct TreeTop
{
    StateRoot root;
    std::uint64_t rows = 0;

    friend bool operator==(const TreeTop&, const TreeTop&) = default;
};

/// The authenticated tree: a binary Merkle trie over (hash of key, hash of row).
///
/// The root depends on the set of rows alone, not on the order in which they came. A page that is
/// read is checked against the hash that its parent has for it. Pages that changed stay in memory
/// until drop_dirty(); a bounded number of unchanged pages, those near the root preferred, is kept.
///
/// Throws StoreFailure when a page is missing, wrong or unreadable; the tree is then of no more
/// use.
class Tree
{
    struct Pages;

    std::unique_ptr<Pages> m_pages;
    TreeTop m_top;
    TreeCounters m_counters;

public:
    /// A tree that is empty, or that stands in the source under this root. Without a source every
    /// page stays in memory.
    Tree(const PageSource* source, TreeTop top, std::size_t cache_bytes_max);
    ~Tree();

    /// Changes sorted by key hash, one each. A row that is put as it was, or taken away without
    /// having been there, changes nothing.
    StateRoot update(std::span<const TreeChange> changes);

    const TreeTop& top() const noexcept { return m_top; }
    const TreeCounters& counters() const noexcept { return m_counters; }

    /// Visits the pages that changed since drop_dirty(), by path; absent: the page is gone.
    void visit_dirty(FunctionRef<void(const TreePath& path, const TreePage* page)> visit) const;

    /// The source holds every changed page now.
    void drop_dirty();

    std::size_t dirty_pages() const;
    std::size_t dirty_bytes() const;
    std::size_t cached_bytes() const;

    /// The path of a key hash: its siblings from the root down, and what stands at its end. Table,
    /// key and row are left to the caller.
    Proof path_of(const Hash256& key_hash);

private:
    TreePage load(const TreePath& path, const Hash256& hash);
    TreeSlot update_slot(
        const TreeSlot& slot, const TreePath& path, std::span<const TreeChange> changes);
    TreeSlot update_page(const TreeSlot& slot, const std::optional<TreePage>& before, TreePage page,
        const TreePath& path, std::span<const TreeChange> changes);
};
}  // namespace engine
