#pragma once

#include "engine/base/bytes.hpp"

namespace engine
{
/// Whether bytes are UTF-8 (RFC 3629): shortest forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(ByteView bytes);
}  // namespace engine
