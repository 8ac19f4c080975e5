#include "engine/store/tree.hpp"

#include "engine/base/hex.hpp"
#include "engine/hash/sha256.hpp"
#include "engine/store/error.hpp"
#include "engine/store/rooter.hpp"
#include "tests/store/world.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace engine
{
namespace
{
using namespace test;

/// Pages in a map, as bytes: what a flush writes and a reopening reads.
class PageMap final : public PageSource
{
public:
    std::map<Bytes, Bytes> pages;

    std::optional<TreePage> load(const TreePath& path) const override
    {
        const auto it = pages.find(page_key(path));
        return it == pages.end() ? std::nullopt : decode_page(it->second);
    }
    void flush(Tree& tree)
    {
        tree.visit_dirty([&](const TreePath& path, const TreePage* page) {
            if (page == nullptr)
            {
                pages.erase(page_key(path));
                return;
            }
            Bytes value;
            encode_page(value, *page);
            pages[page_key(path)] = value;
        });
        tree.drop_dirty();
    }
};

Hash256 hash_of_number(std::uint64_t number)
{
    return sha256(bytes(std::to_string(number)));
}

/// A key hash that shares all but its last bits with its neighbours.
Hash256 deep_hash(std::uint8_t last)
{
    Hash256 hash;
    hash.bytes[31] = last;
    return hash;
}

using Leaves = std::map<Hash256, Hash256>;

Hash256 naive(Leaves::const_iterator begin, Leaves::const_iterator end, std::size_t depth)
{
    if (begin == end)
        return {};
    if (std::next(begin) == end)
        return leaf_hash_of(begin->first, begin->second);
    auto middle = begin;
    while (middle != end && !bit_of(middle->first, depth))
        ++middle;
    return sha256_pair(naive(begin, middle, depth + 1), naive(middle, end, depth + 1));
}

StateRoot naive(const Leaves& leaves)
{
    return StateRoot{naive(leaves.begin(), leaves.end(), 0).bytes};
}

StateRoot update(
    Tree& tree, Leaves& model, const std::map<Hash256, std::optional<Hash256>>& changes)
{
    std::vector<TreeChange> list;
    for (const auto& [key, row] : changes)
    {
        list.push_back({key, row});
        if (row)
            model[key] = *row;
        else
            model.erase(key);
    }
    return tree.update(list);
}

TEST(Tree, RootOfNothingIsZero)
{
    Tree tree{nullptr, {}, 0};
    EXPECT_EQ(tree.top().root, StateRoot{});
    EXPECT_EQ(tree.update({}), StateRoot{});
}

TEST(Tree, RootOfOneRowIsItsLeaf)
{
    Tree tree{nullptr, {}, 0};
    const TreeChange change{hash_of_number(1), hash_of_number(2)};
    const auto root = tree.update({&change, 1});
    EXPECT_EQ(root.bytes, leaf_hash_of(hash_of_number(1), hash_of_number(2)).bytes);
    EXPECT_EQ(tree.top().rows, 1U);
}

TEST(Tree, HashesAreTheOnesOfTheReadme)
{
    // Computed with Python's hashlib.
    EXPECT_EQ(to_hex(key_hash_of(0x0101, bytes("key")).bytes),
        "649c451ab0ae5f2b09ceac888d3f828e2f62a074bd40da023b06f6ef6446a7ff");
    EXPECT_EQ(to_hex(row_hash_of(0x0101, bytes("row")).bytes),
        "9b0aa7078f9cab4a2faad236034476e268407e1067116287bc8adc013b4d71bd");
    EXPECT_EQ(
        to_hex(leaf_hash_of(key_hash_of(0x0101, bytes("key")), row_hash_of(0x0101, bytes("row")))
                   .bytes),
        "706166706c8df3cf7e581d75f5cab657d77390ba65187fb8abd623024c83bc3b");
}

TEST(Tree, KeysThatDifferInTheLastBitAreBothKept)
{
    Tree tree{nullptr, {}, 0};
    Leaves model;
    const auto root = update(tree, model,
        {{deep_hash(0), hash_of_number(0)}, {deep_hash(1), hash_of_number(1)},
            {deep_hash(128), hash_of_number(2)}});
    EXPECT_EQ(root, naive(model));
    EXPECT_EQ(tree.top().rows, 3U);
    EXPECT_EQ(tree.path_of(deep_hash(1)).siblings.size(), 256U);

    const auto two = update(tree, model, {{deep_hash(1), std::nullopt}});
    EXPECT_EQ(two, naive(model));
    const auto one = update(tree, model, {{deep_hash(128), std::nullopt}});
    EXPECT_EQ(one, naive(model));
    EXPECT_EQ(tree.dirty_pages(), 1U);
}

TEST(Tree, TakingAwayWhatIsNotThereChangesNothing)
{
    Tree tree{nullptr, {}, 0};
    Leaves model;
    const auto root = update(tree, model,
        {{hash_of_number(1), hash_of_number(1)}, {hash_of_number(2), hash_of_number(2)}});
    EXPECT_EQ(update(tree, model, {{hash_of_number(3), std::nullopt}}), root);
    EXPECT_EQ(tree.top().rows, 2U);
}

TEST(Tree, PuttingARowAsItIsWritesNothing)
{
    PageMap pages;
    Tree tree{&pages, {}, 1 << 20};
    Leaves model;
    std::map<Hash256, std::optional<Hash256>> all;
    for (std::uint64_t i = 0; i < 100; ++i)
        all[hash_of_number(i)] = hash_of_number(i + 1);
    const auto root = update(tree, model, all);
    pages.flush(tree);
    EXPECT_EQ(update(tree, model, all), root);
    EXPECT_EQ(tree.dirty_pages(), 0U);
}

TEST(Tree, AnEmptiedTreeLeavesNoPage)
{
    PageMap pages;
    Tree tree{&pages, {}, 1 << 20};
    Leaves model;
    std::map<Hash256, std::optional<Hash256>> all;
    for (std::uint64_t i = 0; i < 300; ++i)
        all[hash_of_number(i)] = hash_of_number(i + 1);
    update(tree, model, all);
    pages.flush(tree);
    EXPECT_GT(pages.pages.size(), 50U);
    for (auto& [key, row] : all)
        row = std::nullopt;
    EXPECT_EQ(update(tree, model, all), StateRoot{});
    pages.flush(tree);
    EXPECT_TRUE(pages.pages.empty());
}

TEST(Tree, AMissingPageIsNamed)
{
    PageMap pages;
    Tree tree{&pages, {}, 0};
    Leaves model;
    for (std::uint64_t i = 0; i < 50; ++i)
        update(tree, model, {{hash_of_number(i), hash_of_number(i)}});
    pages.flush(tree);
    const auto damaged = std::next(pages.pages.begin(), 3)->first;
    pages.pages.erase(damaged);
    try
    {
        Tree again{&pages, tree.top(), 0};
        for (std::uint64_t i = 0; i < 50; ++i)
            update(again, model, {{hash_of_number(i), hash_of_number(i + 1)}});
        FAIL();
    }
    catch (const StoreFailure& failure)
    {
        EXPECT_EQ(failure.error().code, StoreErrorCode::corrupt);
        EXPECT_NE(failure.error().where.find(to_hex(damaged)), std::string::npos);
    }
}

TEST(Tree, APageOfAnotherStateIsRefused)
{
    PageMap pages;
    Tree tree{&pages, {}, 0};
    Leaves model;
    for (std::uint64_t i = 0; i < 50; ++i)
        update(tree, model, {{hash_of_number(i), hash_of_number(i)}});
    pages.flush(tree);
    const auto old_pages = pages.pages;
    for (std::uint64_t i = 0; i < 50; ++i)
        update(tree, model, {{hash_of_number(i), hash_of_number(i + 1)}});
    pages.flush(tree);

    auto& [key, value] = *std::next(pages.pages.begin(), 2);
    value = old_pages.at(key);
    Tree again{&pages, tree.top(), 0};
    EXPECT_THROW(
        {
            for (std::uint64_t i = 0; i < 50; ++i)
                again.path_of(hash_of_number(i));
        },
        StoreFailure);
}

rc::Gen<Hash256> any_key_hash()
{
    return rc::gen::oneOf(rc::gen::map(rc::gen::inRange<std::uint64_t>(0, 60), hash_of_number),
        rc::gen::map(rc::gen::inRange(0, 16),
            [](int last) { return deep_hash(static_cast<std::uint8_t>(last)); }));
}

using Batch = std::map<Hash256, std::optional<Hash256>>;

rc::Gen<Batch> any_batch()
{
    using Row = std::optional<Hash256>;
    return rc::gen::container<Batch>(any_key_hash(),
        rc::gen::map(rc::gen::inRange<std::uint64_t>(0, 4),
            [](std::uint64_t n) { return n == 0 ? Row{} : Row{hash_of_number(n)}; }));
}

RC_GTEST_PROP(Tree, RootIsTheModelsWhateverWasFlushedAndReopened, ())
{
    PageMap pages;
    auto tree = std::make_unique<Tree>(&pages, TreeTop{}, 4096);
    Tree in_memory{nullptr, {}, 0};
    Leaves model;
    Leaves same;
    for (const auto& batch : *rc::gen::container<std::vector<Batch>>(any_batch()))
    {
        const auto root = update(*tree, model, batch);
        RC_ASSERT(root == naive(model));
        RC_ASSERT(update(in_memory, same, batch) == root);
        RC_ASSERT(tree->top().rows == model.size());
        RC_ASSERT(in_memory.top() == tree->top());
        if (*rc::gen::arbitrary<bool>())
            pages.flush(*tree);
        if (tree->dirty_pages() == 0 && *rc::gen::arbitrary<bool>())
            tree = std::make_unique<Tree>(&pages, tree->top(), 4096);
    }
}

RC_GTEST_PROP(Tree, RootDoesNotDependOnTheWayThere, ())
{
    const auto rows = *rc::gen::container<Leaves>(
        any_key_hash(), rc::gen::map(rc::gen::inRange<std::uint64_t>(0, 3), hash_of_number));
    Tree at_once{nullptr, {}, 0};
    Leaves model;
    Batch all{rows.begin(), rows.end()};
    const auto root = update(at_once, model, all);

    PageMap pages;
    Tree one_by_one{&pages, {}, 0};
    const auto detour = *any_batch();
    Leaves ignored;
    update(one_by_one, ignored, detour);
    for (const auto& [key, row] : detour)
        update(one_by_one, ignored, {{key, std::nullopt}});
    for (const auto& [key, row] : rows)
        update(one_by_one, ignored, {{key, row}});
    RC_ASSERT(one_by_one.top().root == root);
    pages.flush(one_by_one);

    // The pages too are a function of the rows.
    PageMap other;
    Tree again{&other, {}, 0};
    update(again, ignored, all);
    other.flush(again);
    RC_ASSERT(other.pages == pages.pages);
}

RC_GTEST_PROP(TreePage, ComesBackFromItsBytesAndNoOthersDo, ())
{
    TreePage page;
    for (auto& slot : page.slots)
    {
        slot.kind =
            *rc::gen::element(TreeSlot::Kind::empty, TreeSlot::Kind::leaf, TreeSlot::Kind::node);
        if (slot.kind != TreeSlot::Kind::empty)
            slot.hash = *any_key_hash();
        if (slot.kind == TreeSlot::Kind::leaf)
            slot.row_hash = *any_key_hash();
    }
    Bytes encoded;
    encode_page(encoded, page);
    RC_ASSERT(encoded.size() <= kTreePageBytesMax);
    RC_ASSERT(encoded.size() == page_bytes(page));
    RC_ASSERT(decode_page(encoded) == page);
    encoded.push_back(0);
    RC_ASSERT(!decode_page(encoded));
    encoded.resize(encoded.size() - 2);
    RC_ASSERT(!decode_page(encoded));
}

RC_GTEST_PROP(Rooter, RootIsTheNaiveOneOfTheRows, ())
{
    LiveState state{kTables};
    MemoryState model;
    Rooter rooter;
    std::uint64_t height = 0;
    for (const auto& writes : *rc::gen::container<std::vector<std::vector<Write>>>(
             rc::gen::container<std::vector<Write>>(any_write())))
    {
        const auto changes = changes_of(model, writes);
        state.apply(changes);
        model.apply(changes);
        auto frozen = state.freeze(LogHeight{++height});
        RC_ASSERT(rooter.take(frozen) == naive_root(model));
        RC_ASSERT(rooter.top().rows == model.size());
    }
}
}  // namespace
}  // namespace engine
