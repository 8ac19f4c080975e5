#include "engine/store/tree.hpp"

#include "engine/base/check.hpp"
#include "engine/base/hex.hpp"
#include "engine/hash/sha256.hpp"
#include "engine/store/error.hpp"

#include <algorithm>
#include <unordered_map>

namespace engine
{
namespace
{
struct PathHash
{
    std::size_t operator()(const TreePath& path) const noexcept
    {
        std::uint64_t word = 0;
        std::memcpy(&word, path.bits.bytes.data(), sizeof word);
        return (word ^ path.depth) * 0x9e3779b97f4a7c15;
    }
};

/// A subtree seen from above: what its parent hashes, and whether a row alone hangs there.
struct Subtree
{
    TreeSlot::Kind kind = TreeSlot::Kind::empty;
    Hash256 hash;
};

Subtree subtree_of(const TreeSlot& slot, std::uint64_t& hashes)
{
    if (slot.kind != TreeSlot::Kind::leaf)
        return {slot.kind, slot.hash};
    ++hashes;
    return {slot.kind, leaf_hash_of(slot.hash, slot.row_hash)};
}

Subtree join(const Subtree& left, const Subtree& right, std::uint64_t& hashes)
{
    using Kind = TreeSlot::Kind;
    if (left.kind == Kind::empty && right.kind != Kind::node)
        return right;
    if (right.kind == Kind::empty && left.kind != Kind::node)
        return left;
    ++hashes;
    return {Kind::node, sha256_pair(left.hash, right.hash)};
}

Subtree half_of(const TreePage& page, std::size_t half, std::uint64_t& hashes)
{
    const auto& slots = page.slots;
    return join(
        subtree_of(slots[2 * half], hashes), subtree_of(slots[2 * half + 1], hashes), hashes);
}

Hash256 hash_of(const TreePage& page, std::uint64_t& hashes)
{
    return join(half_of(page, 0, hashes), half_of(page, 1, hashes), hashes).hash;
}

unsigned quarter_of(const Hash256& key_hash, std::size_t depth)
{
    const unsigned byte = key_hash.bytes[depth / 8];
    return byte >> (6 - depth % 8) & 3U;
}

/// The slot that is alone on a page, if that is a leaf: it hangs on the parent's page instead.
const TreeSlot* lone_leaf(const TreePage& page)
{
    const TreeSlot* alone = nullptr;
    for (const auto& slot : page.slots)
    {
        if (slot.kind == TreeSlot::Kind::empty)
            continue;
        if (slot.kind == TreeSlot::Kind::node || alone != nullptr)
            return nullptr;
        alone = &slot;
    }
    return alone;
}

StoreFailure corrupt(const TreePath& path, std::string what, std::string why)
{
    return StoreFailure{{StoreErrorCode::corrupt, std::move(what),
        "tree page " + to_hex(page_key(path)), std::move(why),
        "delete the state directory and start again: the state is rebuilt from the log"}};
}
}  // namespace

/// Changed pages, and a bounded number of others in two generations: what is used moves to the
/// younger one, so that the pages near the root, which every update uses, stay.
struct Tree::Pages
{
    using Map = std::unordered_map<TreePath, TreePage, PathHash>;

    const PageSource* source = nullptr;
    std::size_t generation_max = 0;  // Pages.
    std::unordered_map<TreePath, std::optional<TreePage>, PathHash> dirty;
    Map young;
    Map old;

    void keep(const TreePath& path, const TreePage& page)
    {
        if (generation_max == 0)
            return;
        if (young.size() >= generation_max)
        {
            old = std::move(young);
            young = {};
        }
        young.insert_or_assign(path, page);
    }

    const TreePage* find(const TreePath& path)
    {
        if (const auto it = young.find(path); it != young.end())
            return &it->second;
        const auto it = old.find(path);
        if (it == old.end())
            return nullptr;
        const auto page = it->second;
        old.erase(it);
        keep(path, page);
        return &young.find(path)->second;
    }

    void forget(const TreePath& path)
    {
        young.erase(path);
        old.erase(path);
    }

    /// A page was removed or replaced: without a source nothing remains to be told.
    void set(const TreePath& path, const std::optional<TreePage>& page)
    {
        forget(path);
        if (!page && source == nullptr)
            dirty.erase(path);
        else
            dirty.insert_or_assign(path, page);
    }
};

namespace
{
constexpr std::size_t kBytesPerCachedPage = sizeof(TreePath) + sizeof(TreePage) + 24;
}  // namespace

Tree::Tree(const PageSource* source, TreeTop top, std::size_t cache_bytes_max)
  : m_pages{std::make_unique<Pages>()}, m_top{top}
{
    ENSURE(source != nullptr || top.rows == 0);
    m_pages->source = source;
    m_pages->generation_max = cache_bytes_max / kBytesPerCachedPage / 2;
}

Tree::~Tree() = default;

TreePage Tree::load(const TreePath& path, const Hash256& hash)
{
    if (const auto it = m_pages->dirty.find(path); it != m_pages->dirty.end())
    {
        ENSURE(it->second.has_value());
        return *it->second;
    }
    if (const auto* page = m_pages->find(path))
        return *page;

    ENSURE(m_pages->source != nullptr);
    const auto page = m_pages->source->load(path);
    ++m_counters.pages_read;
    if (!page)
        throw corrupt(path, "a page of the state tree is missing", "the page above it names it");
    const auto found = hash_of(*page, m_counters.hashes_checked);
    if (found != hash)
        throw corrupt(path, "a page of the state tree is not the one it should be",
            "its hash is " + to_hex(found.bytes) + ", the page above it says " +
                to_hex(hash.bytes));
    m_pages->keep(path, *page);
    return *page;
}

StateRoot Tree::update(std::span<const TreeChange> changes)
{
    for (std::size_t i = 1; i < changes.size(); ++i)
        ENSURE(changes[i - 1].key_hash < changes[i].key_hash);
    if (changes.empty())
        return m_top.root;

    // The page at the top is there whenever there is a row, be it one.
    const TreePath top_path{};
    TreeSlot top;
    std::optional<TreePage> before;
    if (m_top.rows > 0)
    {
        top = {TreeSlot::Kind::node, Hash256{m_top.root.bytes}, {}};
        before = load(top_path, top.hash);
    }
    top = update_page(top, before, before.value_or(TreePage{}), top_path, changes);
    m_top.root = StateRoot{top.hash.bytes};
    ENSURE((m_top.rows == 0) == (top.kind == TreeSlot::Kind::empty));
    return m_top.root;
}

TreeSlot Tree::update_slot(
    const TreeSlot& slot, const TreePath& path, std::span<const TreeChange> changes)
{
    using Kind = TreeSlot::Kind;
    if (slot.kind == Kind::node)
    {
        const auto page = load(path, slot.hash);
        return update_page(slot, page, page, path, changes);
    }
    const auto& change = changes.front();
    const bool is_other = slot.kind == Kind::leaf && slot.hash != change.key_hash;
    if (changes.size() == 1 && (!is_other || !change.row_hash))
    {
        if (is_other)
            return slot;  // Nothing is taken away where nothing was.
        m_top.rows += change.row_hash ? 1U : 0U;
        m_top.rows -= slot.kind == Kind::leaf ? 1U : 0U;
        return change.row_hash ? TreeSlot{Kind::leaf, change.key_hash, *change.row_hash}
                               : TreeSlot{};
    }
    TreePage page;
    if (slot.kind == Kind::leaf)
        page.slots[quarter_of(slot.hash, path.depth)] = slot;
    return update_page(slot, std::nullopt, page, path, changes);
}

TreeSlot Tree::update_page(const TreeSlot& slot, const std::optional<TreePage>& before,
    TreePage page, const TreePath& path, std::span<const TreeChange> changes)
{
    for (unsigned quarter = 0; quarter < page.slots.size(); ++quarter)
    {
        const auto end = std::partition_point(changes.begin(), changes.end(),
            [&](const TreeChange& c) { return quarter_of(c.key_hash, path.depth) <= quarter; });
        const auto here = changes.first(static_cast<std::size_t>(end - changes.begin()));
        if (!here.empty())
            page.slots[quarter] = update_slot(page.slots[quarter], path.child(quarter), here);
        changes = changes.subspan(here.size());
    }
    if (before == page)
        return slot;

    const auto* leaf = path.depth == 0 ? nullptr : lone_leaf(page);
    if (leaf != nullptr || page == TreePage{})
    {
        if (before)
            m_pages->set(path, std::nullopt);
        return leaf != nullptr ? *leaf : TreeSlot{};
    }
    m_pages->set(path, page);
    return {TreeSlot::Kind::node, hash_of(page, m_counters.hashes), {}};
}

void Tree::visit_dirty(FunctionRef<void(const TreePath& path, const TreePage* page)> visit) const
{
    using Entry = decltype(m_pages->dirty)::value_type;
    std::vector<const Entry*> entries;
    entries.reserve(m_pages->dirty.size());
    for (const auto& entry : m_pages->dirty)
        entries.push_back(&entry);
    std::sort(entries.begin(), entries.end(),
        [](const Entry* a, const Entry* b) { return a->first < b->first; });
    for (const auto* entry : entries)
        visit(entry->first, entry->second ? &*entry->second : nullptr);
}

void Tree::drop_dirty()
{
    for (const auto& [path, page] : m_pages->dirty)
    {
        ++m_counters.pages_written;
        m_counters.bytes_written += page_key_bytes(path) + (page ? page_bytes(*page) : 0);
        if (page)
            m_pages->keep(path, *page);
    }
    m_pages->dirty.clear();
}

std::size_t Tree::dirty_pages() const
{
    return m_pages->dirty.size();
}

std::size_t Tree::dirty_bytes() const
{
    return m_pages->dirty.size() * kBytesPerCachedPage;
}

std::size_t Tree::cached_bytes() const
{
    return (m_pages->young.size() + m_pages->old.size()) * kBytesPerCachedPage;
}

Proof Tree::path_of(const Hash256& key_hash)
{
    using Kind = TreeSlot::Kind;
    Proof proof;
    TreePath path;
    TreeSlot slot;  // Where the path has come to.
    if (m_top.rows > 0)
        slot = {Kind::node, Hash256{m_top.root.bytes}, {}};

    std::uint64_t hashes = 0;
    while (slot.kind == Kind::node)
    {
        const auto page = load(path, slot.hash);
        const auto quarter = quarter_of(key_hash, path.depth);
        if (const auto* alone = lone_leaf(page))
        {
            slot = *alone;  // The only row of the state.
            break;
        }
        const auto mine = half_of(page, quarter / 2, hashes);
        proof.siblings.push_back(half_of(page, 1 - quarter / 2, hashes).hash);
        slot = page.slots[quarter];
        if (mine.kind != Kind::node)
        {
            const auto& beside = page.slots[quarter ^ 1U];
            slot = slot.kind == Kind::empty ? beside : slot;
            break;
        }
        proof.siblings.push_back(subtree_of(page.slots[quarter ^ 1U], hashes).hash);
        path = path.child(quarter);
    }

    if (slot.kind == Kind::empty)
    {
        proof.end = ProofEnd::empty;
    }
    else if (slot.hash == key_hash)
    {
        proof.end = ProofEnd::row;
    }
    else
    {
        proof.end = ProofEnd::other;
        proof.other_key_hash = slot.hash;
        proof.other_row_hash = slot.row_hash;
    }
    return proof;
}
}  // namespace engine
