#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Bech32 (BIP-173) and Bech32m (BIP-350).
namespace engine::btc
{
enum class Bech32Form : std::uint8_t
{
    bech32,
    bech32m,
};

struct Bech32
{
    Bech32Form form = Bech32Form::bech32;
    std::string prefix;  ///< In lower case.
    Bytes values;        ///< Of five bits each, without the checksum.

    friend bool operator==(const Bech32&, const Bech32&) = default;
};

enum class Bech32Error : std::uint8_t
{
    too_long,       ///< More than 90 characters.
    bad_character,  ///< One that the text or its data part can't have.
    mixed_case,
    no_separator,  ///< No 1, nothing before it, or less than a checksum behind it.
    checksum,      ///< Of neither form: a typing error.
};

std::string_view describe(Bech32Error error);

Result<Bech32, Bech32Error> bech32_decode(std::string_view text);

/// The prefix must be in lower case; prefix and values together at most 83 characters.
std::string bech32_encode(const Bech32& content);

/// Regroups bytes into values of five bits, padded with zeros, and back. Back, nothing when the
/// padding is longer than four bits or not zero.
Bytes to_five_bits(ByteView bytes);
std::optional<Bytes> from_five_bits(ByteView values);
}  // namespace engine::btc
