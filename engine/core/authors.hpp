#pragma once

#include <cstdint>

namespace engine
{
/// Who may author an event of a kind. A module says so once per kind:
/// `constexpr Authors authors(const RecipientAllowed&) { return Authors::operators; }`
enum class Authors : std::uint8_t
{
    engine = 1,     ///< The sequencer's own process.
    operators = 2,  ///< A key with an operator's rights.
    bitcoin = 4,    ///< A source whose observations are proved by Bitcoin.
    sources = 8,    ///< A source with positions: signed, or declared by genesis as taken on trust.
};

constexpr Authors operator|(Authors a, Authors b)
{
    return static_cast<Authors>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}

constexpr bool includes(Authors all, Authors one)
{
    return (static_cast<std::uint8_t>(all) & static_cast<std::uint8_t>(one)) != 0;
}
}  // namespace engine
