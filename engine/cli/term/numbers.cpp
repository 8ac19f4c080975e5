#include "engine/cli/term/numbers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <ctime>

namespace engine::cli
{
namespace
{
std::tm calendar(LogTime time)
{
    const auto seconds = static_cast<std::time_t>(time.value / 1000 - (time.value % 1000 < 0));
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return parts;
}

// Three digits and a unit: 1.24, 12.4, 124.
std::string scaled(double value, std::string_view space, const char* const* units)
{
    while (value >= 999.5 && units[1] != nullptr)
    {
        value /= 1000;
        ++units;
    }
    const auto digits = value >= 99.95 || value == static_cast<std::uint64_t>(value) ? 0
                        : value >= 9.995                                             ? 1
                                                                                     : 2;
    return fmt::format("{:.{}f}{}{}", value, digits, **units != '\0' ? space : "", *units);
}
}  // namespace

std::string grouped(std::uint64_t number)
{
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string bytes_in_words(std::uint64_t bytes)
{
    constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", nullptr};
    return scaled(static_cast<double>(bytes), " ", kUnits);
}

std::string rate_in_words(std::uint64_t count, std::int64_t milliseconds)
{
    constexpr const char* kUnits[] = {"", "k", "M", "G", "T", nullptr};
    const auto spent = milliseconds > 0 ? static_cast<double>(milliseconds) : 1.0;
    return scaled(static_cast<double>(count) * 1000 / spent, " ", kUnits);
}

std::string duration_in_words(std::int64_t milliseconds)
{
    const auto seconds = milliseconds / 1000;
    if (milliseconds < 1000)
        return fmt::format("{} ms", milliseconds);
    if (seconds < 10)
        return fmt::format("{:.1f} s", static_cast<double>(milliseconds / 100) / 10);
    if (seconds < 120)
        return fmt::format("{} s", seconds);
    if (seconds < 7200)
        return fmt::format("{} min", seconds / 60);
    if (seconds < 172'800)
        return fmt::format("{}h {} min", seconds / 3600, seconds / 60 % 60);
    return fmt::format("{}d {}h", seconds / 86'400, seconds / 3600 % 24);
}

std::string time_in_words(LogTime time)
{
    const auto t = calendar(time);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", t.tm_year + 1900, t.tm_mon + 1,
        t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

std::string timestamp(LogTime time)
{
    const auto t = calendar(time);
    const auto ms = (time.value % 1000 + 1000) % 1000;
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.tm_year + 1900, t.tm_mon + 1,
        t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, ms);
}

std::string short_id(std::string_view hex, bool shorten)
{
    if (!shorten || hex.size() <= 12)
        return std::string{hex};
    return std::string{hex.substr(0, 4)} + ".." + std::string{hex.substr(hex.size() - 4)};
}

std::optional<std::uint64_t> parse_number(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::optional<PlaceText> parse_place(std::string_view text)
{
    const auto dot = text.find('.');
    const auto height = parse_number(text.substr(0, dot));
    if (!height)
        return std::nullopt;
    if (dot == std::string_view::npos)
        return PlaceText{LogHeight{*height}, std::nullopt};
    const auto index = parse_number(text.substr(dot + 1));
    if (!index || *index > UINT32_MAX)
        return std::nullopt;
    return PlaceText{LogHeight{*height}, static_cast<std::uint32_t>(*index)};
}
}  // namespace engine::cli
