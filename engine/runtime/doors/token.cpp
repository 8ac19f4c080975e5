#include "engine/runtime/doors/token.hpp"

#include "engine/base/hex.hpp"
#include "engine/hash/sha256.hpp"

#include <algorithm>

namespace engine::doors
{
namespace
{
constexpr std::string_view kBegin = "refold_";
constexpr std::size_t kIdDigits = 8;
constexpr std::size_t kSecretDigits = 64;
inline constexpr TaggedHasher kTokenHash{"refold/token"};

bool is_lower_hex(std::string_view text)
{
    return std::all_of(text.begin(), text.end(),
        [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

ByteView bytes_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
}  // namespace

std::optional<TokenText> parse_token(std::string_view text)
{
    if (text.size() != kBegin.size() + kIdDigits + 1 + kSecretDigits || !text.starts_with(kBegin))
        return std::nullopt;
    const auto id = text.substr(kBegin.size(), kIdDigits);
    const auto secret = text.substr(kBegin.size() + kIdDigits + 1);
    if (text[kBegin.size() + kIdDigits] != '_' || !is_lower_hex(id) || !is_lower_hex(secret))
        return std::nullopt;
    return TokenText{id, secret};
}

std::string token_text(std::span<const std::uint8_t, 36> random)
{
    return std::string{kBegin} + to_hex(random.subspan(0, 4)) + "_" + to_hex(random.subspan(4));
}

bool is_token_name(std::string_view name)
{
    return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_' || c == '.';
    });
}

Hash256 hash_token(const std::array<std::uint8_t, 16>& salt, std::string_view secret)
{
    return kTokenHash(ByteView{salt}, bytes_of(secret));
}

bool matches(const TokenRecord& record, std::string_view secret)
{
    const auto given = hash_token(record.salt, secret);
    volatile std::uint8_t difference = 0;
    for (std::size_t i = 0; i < given.bytes.size(); ++i)
        difference =
            static_cast<std::uint8_t>(difference | (given.bytes[i] ^ record.hash.bytes[i]));
    return difference == 0;
}
}  // namespace engine::doors
