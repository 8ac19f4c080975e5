#pragma once

#include "engine/base/bytes.hpp"

#include <string>

namespace engine
{
/// Where the bytes of an event differ from its canonical form, for people: the word (of 8 bytes,
/// from 0) and the struct or member that stands there. The two must differ.
std::string difference(ByteView canonical, ByteView given);
}  // namespace engine
