#pragma once

#include "engine/base/result.hpp"
#include "engine/runtime/doors/token.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace engine::doors
{
inline constexpr std::size_t kTokensMost = 256;

/// Every token of a node. Names and ids are unique.
using TokenList = std::vector<TokenRecord>;

/// Why a text is no list, and in which line.
struct BadTokenList
{
    std::size_t line = 0;
    std::string why;
};

/// The file of a list, one token a line:
///
///     file := line*
///     line := "#" any* | "token 1" name role id created expires salt hash
///
/// created and expires are milliseconds since 1970, expires may be `never`; salt and hash are
/// hexadecimal. Fields are parted by one space. Each list has one text.
std::string to_text(const TokenList& tokens);
Result<TokenList, BadTokenList> parse_token_list(std::string_view text);

/// Null when there is none.
const TokenRecord* find_by_id(const TokenList& tokens, std::string_view id);
const TokenRecord* find_by_name(const TokenList& tokens, std::string_view name);
}  // namespace engine::doors
