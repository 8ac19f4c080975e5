#pragma once

#include "engine/base/types.hpp"

#include <cstdint>
#include <span>

namespace engine::btc
{
/// A block header as it stands in the chain: what its hash is the hash of.
using RawHeader = FixedBytes<struct RawHeaderTag, 80>;

struct Header
{
    std::uint32_t version = 0;
    BlockHash previous;
    MerkleRoot merkle_root;
    ChainTime time;
    std::uint32_t bits = 0;  ///< Compact target.
    std::uint32_t nonce = 0;

    friend constexpr bool operator==(const Header&, const Header&) = default;
};

/// Any 80 bytes are a header. Whether they are worth something, their proof of work says.
Header decode_header(std::span<const std::uint8_t, 80> bytes);
RawHeader encode(const Header& header);

BlockHash block_hash(std::span<const std::uint8_t, 80> bytes);
BlockHash block_hash(const Header& header);
}  // namespace engine::btc
