#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"

namespace engine
{
Hash160 ripemd160(ByteView bytes);

/// RIPEMD160(SHA256(bytes)): what Bitcoin's addresses carry of a public key or a script.
Hash160 hash160(ByteView bytes);
}  // namespace engine
