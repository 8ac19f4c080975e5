#pragma once

#include "engine/base/types.hpp"
#include "engine/bitcoin/transaction.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

/// Bitcoin's Merkle tree: SHA256d of pairs, the last node of an odd level paired with itself.
///
/// Two weaknesses of that tree are met here:
/// - Doubling the last nodes of a block gives another list with the same root (CVE-2012-2459).
///   A list whose tree has two equal siblings is called mutated and must not be believed; the
///   header that it came with is not to blame.
/// - A node, 64 bytes, can be made to look like a transaction, and a transaction of 64 bytes can be
///   taken for a node. So a branch must have exactly the depth of the tree, which is learned from
///   the coinbase's branch or from the number of transactions, and no transaction of 64 bytes is
///   proved at all (consensus allows them, no wallet makes them).
namespace engine::btc
{
struct MerkleTree
{
    MerkleRoot root;       ///< 32 zero bytes when there are no leaves.
    bool mutated = false;  ///< Two siblings are equal: the list is not the one the miner hashed.
};

MerkleTree merkle_tree(std::vector<Hash256> leaves);
MerkleTree merkle_tree(std::span<const Txid> txids);

/// The number of levels above the leaves.
std::uint32_t merkle_depth(std::uint32_t leaf_count);

/// Where a leaf stands and its siblings from the leaf up, in internal byte order.
struct MerkleBranch
{
    std::uint32_t index = 0;
    std::vector<Hash256> siblings;

    friend bool operator==(const MerkleBranch&, const MerkleBranch&) = default;
};

/// The branch of one of these leaves. The index must be below their number.
MerkleBranch merkle_branch(std::span<const Txid> txids, std::uint32_t index);

/// Whether the branch leads from the leaf to the root, and the index can exist at its depth and is
/// not that of a doubled node. This alone proves no transaction: see find_inclusion_fault.
bool verify(const Txid& txid, const MerkleBranch& branch, const MerkleRoot& root);

enum class InclusionFault : std::uint8_t
{
    looks_like_a_node,      ///< The transaction has 64 bytes without its witness.
    wrong_depth,            ///< The branch is not as long as the tree is deep.
    not_under_the_root,     ///< The branch leads to another root, or its index does not exist.
    no_coinbase,            ///< What is said to be the coinbase is none, or stands elsewhere.
    coinbase_not_proved,    ///< The coinbase's branch leads to another root.
    coinbase_out_of_place,  ///< A coinbase not at index 0, or something else there.
};

std::string_view describe(InclusionFault fault);

/// A block's coinbase with its branch: shows how deep the tree is. To fake that depth, someone
/// would have to find a node whose 64 bytes read as a coinbase, and its first 32 as a hash: 2^200
/// work.
struct CoinbaseProof
{
    const Transaction& transaction;
    const MerkleBranch& branch;
};

/// Nothing when the transaction stands under the root at the branch's index; else the first fault.
std::optional<InclusionFault> find_inclusion_fault(const Transaction& transaction,
    const MerkleBranch& branch, const CoinbaseProof& coinbase, const MerkleRoot& root);

/// The same, when the number of the block's transactions is known from a source that is trusted.
std::optional<InclusionFault> find_inclusion_fault(const Transaction& transaction,
    const MerkleBranch& branch, std::uint32_t transaction_count, const MerkleRoot& root);
}  // namespace engine::btc
