#include "engine/codec/utf8.hpp"

#include <algorithm>

namespace engine
{
namespace
{
/// The lead byte of a sequence: how many bytes follow, and where the second byte must lie. The
/// ranges are RFC 3629's: they leave out long forms, surrogates and what is above U+10FFFF.
struct Lead
{
    std::size_t following = 0;
    std::uint8_t second_min = 0x80;
    std::uint8_t second_max = 0xBF;
    bool valid = true;
};

Lead lead(std::uint8_t byte)
{
    if (byte < 0x80)
        return {};
    if (byte < 0xC2)
        return {.valid = false};
    if (byte < 0xE0)
        return {.following = 1};
    if (byte < 0xF0)
        return {.following = 2,
            .second_min = static_cast<std::uint8_t>(byte == 0xE0 ? 0xA0 : 0x80),
            .second_max = static_cast<std::uint8_t>(byte == 0xED ? 0x9F : 0xBF)};
    if (byte < 0xF5)
        return {.following = 3,
            .second_min = static_cast<std::uint8_t>(byte == 0xF0 ? 0x90 : 0x80),
            .second_max = static_cast<std::uint8_t>(byte == 0xF4 ? 0x8F : 0xBF)};
    return {.valid = false};
}

bool continues(std::uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}
}  // namespace

bool is_utf8(ByteView bytes)
{
    for (std::size_t i = 0; i < bytes.size();)
    {
        const auto [following, second_min, second_max, valid] = lead(bytes[i]);
        const auto rest = bytes.subspan(i + 1);
        if (!valid || rest.size() < following)
            return false;
        if (following > 0 && (rest[0] < second_min || rest[0] > second_max))
            return false;
        if (!std::all_of(
                rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(following), continues))
            return false;
        i += 1 + following;
    }
    return true;
}
}  // namespace engine
