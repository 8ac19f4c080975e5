#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"
#include "engine/bitcoin/block.hpp"
#include "engine/bitcoin/merkle.hpp"

#include <cstdint>
#include <vector>

namespace engine::btc
{
/// What is looked for in a block. The version counts changes of scripts and prefixes; outpoints
/// follow from the transactions that are found. Every list is in byte order, without doubles.
struct WatchList
{
    std::uint32_t version = 0;
    std::vector<Bytes> scripts;        ///< Of outputs: exactly these.
    std::vector<Bytes> data_prefixes;  ///< Of the data of data-carrier outputs: beginnings.
    std::vector<OutPoint> outpoints;   ///< Of inputs: outputs to one of the scripts.

    friend bool operator==(const WatchList&, const WatchList&) = default;
};

/// Brings the lists into their order.
void sort(WatchList& list);

/// Adds outpoints, as `relevant` returned them.
void add_outpoints(WatchList& list, const std::vector<OutPoint>& outpoints);

struct RelevantTransaction
{
    MerkleBranch branch;  ///< Its index in the block, and its way to the Merkle root.

    friend bool operator==(const RelevantTransaction&, const RelevantTransaction&) = default;
};

/// What a watch list asks for in a block.
struct Relevant
{
    std::vector<RelevantTransaction> transactions;  ///< In block order.
    MerkleBranch coinbase;  ///< Proves how deep the tree is. Empty if nothing is relevant.
    std::vector<OutPoint> outpoints;  ///< Outputs to watched scripts, in block order.

    friend bool operator==(const Relevant&, const Relevant&) = default;
};

/// The one answer to "which of these transactions matter", for followers, verifiers and signers
/// alike. A transaction matters if it pays a watched script, carries data with a watched prefix,
/// or spends a watched outpoint, be it one that an earlier transaction of the block creates.
/// One of 64 bytes never does: it can't be proved (no wallet makes one). Looks at nothing but its
/// arguments; hashes the tree only if something matters.
Relevant relevant(const Block& block, const WatchList& list);
}  // namespace engine::btc
