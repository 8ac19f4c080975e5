#pragma once

#include "engine/base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Base58 and Base58Check: addresses before segwit, and exported keys.
namespace engine::btc
{
std::string base58_encode(ByteView bytes);

/// The bytes of a text, or nothing for a foreign character or more than `size_max` bytes. The work
/// grows with the product of both sizes, which is why there must be a limit.
std::optional<Bytes> base58_decode(std::string_view text, std::size_t size_max);

/// With the first four bytes of the double hash behind the bytes.
std::string base58check_encode(ByteView bytes);
std::optional<Bytes> base58check_decode(std::string_view text, std::size_t size_max);
}  // namespace engine::btc
