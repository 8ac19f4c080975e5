#include "engine/cli/url.hpp"

#include "engine/cli/term/numbers.hpp"

namespace engine::cli
{
namespace
{
constexpr auto kTlsScheme = "https://";
}  // namespace

bool wants_tls(std::string_view text)
{
    return text.starts_with(kTlsScheme);
}

std::optional<http::Endpoint> parse_endpoint(std::string_view text, std::uint16_t port)
{
    for (const std::string_view scheme : {"http://", kTlsScheme})
    {
        if (!text.starts_with(scheme))
            continue;
        text.remove_prefix(scheme.size());
        break;
    }
    text = text.substr(0, text.find('/'));

    auto host = text;
    const auto colon = text.rfind(':');
    const bool has_port = colon != std::string_view::npos && text.find(']', colon) == text.npos;
    if (has_port)
    {
        const auto number = parse_number(text.substr(colon + 1));
        if (!number || *number > UINT16_MAX)
            return std::nullopt;
        port = static_cast<std::uint16_t>(*number);
        host = text.substr(0, colon);
    }
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    if (host.empty() || host.find('@') != std::string_view::npos)
        return std::nullopt;
    return http::Endpoint{.host = std::string{host}, .port = port};
}
}  // namespace engine::cli
