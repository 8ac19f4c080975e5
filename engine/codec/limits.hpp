#pragma once

#include <cstddef>

namespace engine
{
/// No event is longer, but for the one below. Nearly three times what the largest other kind needs
/// (a genesis with every list full: 23 kB), and small enough to decode a full queue of them at
/// once.
inline constexpr std::size_t kMaxEventBytes = 64 * 1024;

/// bitcoin's TransactionSeen carries a whole transaction and its block's coinbase without witness:
/// together at most 4,000,000 bytes, since both stand in one block of at most 4,000,000 weight
/// units (BIP-141). Headers and branches fit into the rest.
inline constexpr std::size_t kMaxTransactionEventBytes = 4 * 1024 * 1024;

/// Of a transaction and the coinbase, together.
inline constexpr std::size_t kMaxTransactionBytes = 4'000'000;

/// How deep structs and lists may be nested: genesis, the deepest, needs five.
inline constexpr int kMaxNesting = 8;

/// Levels of a Merkle tree over the transactions of a block; 17 are possible today.
inline constexpr std::size_t kMaxBranch = 32;

/// Items of a list in genesis.
inline constexpr std::size_t kMaxGenesisItems = 64;
}  // namespace engine
