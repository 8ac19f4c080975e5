#pragma once

#include "engine/base/strong.hpp"
#include "engine/base/types.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>

namespace engine::btc
{
/// An unsigned number of 256 bits: a target, an amount of work. Never wraps unnoticed: what could
/// leave the range returns nothing instead.
class U256
{
    std::array<std::uint64_t, 4> m_limbs{};  // Least significant first.

public:
    constexpr U256() = default;
    constexpr explicit U256(std::uint64_t value) : m_limbs{value} {}

    static constexpr U256 from_limbs(const std::array<std::uint64_t, 4>& least_significant_first)
    {
        U256 number;
        number.m_limbs = least_significant_first;
        return number;
    }
    static constexpr U256 max()
    {
        return from_limbs({UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX});
    }

    constexpr const std::array<std::uint64_t, 4>& limbs() const { return m_limbs; }
    constexpr bool is_zero() const { return *this == U256{}; }

    /// The number of bits without leading zeros; 0 for zero.
    std::uint32_t bit_width() const;

    friend constexpr bool operator==(const U256&, const U256&) = default;
    friend constexpr std::strong_ordering operator<=>(const U256& a, const U256& b)
    {
        for (std::size_t i = 4; i-- > 0;)
        {
            if (a.m_limbs[i] != b.m_limbs[i])
                return a.m_limbs[i] <=> b.m_limbs[i];
        }
        return std::strong_ordering::equal;
    }
};

/// Bitcoin reads its hashes as little-endian numbers.
U256 from_little_endian(const std::array<std::uint8_t, 32>& bytes);
std::array<std::uint8_t, 32> to_little_endian(const U256& number);
U256 from_big_endian(const std::array<std::uint8_t, 32>& bytes);
std::array<std::uint8_t, 32> to_big_endian(const U256& number);

std::optional<U256> add(const U256& a, const U256& b);
std::optional<U256> sub(const U256& a, const U256& b);
std::optional<U256> mul(const U256& a, std::uint64_t factor);

struct Division
{
    U256 quotient;
    U256 remainder;
};

/// Rounded down. Nothing when the divisor is zero.
std::optional<Division> div(const U256& a, const U256& divisor);

/// Bits beyond either end are lost.
U256 shift_left(const U256& number, std::uint32_t bits);
U256 shift_right(const U256& number, std::uint32_t bits);
}  // namespace engine::btc
