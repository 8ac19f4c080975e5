#include "engine/bitcoin/u256.hpp"

#include <algorithm>
#include <bit>

namespace engine::btc
{
namespace
{
using Limbs = std::array<std::uint64_t, 4>;

/// The high half of a product of two 64-bit numbers; the low half is a * b.
std::uint64_t high_product(std::uint64_t a, std::uint64_t b)
{
    const std::uint64_t a_low = a & 0xffffffff;
    const std::uint64_t a_high = a >> 32;
    const std::uint64_t b_low = b & 0xffffffff;
    const std::uint64_t b_high = b >> 32;

    const std::uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
    const std::uint64_t carry = (middle & 0xffffffff) + a_low * b_high;
    return a_high * b_high + (middle >> 32) + (carry >> 32);
}
}  // namespace

std::uint32_t U256::bit_width() const
{
    for (std::size_t i = 4; i-- > 0;)
    {
        if (m_limbs[i] != 0)
            return static_cast<std::uint32_t>(64 * i) +
                   static_cast<std::uint32_t>(std::bit_width(m_limbs[i]));
    }
    return 0;
}

U256 from_little_endian(const std::array<std::uint8_t, 32>& bytes)
{
    Limbs limbs{};
    for (std::size_t i = 32; i-- > 0;)
        limbs[i / 8] = limbs[i / 8] << 8 | bytes[i];
    return U256::from_limbs(limbs);
}

std::array<std::uint8_t, 32> to_little_endian(const U256& number)
{
    std::array<std::uint8_t, 32> bytes{};
    for (std::size_t i = 0; i < 32; ++i)
        bytes[i] = static_cast<std::uint8_t>(number.limbs()[i / 8] >> (8 * (i % 8)));
    return bytes;
}

U256 from_big_endian(const std::array<std::uint8_t, 32>& bytes)
{
    auto reversed = bytes;
    std::reverse(reversed.begin(), reversed.end());
    return from_little_endian(reversed);
}

std::array<std::uint8_t, 32> to_big_endian(const U256& number)
{
    auto bytes = to_little_endian(number);
    std::reverse(bytes.begin(), bytes.end());
    return bytes;
}

std::optional<U256> add(const U256& a, const U256& b)
{
    Limbs sum{};
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < 4; ++i)
    {
        const std::uint64_t partial = a.limbs()[i] + b.limbs()[i];
        sum[i] = partial + carry;
        carry = (partial < a.limbs()[i] ? 1U : 0U) + (sum[i] < partial ? 1U : 0U);
    }
    return carry == 0 ? std::optional{U256::from_limbs(sum)} : std::nullopt;
}

std::optional<U256> sub(const U256& a, const U256& b)
{
    if (a < b)
        return std::nullopt;
    Limbs difference{};
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < 4; ++i)
    {
        const std::uint64_t partial = a.limbs()[i] - b.limbs()[i];
        difference[i] = partial - borrow;
        borrow = (a.limbs()[i] < b.limbs()[i] ? 1U : 0U) + (partial < borrow ? 1U : 0U);
    }
    return U256::from_limbs(difference);
}

std::optional<U256> mul(const U256& a, std::uint64_t factor)
{
    Limbs product{};
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < 4; ++i)
    {
        const std::uint64_t low = a.limbs()[i] * factor;
        product[i] = low + carry;
        carry = high_product(a.limbs()[i], factor) + (product[i] < low ? 1U : 0U);
    }
    return carry == 0 ? std::optional{U256::from_limbs(product)} : std::nullopt;
}

std::optional<Division> div(const U256& a, const U256& divisor)
{
    if (divisor.is_zero())
        return std::nullopt;
    if (a < divisor)
        return Division{U256{}, a};

    // Long division, bit by bit: subtract the divisor at every place where it fits.
    Limbs quotient{};
    U256 remainder = a;
    for (auto place = a.bit_width() - divisor.bit_width() + 1; place-- > 0;)
    {
        const auto difference = sub(remainder, shift_left(divisor, place));
        if (!difference)
            continue;
        remainder = *difference;
        quotient[place / 64] |= std::uint64_t{1} << place % 64;
    }
    return Division{U256::from_limbs(quotient), remainder};
}

U256 shift_left(const U256& number, std::uint32_t bits)
{
    Limbs shifted{};
    const std::size_t limbs = bits / 64;
    const std::uint32_t rest = bits % 64;
    for (std::size_t i = 4; i-- > limbs;)
    {
        shifted[i] = number.limbs()[i - limbs] << rest;
        if (rest != 0 && i > limbs)
            shifted[i] |= number.limbs()[i - limbs - 1] >> (64 - rest);
    }
    return U256::from_limbs(shifted);
}

U256 shift_right(const U256& number, std::uint32_t bits)
{
    Limbs shifted{};
    const std::size_t limbs = bits / 64;
    const std::uint32_t rest = bits % 64;
    for (std::size_t i = 0; i + limbs < 4; ++i)
    {
        shifted[i] = number.limbs()[i + limbs] >> rest;
        if (rest != 0 && i + limbs + 1 < 4)
            shifted[i] |= number.limbs()[i + limbs + 1] << (64 - rest);
    }
    return U256::from_limbs(shifted);
}
}  // namespace engine::btc
