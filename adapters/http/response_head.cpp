#include "adapters/http/response_head.hpp"

#include <array>
#include <charconv>
#include <ctime>
#include <utility>

namespace engine::http
{
namespace
{
std::string_view reason(unsigned status)
{
    constexpr std::array<std::pair<unsigned, std::string_view>, 24> kReasons = {{{200, "OK"},
        {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {206, "Partial Content"},
        {304, "Not Modified"}, {307, "Temporary Redirect"}, {308, "Permanent Redirect"},
        {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
        {405, "Method Not Allowed"}, {406, "Not Acceptable"}, {408, "Request Timeout"},
        {409, "Conflict"}, {413, "Content Too Large"}, {421, "Misdirected Request"},
        {422, "Unprocessable Content"}, {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"},
        {503, "Service Unavailable"}, {504, "Gateway Timeout"}}};
    for (const auto& [code, text] : kReasons)
    {
        if (code == status)
            return text;
    }
    return "Answer";
}

/// RFC 9110, section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT", in every locale.
std::string http_date(std::time_t time)
{
    constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&time, &utc);
    const auto two = [](int value) {
        return std::string{
            static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
    };
    return std::string{kDays[static_cast<std::size_t>(utc.tm_wday)]} + ", " + two(utc.tm_mday) +
           " " + kMonths[static_cast<std::size_t>(utc.tm_mon)] + " " +
           std::to_string(utc.tm_year + 1900) + " " + two(utc.tm_hour) + ":" + two(utc.tm_min) +
           ":" + two(utc.tm_sec) + " GMT";
}

/// A value can't end its line, whatever a handler put into it.
void add_field(std::string& out, std::string_view name, std::string_view value)
{
    (out += name) += ": ";
    for (const char c : value)
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    out += "\r\n";
}
}  // namespace

std::string response_head(const HttpResponse& response, const Framing& framing)
{
    auto out = "HTTP/1.1 " + std::to_string(response.status) + " ";
    (out += reason(response.status)) += "\r\n";
    add_field(out, "Date", http_date(std::time(nullptr)));
    add_field(out, "Server", "refold");
    add_field(out, "X-Content-Type-Options", "nosniff");
    if (response.status != 204 && response.status != 304)
        add_field(out, "Content-Type", response.content_type);
    for (const auto& [name, value] : response.headers)
        add_field(out, name, value);
    if (framing.length && response.status != 204)
        add_field(out, "Content-Length", std::to_string(*framing.length));
    if (framing.chunked)
        add_field(out, "Transfer-Encoding", "chunked");
    add_field(out, "Connection", framing.keep_alive ? "keep-alive" : "close");
    return out += "\r\n";
}

std::string chunk(const std::string& bytes)
{
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
    return std::string{size.data(), end} + "\r\n" + bytes + "\r\n";
}
}  // namespace engine::http
