#pragma once

#include "engine/base/types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace engine::sbtc
{
/// A version and a hash: what a Stacks address text stands for.
struct C32Address
{
    std::uint8_t version = 0;  ///< 0 to 31.
    Hash160 hash;

    friend bool operator==(const C32Address&, const C32Address&) = default;
};

/// The text of an address (c32check): `S`, a character for the version, and base 32 of the hash and
/// four bytes of SHA256d(version || hash), with a `0` for each leading zero byte.
std::string to_c32(const C32Address& address);

/// Reads an address. Case doesn't matter, and O, I and L are read as 0, 1 and 1. Nothing for a
/// foreign character, a wrong checksum, a wrong length, or zeros that to_c32 would not write.
std::optional<C32Address> from_c32(std::string_view text);
}  // namespace engine::sbtc
