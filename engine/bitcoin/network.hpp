#pragma once

#include "engine/bitcoin/header.hpp"
#include "engine/bitcoin/u256.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace engine::btc
{
enum class Network : std::uint8_t
{
    mainnet = 0,
    testnet4 = 1,
    signet = 2,  ///< The public one. Its blocks are signed (BIP-325), which is not checked here.
    regtest = 3,
};

/// The name that Bitcoin Core's `chain` field uses for it, and back.
std::string_view name(Network network);
std::optional<Network> network_of(std::string_view name);

/// What differs from network to network.
struct NetworkParameters
{
    U256 pow_limit;  ///< The easiest target.
    std::uint32_t pow_limit_bits = 0;
    bool retargets = true;                  ///< Whether the difficulty ever changes.
    bool minimum_after_20_minutes = false;  ///< A block so late may have the easiest target.
    bool bip94 = false;  ///< Retarget from the period's first bits; time-warp rule.

    std::uint32_t subsidy_interval = 210'000;  ///< Blocks until the subsidy halves.
    std::uint32_t bip34_height = 0;
    std::uint32_t segwit_height = 0;
    std::uint32_t taproot_height = 0;

    std::string_view bech32_prefix;
    std::uint8_t p2pkh_version = 0;
    std::uint8_t p2sh_version = 0;
    std::uint8_t wif_version = 0;

    Header genesis;
};

const NetworkParameters& parameters(Network network);

// The same on every network.
inline constexpr std::uint32_t kRetargetPeriod = 2016;               // Blocks.
inline constexpr std::int64_t kRetargetTimespan = 14 * 24 * 3600;    // Seconds.
inline constexpr std::uint32_t kMinimumDifficultyGap = 2 * 10 * 60;  // Seconds.
inline constexpr std::uint32_t kTimewarpSlack = 600;                 // Seconds, BIP-94.
inline constexpr std::uint32_t kFutureTimeMax = 2 * 3600;            // Seconds ahead of the clock.
inline constexpr std::size_t kMedianTimeSpan = 11;                   // Blocks.
inline constexpr std::uint32_t kCoinbaseMaturity = 100;              // Blocks.

/// What a block at this height may create, in satoshis.
std::uint64_t subsidy(std::uint32_t height, const NetworkParameters& parameters);
}  // namespace engine::btc
