#include "engine/hash/crc32c.hpp"

#include <isa-l/crc.h>
#include <algorithm>

namespace engine
{
namespace
{
constexpr std::size_t kPieceMax = std::size_t{1} << 30;  // The library counts with an int.
}

std::uint32_t crc32c(ByteView bytes)
{
    return crc32c(0, bytes);
}

std::uint32_t crc32c(std::uint32_t before, ByteView bytes)
{
    std::uint32_t remainder = ~before;
    while (!bytes.empty())
    {
        const auto piece = bytes.first(std::min(bytes.size(), kPieceMax));
        // The library reads only, but does not say so.
        remainder = crc32_iscsi(
            const_cast<unsigned char*>(piece.data()), static_cast<int>(piece.size()), remainder);
        bytes = bytes.subspan(piece.size());
    }
    return ~remainder;
}
}  // namespace engine
