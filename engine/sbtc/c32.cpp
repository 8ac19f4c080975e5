#include "engine/sbtc/c32.hpp"

#include "engine/base/check.hpp"
#include "engine/hash/sha256.hpp"

namespace engine::sbtc
{
namespace
{
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kChecksumSize = 4;
constexpr std::size_t kPayloadSize = Hash160::kSize + kChecksumSize;

using Payload = std::array<std::uint8_t, kPayloadSize>;  // The hash and its checksum.

Payload payload_of(const C32Address& address)
{
    Bytes versioned{address.version};
    append(versioned, address.hash.bytes);
    const auto checksum = sha256d(versioned);

    Payload payload{};
    std::copy(address.hash.bytes.begin(), address.hash.bytes.end(), payload.begin());
    std::copy_n(checksum.bytes.begin(), kChecksumSize, payload.begin() + Hash160::kSize);
    return payload;
}

std::size_t leading_zeros(const Payload& payload)
{
    const auto end = std::find_if(payload.begin(), payload.end(), [](auto b) { return b != 0; });
    return static_cast<std::size_t>(end - payload.begin());
}

/// The bytes as one number in base 32, without leading zero digits.
std::string digits_of(const Payload& payload)
{
    std::string digits;
    std::uint32_t window = 0;  // Bits that are not written, least significant first.
    std::uint32_t bits = 0;
    for (std::size_t i = payload.size(); i-- > 0;)
    {
        window |= std::uint32_t{payload[i]} << bits;
        for (bits += 8; bits >= 5; bits -= 5, window >>= 5)
            digits.push_back(kAlphabet[window & 31]);
    }
    if (bits > 0)
        digits.push_back(kAlphabet[window & 31]);
    while (!digits.empty() && digits.back() == '0')
        digits.pop_back();
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::optional<std::uint8_t> value_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos)
        return std::nullopt;
    return static_cast<std::uint8_t>(value);
}

/// payload * 32 + digit; false when that needs more bytes.
bool push_digit(Payload& payload, std::uint8_t digit)
{
    std::uint32_t carry = digit;
    for (std::size_t i = payload.size(); i-- > 0;)
    {
        carry |= std::uint32_t{payload[i]} << 5;
        payload[i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    return carry == 0;
}
}  // namespace

std::string to_c32(const C32Address& address)
{
    ENSURE(address.version < kAlphabet.size());
    const auto payload = payload_of(address);
    return std::string{'S', kAlphabet[address.version]} + std::string(leading_zeros(payload), '0') +
           digits_of(payload);
}

std::optional<C32Address> from_c32(std::string_view text)
{
    if (text.size() < 3 || (text[0] != 'S' && text[0] != 's'))
        return std::nullopt;
    std::string plain{'S'};  // With every character as to_c32 writes it.
    Payload payload{};
    for (std::size_t i = 1; i < text.size(); ++i)
    {
        const auto digit = value_of(text[i]);
        if (!digit || (i > 1 && !push_digit(payload, *digit)))
            return std::nullopt;
        plain.push_back(kAlphabet[*digit]);
    }

    C32Address address{*value_of(text[1]), {}};
    std::copy_n(payload.begin(), Hash160::kSize, address.hash.bytes.begin());
    if (to_c32(address) != plain)
        return std::nullopt;
    return address;
}
}  // namespace engine::sbtc
