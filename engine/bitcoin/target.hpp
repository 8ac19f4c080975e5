#pragma once

#include "engine/base/types.hpp"
#include "engine/bitcoin/network.hpp"
#include "engine/bitcoin/u256.hpp"

#include <cstdint>
#include <optional>

namespace engine::btc
{
/// The target that a header's bits stand for. Nothing when they are negative, zero or beyond 256
/// bits. It may be easier than the network allows.
std::optional<U256> decode_target(std::uint32_t bits);

/// The same, and nothing when the target is easier than the network's easiest.
std::optional<U256> decode_target(std::uint32_t bits, const NetworkParameters& parameters);

/// The bits of a target; of more than three significant bytes the lower are lost.
std::uint32_t encode_target(const U256& target);

/// Whether the hash meets the target that the bits stand for on this network.
bool proves_work(const BlockHash& hash, std::uint32_t bits, const NetworkParameters& parameters);

/// Hashes that it takes on average to meet a target: floor(2^256 / (target + 1)).
U256 work(const U256& target);

/// The bits after a period of 2016 blocks. `bits` are those of the period's last block (of its
/// first, where BIP-94 holds), `timespan` is the time of the last less that of the first block,
/// 2015 blocks apart: off by one since the beginning. Nothing when the bits stand for no target.
std::optional<std::uint32_t> retarget(
    std::uint32_t bits, std::int64_t timespan, const NetworkParameters& parameters);
}  // namespace engine::btc
