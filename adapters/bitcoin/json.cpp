#include "adapters/bitcoin/json.hpp"

#include "adapters/bitcoin/decimal.hpp"

#include <algorithm>

namespace engine::bitcoind
{
namespace
{
/// What a parser makes of a text may be many times as large: an empty list is two bytes of it.
constexpr std::ptrdiff_t kValuesMost = 1 << 20;

bool has_too_many_values(std::string_view text)
{
    return std::count_if(text.begin(), text.end(),
               [](char c) { return c == ',' || c == '[' || c == '{'; }) > kValuesMost;
}
}  // namespace

std::optional<json::value> parse(std::string_view text)
{
    if (has_too_many_values(text))
        return std::nullopt;
    boost::system::error_code error;
    auto value = json::parse(quote_decimals(text), error);
    return error ? std::nullopt : std::optional{std::move(value)};
}

std::optional<std::string> text_of(const json::object& object, std::string_view key)
{
    const auto* member = object.if_contains(key);
    const auto* text = member ? member->if_string() : nullptr;
    return text ? std::optional{std::string{text->data(), text->size()}} : std::nullopt;
}

std::optional<std::int64_t> integer_of(const json::object& object, std::string_view key)
{
    const auto* member = object.if_contains(key);
    const auto* number = member ? member->if_int64() : nullptr;
    return number ? std::optional{*number} : std::nullopt;
}

std::optional<bool> flag_of(const json::object& object, std::string_view key)
{
    const auto* member = object.if_contains(key);
    const auto* flag = member ? member->if_bool() : nullptr;
    return flag ? std::optional{*flag} : std::nullopt;
}
}  // namespace engine::bitcoind
