#include "engine/bitcoin/base58.hpp"

#include "engine/hash/sha256.hpp"

#include <algorithm>

namespace engine::btc
{
namespace
{
constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kChecksumSize = 4;

/// Multiplies a number of digits, least significant first, and adds.
void multiply_add(Bytes& digits, std::uint32_t base, std::uint32_t factor, std::uint32_t summand)
{
    auto carry = summand;
    for (auto& digit : digits)
    {
        carry += digit * factor;
        digit = static_cast<std::uint8_t>(carry % base);
        carry /= base;
    }
    for (; carry != 0; carry /= base)
        digits.push_back(static_cast<std::uint8_t>(carry % base));
}

Bytes checksum(ByteView bytes)
{
    const auto hash = sha256d(bytes);
    return {hash.bytes.begin(), hash.bytes.begin() + kChecksumSize};
}
}  // namespace

std::string base58_encode(ByteView bytes)
{
    // Every leading zero byte is a leading 1; the rest is one number.
    const auto rest = std::find_if(bytes.begin(), bytes.end(), [](auto b) { return b != 0; });
    Bytes digits;
    for (auto byte = rest; byte != bytes.end(); ++byte)
        multiply_add(digits, 58, 256, *byte);

    std::string text(static_cast<std::size_t>(rest - bytes.begin()), kAlphabet[0]);
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit)
        text += kAlphabet[*digit];
    return text;
}

std::optional<Bytes> base58_decode(std::string_view text, std::size_t size_max)
{
    const auto zeros = std::min(text.find_first_not_of(kAlphabet[0]), text.size());
    if (zeros > size_max)
        return std::nullopt;
    Bytes number;
    for (const char c : text.substr(zeros))
    {
        const auto digit = kAlphabet.find(c);
        if (digit == std::string_view::npos)
            return std::nullopt;
        multiply_add(number, 256, 58, static_cast<std::uint32_t>(digit));
        if (zeros + number.size() > size_max)
            return std::nullopt;
    }
    number.insert(number.end(), zeros, 0);
    std::reverse(number.begin(), number.end());
    return number;
}

std::string base58check_encode(ByteView bytes)
{
    Bytes checked{bytes.begin(), bytes.end()};
    append(checked, checksum(bytes));
    return base58_encode(checked);
}

std::optional<Bytes> base58check_decode(std::string_view text, std::size_t size_max)
{
    auto bytes = base58_decode(text, size_max + kChecksumSize);
    if (!bytes || bytes->size() < kChecksumSize)
        return std::nullopt;
    const auto content = ByteView{*bytes}.first(bytes->size() - kChecksumSize);
    if (!equal(checksum(content), ByteView{*bytes}.last(kChecksumSize)))
        return std::nullopt;
    bytes->resize(content.size());
    return bytes;
}
}  // namespace engine::btc
