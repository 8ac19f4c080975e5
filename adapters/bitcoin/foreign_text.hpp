#pragma once

#include <string>
#include <string_view>

namespace engine::bitcoind
{
/// What a stranger said, fit for a log line and a terminal: at most 200 bytes of it, with a
/// question mark for every byte that is no printable ASCII.
std::string printable(std::string_view text);
}  // namespace engine::bitcoind
