#include "adapters/http/target.hpp"

#include <algorithm>

namespace engine::http
{
namespace
{
int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const auto lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        char c = text[i];
        if (c == '%')
        {
            if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0)
                return std::nullopt;
            c = static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        }
        else if (c == '+' && plus_is_space)
            c = ' ';
        if (c == '\0')
            return std::nullopt;
        out += c;
    }
    return out;
}

/// Calls `each` with the parts between the separators. False as soon as one call says false.
template <typename F>
bool split(std::string_view text, char separator, F&& each)
{
    for (;;)
    {
        const auto end = text.find(separator);
        if (!each(text.substr(0, end)))
            return false;
        if (end == std::string_view::npos)
            return true;
        text.remove_prefix(end + 1);
    }
}

bool add_query_field(Target& target, std::string_view part)
{
    if (part.empty())
        return true;
    const auto equals = std::min(part.find('='), part.size());
    auto name = percent_decode(part.substr(0, equals), true);
    auto value = percent_decode(part.substr(std::min(equals + 1, part.size())), true);
    if (!name || !value)
        return false;
    target.query.emplace_back(std::move(*name), std::move(*value));
    return true;
}
}  // namespace

std::optional<Target> parse_target(std::string_view text)
{
    if (text.starts_with("http://"))
    {
        // RFC 9112, 3.2.2: the absolute form has to be understood.
        const auto path = text.find('/', 7);
        text = path == std::string_view::npos ? "/" : text.substr(path);
    }
    if (!text.starts_with('/'))
        return std::nullopt;

    Target target;
    const auto question = std::min(text.find('?'), text.size());
    target.path = text.substr(0, question);
    const auto add_segment = [&](std::string_view part) {
        auto segment = percent_decode(part, false);
        if (segment)
            target.segments.push_back(std::move(*segment));
        return segment.has_value();
    };
    if (!split(text.substr(1, question - 1), '/', add_segment))
        return std::nullopt;
    const auto query = text.substr(std::min(question + 1, text.size()));
    if (!split(query, '&', [&](std::string_view part) { return add_query_field(target, part); }))
        return std::nullopt;
    return target;
}

std::string percent_encode(std::string_view text)
{
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (kPlain.find(c) != std::string_view::npos)
            out += c;
        else
            ((out += '%') += kDigits[byte >> 4]) += kDigits[byte & 15];
    }
    return out;
}
}  // namespace engine::http
