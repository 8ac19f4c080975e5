#pragma once

#include "engine/base/bytes.hpp"

#include <cstdint>

namespace engine
{
/// CRC-32C (Castagnoli, RFC 3720 B.4) of the bytes: guards frames on disk against accidents, not
/// against people. The checksum of "123456789" is 0xe3069283.
std::uint32_t crc32c(ByteView bytes);

/// The checksum of what `before` is the checksum of, followed by the bytes. 0 begins.
std::uint32_t crc32c(std::uint32_t before, ByteView bytes);
}  // namespace engine
