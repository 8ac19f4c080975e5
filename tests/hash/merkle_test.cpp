#include "engine/hash/merkle.hpp"

#include "engine/hash/sha256.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine
{
namespace
{
std::vector<Hash256> leaves(std::size_t count)
{
    std::vector<Hash256> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(sha256(std::array{static_cast<std::uint8_t>(i)}));
    return out;
}

TEST(Merkle, RootOfNothingIsZero)
{
    EXPECT_EQ(merkle::root({}), Hash256{});
}

TEST(Merkle, RootOfOneLeafIsTheLeaf)
{
    EXPECT_EQ(merkle::root(leaves(1)), leaves(1)[0]);
}

TEST(Merkle, OddLastNodeIsPromoted)
{
    const auto l = leaves(5);
    const auto left = sha256_pair(sha256_pair(l[0], l[1]), sha256_pair(l[2], l[3]));
    EXPECT_EQ(merkle::root(l), sha256_pair(left, l[4]));
    EXPECT_EQ(merkle::root(leaves(3)), sha256_pair(sha256_pair(l[0], l[1]), l[2]));
}

TEST(Merkle, DoubledLastLeafGivesAnotherRoot)
{
    auto doubled = leaves(3);
    doubled.push_back(doubled.back());
    EXPECT_NE(merkle::root(doubled), merkle::root(leaves(3)));
}

TEST(Merkle, EveryLeafOfEverySmallTreeIsProved)
{
    for (std::size_t count = 1; count <= 70; ++count)
    {
        const auto all = leaves(count);
        const auto root = merkle::root(all);
        for (std::size_t i = 0; i < count; ++i)
            EXPECT_TRUE(merkle::verify(all[i], {i, count}, merkle::branch(all, i), root))
                << i << " of " << count;
    }
}

TEST(Merkle, WrongPlaceIsRefused)
{
    const auto all = leaves(7);
    const auto root = merkle::root(all);
    const auto branch = merkle::branch(all, 2);
    EXPECT_TRUE(merkle::verify(all[2], {2, 7}, branch, root));
    EXPECT_FALSE(merkle::verify(all[2], {3, 7}, branch, root));
    EXPECT_FALSE(merkle::verify(all[2], {7, 7}, branch, root));
    EXPECT_FALSE(merkle::verify(all[2], {2, 0}, branch, root));
    EXPECT_FALSE(merkle::verify(all[2], {2, 9}, branch, root));
}

TEST(Merkle, LastIndexOfTheLargestTreeEndsWithoutACrash)
{
    EXPECT_FALSE(merkle::verify({}, {UINT64_MAX - 1, UINT64_MAX}, {}, {}));
}

RC_GTEST_PROP(Merkle, ChangedProofIsRefused, ())
{
    const auto count = *rc::gen::inRange<std::size_t>(2, 40);
    const auto index = *rc::gen::inRange<std::size_t>(0, count);
    const auto all = leaves(count);
    const auto root = merkle::root(all);
    auto branch = merkle::branch(all, index);

    const auto at = *rc::gen::inRange<std::size_t>(0, branch.size());
    const auto bit = *rc::gen::inRange<std::size_t>(0, 256);
    auto changed = branch;
    changed[at].bytes[bit / 8] =
        static_cast<std::uint8_t>(changed[at].bytes[bit / 8] ^ 1 << bit % 8);
    RC_ASSERT(!merkle::verify(all[index], {index, count}, changed, root));

    auto longer = branch;
    longer.push_back(root);
    RC_ASSERT(!merkle::verify(all[index], {index, count}, longer, root));

    branch.pop_back();
    RC_ASSERT(!merkle::verify(all[index], {index, count}, branch, root));
}
}  // namespace
}  // namespace engine
