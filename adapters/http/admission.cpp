#include "adapters/http/admission.hpp"

#include "adapters/http/problems.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

#include <algorithm>

namespace engine::http
{
namespace
{
namespace beast = boost::beast;
using Field = beast::http::field;
using Message = beast::http::request<beast::http::string_body>;

std::string_view view(beast::string_view text)
{
    return {text.data(), text.size()};
}

/// "[::1]:8080" without its port.
std::string_view without_port(std::string_view host)
{
    const auto colon = host.rfind(':');
    const auto bracket = host.rfind(']');
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket))
        return host;
    return host.substr(0, colon);
}

bool host_is_ours(std::string_view host, const Shared& shared)
{
    const auto name = without_port(host);
    if (name == "[::1]" || equal_without_case(name, "localhost"))
        return true;
    ErrorCode error;
    const auto address = net::ip::make_address_v4(std::string{name}, error);
    if (!error && address.is_loopback())
        return true;
    return std::any_of(shared.host_names.begin(), shared.host_names.end(),
        [&](const auto& known) { return equal_without_case(known, name); });
}

/// RFC 9112, 6.1 and 6.3: where a body ends must be clear. The parser refuses two lengths, and a
/// length beside chunks; what it would pass over is refused here.
std::optional<Problem> unclear_framing(const Message& request)
{
    const auto codings = request.count(Field::transfer_encoding);
    const bool chunked =
        codings == 1 && beast::iequals(request[Field::transfer_encoding], "chunked");
    if (codings != 0 && (!chunked || request.version() < 11))
        return bad_request("The only Transfer-Encoding is \"chunked\", once, with HTTP/1.1.");
    if (request.version() != 11 && request.version() != 10)
        return bad_request("The version is neither HTTP/1.1 nor HTTP/1.0.");
    if (request.count(Field::host) > 1)
        return bad_request("There are two Host headers.");
    if (request.count(Field::authorization) > 1)
        return bad_request("There are two Authorization headers.");
    return std::nullopt;
}

std::optional<Problem> wrong_host(const Message& request, const Shared& shared, bool tls)
{
    const auto host = view(request[Field::host]);
    if (host.empty())
        return request.version() < 11 ? std::nullopt
                                      : std::optional{bad_request("There is no Host header.")};
    // A web page that reaches this server by a name of its own fails at the certificate.
    if (tls || host_is_ours(host, shared))
        return std::nullopt;
    return host_refused(host);
}

std::optional<HttpResponse> ask_guard(
    const Message& request, const RouteMatch& match, const Shared& shared, const Sender& sender)
{
    if (!shared.guard)
        return std::nullopt;
    HttpCall call;
    call.method = view(request.method_string());
    if (const auto* found = std::get_if<RouteFound>(&match))
        call.pattern = found->pattern;
    if (request.count(Field::authorization) == 1)
        call.authorization = view(request[Field::authorization]);
    if (sender.name)
        call.client_name = *sender.name;
    call.client_address = sender.address;
    return shared.guard(call);
}
}  // namespace

std::variant<Admitted, HttpResponse> screen(
    const Message& request, const Shared& shared, const Sender& sender)
{
    if (const auto problem = unclear_framing(request))
        return to_response(*problem);
    if (const auto problem = wrong_host(request, shared, sender.tls))
        return to_response(*problem);
    auto target = parse_target(view(request.target()));
    if (!target)
        return to_response(
            bad_request("The path is broken: a percent code needs two digits, and "
                        "none may be zero."));
    const auto method = view(request.method_string());
    auto match = shared.router.find(method, *target);
    if (auto refusal = ask_guard(request, match, shared, sender))
        return *std::move(refusal);
    if (const auto* miss = std::get_if<RouteNotFound>(&match))
        return to_response(not_found(target->path, *miss));
    if (const auto* miss = std::get_if<MethodNotAllowed>(&match))
    {
        auto response = to_response(method_not_allowed(method, *miss));
        response.headers.emplace_back("Allow", miss->allow);
        return response;
    }
    return Admitted{*std::move(target), std::get<RouteFound>(std::move(match))};
}

std::string address_of(const tcp::socket& socket)
{
    ErrorCode error;
    auto address = socket.remote_endpoint(error).address();
    if (error)
        return {};
    if (!address.is_v6())
        return address.to_string();
    if (address.to_v6().is_v4_mapped())
        return net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6()).to_string();
    auto bytes = address.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return net::ip::make_address_v6(bytes).to_string() + "/64";
}
}  // namespace engine::http
