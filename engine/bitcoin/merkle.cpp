#include "engine/bitcoin/merkle.hpp"

#include "engine/base/check.hpp"
#include "engine/hash/sha256.hpp"

#include <bit>

namespace engine::btc
{
namespace
{
constexpr std::size_t kNodeSize = 64;
constexpr std::size_t kDepthMax = 31;  // A block has fewer than 2^17 transactions.

std::vector<Hash256> as_leaves(std::span<const Txid> txids)
{
    std::vector<Hash256> leaves;
    leaves.reserve(txids.size());
    for (const auto& id : txids)
        leaves.push_back(retag<Hash256>(id));
    return leaves;
}

/// Whether two different places of a level hold one hash in one pair.
bool has_equal_siblings(std::span<const Hash256> level)
{
    for (std::size_t i = 0; i + 1 < level.size(); i += 2)
    {
        if (level[i] == level[i + 1])
            return true;
    }
    return false;
}

/// Replaces a level by the one above it.
void climb(std::vector<Hash256>& level)
{
    if (level.size() % 2 != 0)
        level.push_back(level.back());
    for (std::size_t i = 0; i < level.size() / 2; ++i)
        level[i] = sha256d_pair(level[2 * i], level[2 * i + 1]);
    level.resize(level.size() / 2);
}

std::optional<InclusionFault> find_branch_fault(const Transaction& transaction,
    const MerkleBranch& branch, std::size_t depth, const MerkleRoot& root)
{
    if (stripped_size(transaction) == kNodeSize)
        return InclusionFault::looks_like_a_node;
    if (branch.siblings.size() != depth)
        return InclusionFault::wrong_depth;
    if (is_coinbase(transaction) != (branch.index == 0))
        return InclusionFault::coinbase_out_of_place;
    if (!verify(txid(transaction), branch, root))
        return InclusionFault::not_under_the_root;
    return std::nullopt;
}
}  // namespace

MerkleTree merkle_tree(std::vector<Hash256> leaves)
{
    if (leaves.empty())
        return {};
    bool mutated = false;
    while (leaves.size() > 1)
    {
        mutated = mutated || has_equal_siblings(leaves);
        climb(leaves);
    }
    return {retag<MerkleRoot>(leaves[0]), mutated};
}

MerkleTree merkle_tree(std::span<const Txid> txids)
{
    return merkle_tree(as_leaves(txids));
}

std::uint32_t merkle_depth(std::uint32_t leaf_count)
{
    return leaf_count == 0 ? 0 : static_cast<std::uint32_t>(std::bit_width(leaf_count - 1));
}

MerkleBranch merkle_branch(std::span<const Txid> txids, std::uint32_t index)
{
    ENSURE(index < txids.size());
    MerkleBranch branch{index, {}};
    auto level = as_leaves(txids);
    for (std::size_t place = index; level.size() > 1; place /= 2)
    {
        const auto sibling = place ^ 1;
        branch.siblings.push_back(sibling < level.size() ? level[sibling] : level[place]);
        climb(level);
    }
    return branch;
}

bool verify(const Txid& txid, const MerkleBranch& branch, const MerkleRoot& root)
{
    const auto depth = branch.siblings.size();
    if (depth > kDepthMax || branch.index >> depth != 0)
        return false;

    auto node = retag<Hash256>(txid);
    auto index = branch.index;
    for (const auto& sibling : branch.siblings)
    {
        const bool on_the_right = index % 2 != 0;
        if (on_the_right && sibling == node)
            return false;  // The second of a doubled node: the leaf has a place further left.
        node = on_the_right ? sha256d_pair(sibling, node) : sha256d_pair(node, sibling);
        index /= 2;
    }
    return retag<MerkleRoot>(node) == root;
}

std::string_view describe(InclusionFault fault)
{
    switch (fault)
    {
        case InclusionFault::looks_like_a_node:
            return "a transaction of 64 bytes can't be told from a node of the tree";
        case InclusionFault::wrong_depth:
            return "the branch is not as long as the tree is deep";
        case InclusionFault::not_under_the_root:
            return "the branch does not lead to the header's Merkle root";
        case InclusionFault::no_coinbase:
            return "what is said to be the coinbase is none";
        case InclusionFault::coinbase_not_proved:
            return "the coinbase's branch does not lead to the header's Merkle root";
        case InclusionFault::coinbase_out_of_place:
            return "the coinbase, and nothing else, stands at index 0";
    }
    ENSURE(!"a declared fault");
    return {};
}

std::optional<InclusionFault> find_inclusion_fault(const Transaction& transaction,
    const MerkleBranch& branch, const CoinbaseProof& coinbase, const MerkleRoot& root)
{
    if (!is_coinbase(coinbase.transaction) || coinbase.branch.index != 0)
        return InclusionFault::no_coinbase;
    if (stripped_size(coinbase.transaction) == kNodeSize)
        return InclusionFault::looks_like_a_node;
    if (!verify(txid(coinbase.transaction), coinbase.branch, root))
        return InclusionFault::coinbase_not_proved;
    return find_branch_fault(transaction, branch, coinbase.branch.siblings.size(), root);
}

std::optional<InclusionFault> find_inclusion_fault(const Transaction& transaction,
    const MerkleBranch& branch, std::uint32_t transaction_count, const MerkleRoot& root)
{
    if (branch.index >= transaction_count)
        return InclusionFault::not_under_the_root;
    return find_branch_fault(transaction, branch, merkle_depth(transaction_count), root);
}
}  // namespace engine::btc
