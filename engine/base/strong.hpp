#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace engine
{
/// An integer that cannot be mixed up with another integer.
///
/// Only equality and order come for free. Arithmetic is added per type, where it has a meaning.
template <typename Tag, typename Rep>
struct Strong
{
    Rep value{};

    constexpr Strong() = default;
    constexpr explicit Strong(Rep v) noexcept : value{v} {}

    friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
};

/// Fixed-width bytes with a meaning: a hash, an id, a key.
template <typename Tag, std::size_t N>
struct FixedBytes
{
    static constexpr std::size_t kSize = N;

    std::array<std::uint8_t, N> bytes{};

    friend constexpr auto operator<=>(const FixedBytes&, const FixedBytes&) = default;
};

/// The same bytes under another meaning: a plain hash that turns out to be a transaction's id.
template <typename To, typename Tag, std::size_t N>
constexpr To retag(const FixedBytes<Tag, N>& from) noexcept
{
    static_assert(To::kSize == N);
    return To{from.bytes};
}
}  // namespace engine
