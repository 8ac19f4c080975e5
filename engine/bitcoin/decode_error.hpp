#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace engine::btc
{
/// Why bytes are no transaction, block or header.
enum class DecodeError : std::uint8_t
{
    truncated,            ///< The bytes end before what they announce.
    trailing_bytes,       ///< More bytes than the object has.
    size_not_minimal,     ///< A CompactSize in a longer form than it needs.
    no_inputs,            ///< No inputs: can't be told from the witness marker, and is no transfer.
    unknown_flag,         ///< A marker with another flag than 1 (BIP-144).
    superfluous_witness,  ///< A marker, but every witness is empty.
    amount_out_of_range,  ///< An output below zero or above 21 million coins.
};

/// One sentence without a full stop.
std::string_view describe(DecodeError error);

struct DecodeFault
{
    DecodeError error = DecodeError::truncated;
    std::size_t offset = 0;  ///< Of the byte at which decoding stopped.

    friend constexpr bool operator==(const DecodeFault&, const DecodeFault&) = default;
};
}  // namespace engine::btc
