#include "engine/bitcoin/target.hpp"

#include "engine/base/check.hpp"

#include <algorithm>

namespace engine::btc
{
namespace
{
constexpr std::uint32_t kMantissa = 0x007fffff;
constexpr std::uint32_t kSign = 0x00800000;

bool overflows(std::uint32_t exponent, std::uint32_t mantissa)
{
    return exponent > 34 || (mantissa > 0xff && exponent > 33) ||
           (mantissa > 0xffff && exponent > 32);
}
}  // namespace

std::optional<U256> decode_target(std::uint32_t bits)
{
    const std::uint32_t exponent = bits >> 24;
    const std::uint32_t mantissa = bits & kMantissa;
    if (mantissa == 0 || (bits & kSign) != 0 || overflows(exponent, mantissa))
        return std::nullopt;

    const auto target = exponent <= 3 ? U256{mantissa >> 8 * (3 - exponent)}
                                      : shift_left(U256{mantissa}, 8 * (exponent - 3));
    return target.is_zero() ? std::nullopt : std::optional{target};
}

std::optional<U256> decode_target(std::uint32_t bits, const NetworkParameters& parameters)
{
    const auto target = decode_target(bits);
    return target && *target <= parameters.pow_limit ? target : std::nullopt;
}

std::uint32_t encode_target(const U256& target)
{
    std::uint32_t size = (target.bit_width() + 7) / 8;
    const auto significant =
        size <= 3 ? shift_left(target, 8 * (3 - size)) : shift_right(target, 8 * (size - 3));
    auto mantissa = static_cast<std::uint32_t>(significant.limbs()[0]);
    if ((mantissa & kSign) != 0)
    {
        // The highest bit would be read as a sign.
        mantissa >>= 8;
        ++size;
    }
    return size << 24 | mantissa;
}

bool proves_work(const BlockHash& hash, std::uint32_t bits, const NetworkParameters& parameters)
{
    const auto target = decode_target(bits, parameters);
    return target && from_little_endian(hash.bytes) <= *target;
}

U256 work(const U256& target)
{
    // 2^256 does not fit. With t = target + 1: floor(2^256 / t) = floor((2^256 - t) / t) + 1, and
    // 2^256 - t = max - target.
    const auto divisor = add(target, U256{1});
    if (!divisor)
        return U256{1};
    const auto quotient = div(*sub(U256::max(), target), *divisor)->quotient;
    const auto result = add(quotient, U256{1});
    return result.value_or(U256::max());  // Only for a target of zero, which no bits stand for.
}

std::optional<std::uint32_t> retarget(
    std::uint32_t bits, std::int64_t timespan, const NetworkParameters& parameters)
{
    const auto target = decode_target(bits, parameters);
    if (!target)
        return std::nullopt;
    if (!parameters.retargets)
        return bits;

    const auto clamped = std::clamp(timespan, kRetargetTimespan / 4, kRetargetTimespan * 4);
    const auto product = mul(*target, static_cast<std::uint64_t>(clamped));
    // Every network that retargets has a limit for which the product fits.
    ENSURE(product.has_value());
    const auto quotient = div(*product, U256{static_cast<std::uint64_t>(kRetargetTimespan)});
    return encode_target(std::min(quotient->quotient, parameters.pow_limit));
}
}  // namespace engine::btc
