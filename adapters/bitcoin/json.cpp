#include "adapters/bitcoin/json.hpp"

#include "adapters/bitcoin/decimal.hpp"

namespace engine::bitcoind
{
std::optional<json::value> parse(std::string_view text)
{
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
