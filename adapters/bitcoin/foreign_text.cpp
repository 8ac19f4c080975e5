#include "adapters/bitcoin/foreign_text.hpp"

#include <algorithm>

namespace engine::bitcoind
{
std::string printable(std::string_view text)
{
    constexpr std::size_t kMost = 200;
    std::string out{text.substr(0, kMost)};
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}
}  // namespace engine::bitcoind
