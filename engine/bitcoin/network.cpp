#include "engine/bitcoin/network.hpp"

#include "engine/base/check.hpp"

#include <array>

namespace engine::btc
{
namespace
{
constexpr U256 kPowLimit =
    U256::from_limbs({UINT64_MAX, UINT64_MAX, UINT64_MAX, 0x00000000ffffffff});
constexpr U256 kSignetPowLimit = U256::from_limbs({0, 0, 0, 0x00000377ae000000});
constexpr U256 kRegtestPowLimit =
    U256::from_limbs({UINT64_MAX, UINT64_MAX, UINT64_MAX, 0x7fffffffffffffff});

/// The only transaction of the first blocks of mainnet, signet and regtest is the same.
constexpr MerkleRoot kFirstRoot{{0x3b, 0xa3, 0xed, 0xfd, 0x7a, 0x7b, 0x12, 0xb2, 0x7a, 0xc7, 0x2c,
    0x3e, 0x67, 0x76, 0x8f, 0x61, 0x7f, 0xc8, 0x1b, 0xc3, 0x88, 0x8a, 0x51, 0x32, 0x3a, 0x9f, 0xb8,
    0xaa, 0x4b, 0x1e, 0x5e, 0x4a}};
constexpr MerkleRoot kTestnet4Root{{0x4e, 0x7b, 0x2b, 0x91, 0x28, 0xfe, 0x02, 0x91, 0xdb, 0x06,
    0x93, 0xaf, 0x2a, 0xe4, 0x18, 0xb7, 0x67, 0xe6, 0x57, 0xcd, 0x40, 0x7e, 0x80, 0xcb, 0x14, 0x34,
    0x22, 0x1e, 0xae, 0xa7, 0xa0, 0x7a}};

constexpr NetworkParameters kMainnet{
    .pow_limit = kPowLimit,
    .pow_limit_bits = 0x1d00ffff,
    .bip34_height = 227'931,
    .segwit_height = 481'824,
    .taproot_height = 709'632,
    .bech32_prefix = "bc",
    .p2pkh_version = 0x00,
    .p2sh_version = 0x05,
    .wif_version = 0x80,
    .genesis = {1, {}, kFirstRoot, ChainTime{1231006505}, 0x1d00ffff, 2083236893},
};

constexpr NetworkParameters kTestnet4{
    .pow_limit = kPowLimit,
    .pow_limit_bits = 0x1d00ffff,
    .minimum_after_20_minutes = true,
    .bip94 = true,
    .bip34_height = 1,
    .segwit_height = 1,
    .taproot_height = 1,
    .bech32_prefix = "tb",
    .p2pkh_version = 0x6f,
    .p2sh_version = 0xc4,
    .wif_version = 0xef,
    .genesis = {1, {}, kTestnet4Root, ChainTime{1714777860}, 0x1d00ffff, 393743547},
};

constexpr NetworkParameters kSignet{
    .pow_limit = kSignetPowLimit,
    .pow_limit_bits = 0x1e0377ae,
    .bip34_height = 1,
    .segwit_height = 1,
    .taproot_height = 1,
    .bech32_prefix = "tb",
    .p2pkh_version = 0x6f,
    .p2sh_version = 0xc4,
    .wif_version = 0xef,
    .genesis = {1, {}, kFirstRoot, ChainTime{1598918400}, 0x1e0377ae, 52613770},
};

constexpr NetworkParameters kRegtest{
    .pow_limit = kRegtestPowLimit,
    .pow_limit_bits = 0x207fffff,
    .retargets = false,
    .minimum_after_20_minutes = true,
    .subsidy_interval = 150,
    .bip34_height = 1,
    .segwit_height = 0,
    .taproot_height = 0,
    .bech32_prefix = "bcrt",
    .p2pkh_version = 0x6f,
    .p2sh_version = 0xc4,
    .wif_version = 0xef,
    .genesis = {1, {}, kFirstRoot, ChainTime{1296688602}, 0x207fffff, 2},
};

constexpr std::array<Network, 4> kNetworks = {
    Network::mainnet, Network::testnet4, Network::signet, Network::regtest};
}  // namespace

std::string_view name(Network network)
{
    switch (network)
    {
        case Network::mainnet:
            return "main";
        case Network::testnet4:
            return "testnet4";
        case Network::signet:
            return "signet";
        case Network::regtest:
            return "regtest";
    }
    ENSURE(!"a declared network");
    return {};
}

std::optional<Network> network_of(std::string_view name)
{
    for (const auto network : kNetworks)
    {
        if (btc::name(network) == name)
            return network;
    }
    return std::nullopt;
}

const NetworkParameters& parameters(Network network)
{
    switch (network)
    {
        case Network::mainnet:
            return kMainnet;
        case Network::testnet4:
            return kTestnet4;
        case Network::signet:
            return kSignet;
        case Network::regtest:
            return kRegtest;
    }
    ENSURE(!"a declared network");
    return kMainnet;
}

std::uint64_t subsidy(std::uint32_t height, const NetworkParameters& parameters)
{
    constexpr std::uint64_t kFirst = 50 * 100'000'000ULL;
    const auto halvings = height / parameters.subsidy_interval;
    return halvings < 64 ? kFirst >> halvings : 0;
}
}  // namespace engine::btc
