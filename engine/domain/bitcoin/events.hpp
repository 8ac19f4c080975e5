#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"

#include <array>
#include <variant>
#include <vector>

namespace engine::bitcoin
{
/// A header as it stands in the chain: 80 bytes.
using RawHeader = FixedBytes<struct EventHeaderTag, 80>;

enum class Network : std::uint8_t
{
    mainnet = 0,
    testnet4 = 1,
    signet = 2,
    regtest = 3,
};
constexpr bool is_declared(Network n)
{
    return n <= Network::regtest;
}

/// Where the header chain of this log begins. Nothing below it is known or needed.
struct ChainAnchor
{
    RawHeader header;
    ChainHeight height;
    Hash256 work;                   ///< Chain work up to and including the anchor, big endian.
    ChainTime period_start;         ///< Time of the first block of the anchor's difficulty period.
    std::uint32_t period_bits = 0;  ///< Compact target of that first block (BIP-94 uses it).
    std::vector<ChainTime> last_times;  ///< Of the last (at most 11) blocks, anchor last.

    friend bool operator==(const ChainAnchor&, const ChainAnchor&) = default;
};

/// What genesis says about Bitcoin.
struct Genesis
{
    Network network = Network::regtest;
    ChainAnchor anchor;
    std::uint32_t window = 144;  ///< Blocks below the tip in which a reorg is a matter of course.

    friend bool operator==(const Genesis&, const Genesis&) = default;
};

/// A header exists, with its proof of work.
struct HeaderSeen
{
    RawHeader header;
    friend bool operator==(const HeaderSeen&, const HeaderSeen&) = default;
};

/// A relevant transaction stands in a block, with its Merkle branch. The coinbase's branch proves
/// the depth of the tree, so that a node of it can't be passed off as a transaction.
struct TransactionSeen
{
    RawHeader header;
    std::uint32_t index = 0;      ///< Of the transaction in the block.
    std::vector<Hash256> branch;  ///< Siblings from the leaf up, internal byte order.
    Bytes coinbase;               ///< The block's first transaction, without its witness.
    std::vector<Hash256> coinbase_branch;
    Bytes transaction;  ///< With its witness.

    friend bool operator==(const TransactionSeen&, const TransactionSeen&) = default;
};

/// Every transaction of a block that a version of the watch list asks for has been sent.
struct BlockScanned
{
    BlockHash block;
    std::uint32_t watch_version = 0;
    friend bool operator==(const BlockScanned&, const BlockScanned&) = default;
};

using Event = std::variant<HeaderSeen, TransactionSeen, BlockScanned>;
}  // namespace engine::bitcoin
