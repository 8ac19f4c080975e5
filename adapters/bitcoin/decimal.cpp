#include "adapters/bitcoin/decimal.hpp"

#include <algorithm>
#include <cstdint>

namespace engine::bitcoind
{
namespace
{
constexpr std::uint64_t kSatsPerBtc = 100'000'000;
constexpr std::size_t kDecimals = 8;

/// Where the string that begins at `from` (its opening quote) ends: behind its closing quote.
std::size_t end_of_string(std::string_view json, std::size_t from)
{
    for (auto at = from + 1;;)
    {
        at = json.find_first_of("\"\\", at);
        if (at == std::string_view::npos)
            return json.size();
        if (json[at] == '"')
            return at + 1;
        at += 2;
    }
}

/// The digits as a number; nothing for none, for another character and for more than 9 of them.
std::optional<std::uint64_t> digits(std::string_view text)
{
    if (text.empty() || text.size() > 9)
        return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text)
    {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}
}  // namespace

std::string quote_decimals(std::string_view json)
{
    constexpr std::string_view kNumber = "0123456789+-.eE";
    std::string out;
    out.reserve(json.size() + 64);
    for (std::size_t at = 0; at < json.size();)
    {
        const char c = json[at];
        auto end = at + 1;
        if (c == '"')
            end = std::min(end_of_string(json, at), json.size());
        else if (c == '-' || (c >= '0' && c <= '9'))
            end = std::min(json.find_first_not_of(kNumber, at), json.size());

        const auto token = json.substr(at, end - at);
        const bool decimal =
            c != '"' && token.size() > 1 && token.find_first_of(".eE") != token.npos;
        if (decimal)
            ((out += '"') += token) += '"';
        else
            out += token;
        at = end;
    }
    return out;
}

std::optional<Sats> sats_of_btc(std::string_view text)
{
    const auto point = std::min(text.find('.'), text.size());
    const auto whole = digits(text.substr(0, point));
    std::string fraction{text.substr(std::min(point + 1, text.size()))};
    const bool bare_point = point < text.size() && fraction.empty();
    if (!whole || bare_point || fraction.size() > kDecimals)
        return std::nullopt;

    fraction.resize(kDecimals, '0');
    const auto part = digits(fraction);
    return part ? Sats::from(*whole * kSatsPerBtc + *part) : std::nullopt;
}

std::string to_btc(Sats amount)
{
    auto fraction = std::to_string(amount.value() % kSatsPerBtc);
    fraction.insert(0, kDecimals - fraction.size(), '0');
    return std::to_string(amount.value() / kSatsPerBtc) + "." + fraction;
}
}  // namespace engine::bitcoind
