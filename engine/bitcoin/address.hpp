#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/bitcoin/network.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Addresses: the texts that stand for output scripts.
namespace engine::btc
{
enum class AddressError : std::uint8_t
{
    bad_text,         ///< No address of any network: foreign characters, mixed case, too long.
    checksum,         ///< A typing error.
    wrong_network,    ///< A good address of another network.
    wrong_form,       ///< Bech32 where Bech32m belongs, or the other way round.
    witness_version,  ///< Above 16.
    program_size,     ///< A size that the version does not allow.
    padding,          ///< Bits left over.
};

std::string_view describe(AddressError error);

/// The output script that an address of this network pays to. Testnet4 and signet share all their
/// forms, and regtest those of before segwit: such an address belongs to each of them.
Result<Bytes, AddressError> decode_address(std::string_view text, Network network);

/// The address of an output script, if it has one.
std::optional<std::string> encode_address(ByteView script_pubkey, Network network);
}  // namespace engine::btc
