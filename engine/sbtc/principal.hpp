#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/describe.hpp"
#include "engine/base/types.hpp"
#include "engine/bitcoin/network.hpp"
#include "engine/crypto/ecdsa.hpp"
#include "engine/sbtc/fault.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace engine::sbtc
{
/// A Stacks principal (SIP-005): a standard address, or a contract of one.
struct Principal
{
    std::uint8_t version = 0;  ///< c32 address version: 22 and 20 mainnet, 26 and 21 test networks.
    Hash160 hash;
    std::string contract;  ///< Empty: a standard principal. At most 40 characters.

    static constexpr auto describe()
    {
        using P = Principal;
        return fields(field("version", &P::version), field("hash", &P::hash),
            field("contract", &P::contract));
    }
    friend auto operator<=>(const Principal&, const Principal&) = default;
};

/// The characters that a contract's name may have: Stacks transactions allow no more.
inline constexpr std::size_t kContractNameMax = 40;

constexpr bool is_mainnet_version(std::uint8_t version)
{
    return version == 22 || version == 20;
}
constexpr bool is_test_version(std::uint8_t version)
{
    return version == 26 || version == 21;
}

bool is_letter(std::uint8_t c);

/// A letter, then letters, digits, hyphens and underscores; at most 40.
bool is_contract_name(ByteView name);

/// Why a principal can't receive on a network: the first fault. Nothing: it can.
std::optional<Fault> find_fault(const Principal& principal, btc::Network network);

/// The principal of one key alone: HASH160 of its compressed form, with the network's version.
Principal single_signer(const CompressedKey& key, btc::Network network);

/// The c32 address, and behind a dot the contract: `ST...` or `ST....pool-v1`.
std::string to_text(const Principal& principal);

/// Reads what to_text wrote.
std::optional<Principal> from_text(std::type_identity<Principal>, std::string_view text);
}  // namespace engine::sbtc
