#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"
#include "engine/runtime/doors/role.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine::doors
{
/// token  := "refold_" id "_" secret
/// id     := 8 hexadecimal digits: which record it is of. No secret
/// secret := 64 hexadecimal digits: 256 random bits
///
/// Lower case. The beginning lets a scanner of files and logs know a token that strayed.
struct TokenText
{
    std::string_view id;
    std::string_view secret;
};

std::optional<TokenText> parse_token(std::string_view text);

/// The text of a token from its random bytes: 4 of the id, then 32 of the secret.
std::string token_text(std::span<const std::uint8_t, 36> random);

/// What is kept of a token. Whoever reads it can't tell the token from it.
struct TokenRecord
{
    std::string name;
    Role role = Role::read;
    std::string id;
    LogTime created;
    std::optional<LogTime> expires;  ///< From then on it is refused.
    std::array<std::uint8_t, 16> salt{};
    Hash256 hash;
};

/// 1 to 40 letters, digits, `-`, `_` and `.`
bool is_token_name(std::string_view name);

/// Tagged SHA-256 of salt and secret. A slow hash would gain nothing: it makes guessing words
/// dearer, and 256 random bits are guessed by nobody; it would cost every request milliseconds.
Hash256 hash_token(const std::array<std::uint8_t, 16>& salt, std::string_view secret);

/// Whether the secret is the record's. Takes the same time whatever the first difference is.
bool matches(const TokenRecord& record, std::string_view secret);
}  // namespace engine::doors
