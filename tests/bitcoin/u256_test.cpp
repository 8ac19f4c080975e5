#include "engine/bitcoin/u256.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rc
{
template <>
struct Arbitrary<engine::btc::U256>
{
    static Gen<engine::btc::U256> arbitrary()
    {
        // Edges of each limb are where carries live.
        const auto limb = gen::oneOf(gen::element<std::uint64_t>(0, 1, 2, UINT64_MAX,
                                         UINT64_MAX - 1, 1ULL << 63, 0xffffffff),
            gen::arbitrary<std::uint64_t>());
        return gen::map(gen::container<std::array<std::uint64_t, 4>>(limb),
            [](const auto& limbs) { return engine::btc::U256::from_limbs(limbs); });
    }
};
}  // namespace rc

namespace engine::btc
{
namespace
{
/// Sum by bytes, as on paper: the model.
std::optional<U256> add_on_paper(const U256& a, const U256& b)
{
    const auto x = to_little_endian(a);
    const auto y = to_little_endian(b);
    std::array<std::uint8_t, 32> sum{};
    int carry = 0;
    for (std::size_t i = 0; i < 32; ++i)
    {
        carry += x[i] + y[i];
        sum[i] = static_cast<std::uint8_t>(carry & 0xff);
        carry >>= 8;
    }
    return carry == 0 ? std::optional{from_little_endian(sum)} : std::nullopt;
}

/// Product by additions of doubled numbers: the model.
std::optional<U256> mul_on_paper(const U256& a, std::uint64_t factor)
{
    std::optional<U256> product = U256{};
    for (std::uint32_t bit = 64; bit-- > 0;)
    {
        product = add_on_paper(*product, *product);
        if (product && (factor >> bit & 1) != 0)
            product = add_on_paper(*product, a);
        if (!product)
            return std::nullopt;
    }
    return product;
}

RC_GTEST_PROP(U256, SumIsThatOnPaper, (const U256& a, const U256& b))
{
    RC_ASSERT(add(a, b) == add_on_paper(a, b));
}

RC_GTEST_PROP(U256, DifferenceUndoesTheSum, (const U256& a, const U256& b))
{
    const auto sum = add(a, b);
    if (sum)
        RC_ASSERT(sub(*sum, b) == a);
    RC_ASSERT(sub(a, b).has_value() == (a >= b));
}

RC_GTEST_PROP(U256, ProductIsThatOnPaper, (const U256& a, std::uint64_t factor))
{
    RC_ASSERT(mul(a, factor) == mul_on_paper(a, factor));
    RC_ASSERT(mul(U256{factor}, factor) == mul_on_paper(U256{factor}, factor));
}

RC_GTEST_PROP(U256, QuotientOfAProductIsTheFactor, (const U256& a, std::uint64_t divisor))
{
    RC_PRE(divisor != 0);
    const auto division = div(a, U256{divisor});
    RC_ASSERT(division.has_value());
    RC_ASSERT(division->remainder < U256{divisor});
    const auto back = mul(division->quotient, divisor);
    RC_ASSERT(back.has_value());
    RC_ASSERT(add(*back, division->remainder) == a);
}

RC_GTEST_PROP(U256, DivisionByLargeNumbersCountsSubtractions, (const U256& a, const U256& b))
{
    const auto divisor = add(b, U256::from_limbs({0, 0, 0, 1ULL << 60})).value_or(b);
    RC_PRE(!divisor.is_zero());
    auto rest = a;
    std::uint64_t times = 0;
    for (; rest >= divisor && times < 20; ++times)
        rest = *sub(rest, divisor);
    RC_PRE(times < 20);
    const auto division = div(a, divisor);
    RC_ASSERT(division->quotient == U256{times});
    RC_ASSERT(division->remainder == rest);
}

RC_GTEST_PROP(U256, ShiftIsMultiplicationByAPowerOfTwo, (const U256& a))
{
    const auto bits = *rc::gen::inRange<std::uint32_t>(0, 256);
    auto expected = a;
    for (std::uint32_t i = 0; i < bits; ++i)
    {
        const auto top = U256::from_limbs({0, 0, 0, 1ULL << 63});
        const auto without_top = expected >= top ? *sub(expected, top) : expected;
        expected = *add(without_top, without_top);
    }
    RC_ASSERT(shift_left(a, bits) == expected);

    const auto quotient = div(a, shift_left(U256{1}, bits));
    RC_ASSERT(shift_right(a, bits) == quotient->quotient);
}

TEST(U256, ShiftsBeyondTheEndLeaveNothing)
{
    EXPECT_EQ(shift_left(U256::max(), 256), U256{});
    EXPECT_EQ(shift_right(U256::max(), 256), U256{});
    EXPECT_EQ(shift_left(U256::max(), 10'000), U256{});
}

TEST(U256, NothingIsDividedByZero)
{
    EXPECT_FALSE(div(U256{1}, U256{}));
}

RC_GTEST_PROP(U256, BytesAreReadBackInBothOrders, (const U256& a, const U256& b))
{
    RC_ASSERT(from_little_endian(to_little_endian(a)) == a);
    RC_ASSERT(from_big_endian(to_big_endian(a)) == a);
    // Big-endian bytes have the order of the numbers.
    RC_ASSERT((to_big_endian(a) < to_big_endian(b)) == (a < b));
}

TEST(U256, WidthCountsTheBits)
{
    EXPECT_EQ(U256{}.bit_width(), 0U);
    EXPECT_EQ(U256{1}.bit_width(), 1U);
    EXPECT_EQ(U256{255}.bit_width(), 8U);
    EXPECT_EQ(shift_left(U256{1}, 64).bit_width(), 65U);
    EXPECT_EQ(U256::max().bit_width(), 256U);
}
}  // namespace
}  // namespace engine::btc
