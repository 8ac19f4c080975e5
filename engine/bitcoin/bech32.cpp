#include "engine/bitcoin/bech32.hpp"

#include "engine/base/check.hpp"

#include <algorithm>
#include <array>

namespace engine::btc
{
namespace
{
constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kLengthMax = 90;
constexpr std::size_t kChecksumSize = 6;
constexpr std::uint32_t kBech32 = 1;
constexpr std::uint32_t kBech32m = 0x2bc830a3;

bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}
char to_lower(char c)
{
    return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

/// One step of the checksum: a remainder in a field of 32 elements.
std::uint32_t step(std::uint32_t remainder, std::uint32_t value)
{
    constexpr std::array<std::uint32_t, 5> kGenerator = {
        0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const auto top = remainder >> 25;
    remainder = (remainder & 0x1ffffff) << 5 ^ value;
    for (std::uint32_t i = 0; i < kGenerator.size(); ++i)
    {
        if ((top >> i & 1) != 0)
            remainder ^= kGenerator[i];
    }
    return remainder;
}

std::uint32_t remainder_of(std::string_view prefix, ByteView values)
{
    std::uint32_t remainder = 1;
    for (const char c : prefix)
        remainder = step(remainder, static_cast<std::uint8_t>(c) >> 5U);
    remainder = step(remainder, 0);
    for (const char c : prefix)
        remainder = step(remainder, static_cast<std::uint8_t>(c) & 31U);
    for (const auto value : values)
        remainder = step(remainder, value);
    return remainder;
}

std::optional<Bech32Form> form_of(std::uint32_t remainder)
{
    if (remainder == kBech32)
        return Bech32Form::bech32;
    if (remainder == kBech32m)
        return Bech32Form::bech32m;
    return std::nullopt;
}
}  // namespace

std::string_view describe(Bech32Error error)
{
    switch (error)
    {
        case Bech32Error::too_long:
            return "it has more than 90 characters";
        case Bech32Error::bad_character:
            return "it has a character that no such text has";
        case Bech32Error::mixed_case:
            return "it mixes upper and lower case";
        case Bech32Error::no_separator:
            return "there is no 1 between a prefix and at least six characters";
        case Bech32Error::checksum:
            return "the checksum does not fit: there is a typing error";
    }
    ENSURE(!"a declared error");
    return {};
}

Result<Bech32, Bech32Error> bech32_decode(std::string_view text)
{
    if (text.size() > kLengthMax)
        return Failure{Bech32Error::too_long};
    if (std::any_of(text.begin(), text.end(), [](char c) { return c < 33 || c > 126; }))
        return Failure{Bech32Error::bad_character};
    if (std::any_of(text.begin(), text.end(), is_upper) &&
        std::any_of(text.begin(), text.end(), is_lower))
        return Failure{Bech32Error::mixed_case};
    const auto separator = text.rfind('1');
    if (separator == std::string_view::npos || separator == 0 ||
        text.size() - separator - 1 < kChecksumSize)
        return Failure{Bech32Error::no_separator};

    Bech32 content;
    for (const char c : text.substr(0, separator))
        content.prefix += to_lower(c);
    for (const char c : text.substr(separator + 1))
    {
        const auto value = kAlphabet.find(to_lower(c));
        if (value == std::string_view::npos)
            return Failure{Bech32Error::bad_character};
        content.values.push_back(static_cast<std::uint8_t>(value));
    }

    const auto form = form_of(remainder_of(content.prefix, content.values));
    if (!form)
        return Failure{Bech32Error::checksum};
    content.form = *form;
    content.values.resize(content.values.size() - kChecksumSize);
    return content;
}

std::string bech32_encode(const Bech32& content)
{
    ENSURE(!content.prefix.empty());
    ENSURE(content.prefix.size() + 1 + content.values.size() + kChecksumSize <= kLengthMax);
    ENSURE(std::none_of(content.prefix.begin(), content.prefix.end(), is_upper));

    auto values = content.values;
    values.resize(values.size() + kChecksumSize);
    const auto remainder = remainder_of(content.prefix, values) ^
                           (content.form == Bech32Form::bech32 ? kBech32 : kBech32m);
    for (std::size_t i = 0; i < kChecksumSize; ++i)
        values[content.values.size() + i] =
            static_cast<std::uint8_t>(remainder >> 5 * (kChecksumSize - 1 - i) & 31);

    auto text = content.prefix + '1';
    for (const auto value : values)
    {
        ENSURE(value < kAlphabet.size());
        text += kAlphabet[value];
    }
    return text;
}

Bytes to_five_bits(ByteView bytes)
{
    Bytes values;
    values.reserve((bytes.size() * 8 + 4) / 5);
    std::uint32_t buffer = 0;
    std::uint32_t bits = 0;
    for (const auto byte : bytes)
    {
        buffer = (buffer << 8 | byte) & 0xfff;
        for (bits += 8; bits >= 5;)
        {
            bits -= 5;
            values.push_back(static_cast<std::uint8_t>(buffer >> bits & 31));
        }
    }
    if (bits > 0)
        values.push_back(static_cast<std::uint8_t>(buffer << (5 - bits) & 31));
    return values;
}

std::optional<Bytes> from_five_bits(ByteView values)
{
    Bytes bytes;
    bytes.reserve(values.size() * 5 / 8);
    std::uint32_t buffer = 0;
    std::uint32_t bits = 0;
    for (const auto value : values)
    {
        if (value > 31)
            return std::nullopt;
        buffer = (buffer << 5 | value) & 0xfff;
        bits += 5;
        if (bits < 8)
            continue;
        bits -= 8;
        bytes.push_back(static_cast<std::uint8_t>(buffer >> bits));
    }
    const auto padding = buffer & ((1U << bits) - 1);
    if (bits > 4 || padding != 0)
        return std::nullopt;
    return bytes;
}
}  // namespace engine::btc
