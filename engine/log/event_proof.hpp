#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/hash/merkle.hpp"
#include "engine/log/block.hpp"

#include <array>
#include <vector>

namespace engine::log
{
/// Shows that an event stands at its place in the block with a hash. Checking it takes no state and
/// no log: event -> event hash -> branch -> events root in the header -> block hash.
///
/// A seal over the block itself completes it. Where the seal is of a later block, the headers from
/// here to there do: each names the hash of the one before it.
struct EventProof
{
    LogHeight height;
    std::uint32_t index = 0;
    std::uint32_t event_count = 0;  ///< Of the block: together with the index it fixes the branch.
    Bytes event;                    ///< Canonical bytes.
    std::vector<Hash256> branch;    ///< As merkle::branch lists it, from the bottom up.
    std::array<std::uint8_t, kBlockHeaderSize> header{};
    LogBlockHash block_hash;

    friend bool operator==(const EventProof&, const EventProof&) = default;
};

/// The index must be below the block's event count. The block is taken as it is: see check_block.
EventProof prove_event(const BlockView& block, std::uint32_t index);

/// The header, when every step of the proof holds; otherwise which one does not. Whether the block
/// hash is one to believe is for a seal to say. Never crashes, whatever it is given.
Result<BlockHeader, BlockError> check_event_proof(const EventProof& proof);
}  // namespace engine::log
