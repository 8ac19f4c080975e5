#include "engine/runtime/doors/doorkeeper.hpp"

#include "engine/runtime/doors/route_roles.hpp"

#include <fmt/format.h>

namespace engine::doors
{
namespace
{
/// Names of callers whose rate is remembered. There are fewer tokens; certificates may be many.
constexpr std::size_t kNamesMost = 1024;

HttpResponse unauthorized(std::string code, std::string detail, std::string_view challenge)
{
    auto response = to_response({401, std::move(code), "who asks is not known", std::move(detail),
        "send `Authorization: Bearer TOKEN`; engine token add makes one"});
    response.headers.emplace_back("WWW-Authenticate", challenge);
    return response;
}

/// RFC 6750, section 3: without an error for who has shown nothing.
HttpResponse token_missing()
{
    return unauthorized(
        "token-missing", "this node answers nobody who shows no token", "Bearer realm=\"refold\"");
}

HttpResponse bad_token(std::string code, std::string detail)
{
    return unauthorized(
        std::move(code), std::move(detail), "Bearer realm=\"refold\", error=\"invalid_token\"");
}

HttpResponse role_too_low(Role has, Role needs)
{
    auto response = to_response({403, "role-too-low", "not allowed",
        fmt::format("this needs the role {}, and the caller has {}", name(needs), name(has)),
        fmt::format("use a token with the role {}: engine token add NAME --role {}", name(needs),
            name(needs))});
    response.headers.emplace_back("WWW-Authenticate",
        fmt::format(
            "Bearer realm=\"refold\", error=\"insufficient_scope\", scope=\"{}\"", name(needs)));
    return response;
}

HttpResponse slow_down(std::string_view who, std::uint64_t rate, std::int64_t wait_ms)
{
    auto response = to_response({429, "too-many-requests", "too many requests",
        fmt::format("{} may ask {} times a second", who, rate),
        fmt::format("ask again in {} ms", wait_ms)});
    response.headers.emplace_back("Retry-After", std::to_string((wait_ms + 999) / 1000));
    return response;
}

/// RFC 7235: the scheme without case, one space or more, then the token.
std::optional<std::string_view> bearer(std::string_view authorization)
{
    constexpr std::string_view kScheme = "bearer";
    if (!equal_without_case(authorization.substr(0, kScheme.size()), kScheme))
        return std::nullopt;
    authorization.remove_prefix(kScheme.size());
    const auto begin = authorization.find_first_not_of(' ');
    if (begin == 0 || begin == std::string_view::npos)
        return std::nullopt;
    return authorization.substr(begin);
}
}  // namespace

Doorkeeper::Doorkeeper(const Clock& clock, DoorRules rules,
    std::function<std::shared_ptr<const TokenList>()> tokens,
    std::function<void(const DoorRefusal&)> on_refusal)
  : m_clock{clock},
    m_rules{rules},
    m_tokens{std::move(tokens)},
    m_on_refusal{std::move(on_refusal)},
    m_all{rules.rate_all, clock.monotonic_ms()}
{}

std::optional<HttpResponse> Doorkeeper::operator()(const HttpCall& call)
{
    DoorRefusal refusal;
    auto response = decide(call, refusal);
    if (response && m_on_refusal)
    {
        refusal.address = call.client_address;
        refusal.path = call.pattern;
        m_on_refusal(refusal);
    }
    return response;
}

std::optional<HttpResponse> Doorkeeper::decide(const HttpCall& call, DoorRefusal& refusal)
{
    const auto caller = identify(call);
    if (!caller)
    {
        refusal.code = "unauthorized";
        return caller.error();
    }
    refusal.name = caller->name;
    if (auto response = too_often(*caller))
    {
        refusal.code = "too-many-requests";
        return response;
    }
    const auto needs = call.pattern.empty() ? Role::read : role_of(call.method, call.pattern);
    if (may(caller->role, needs))
        return std::nullopt;
    refusal.code = "role-too-low";
    return role_too_low(caller->role, needs);
}

Result<Doorkeeper::Caller, HttpResponse> Doorkeeper::identify(const HttpCall& call)
{
    // What is shown counts, also where nothing has to be: a wrong token is never passed over.
    if (call.authorization)
        return by_token(*call.authorization);
    if (call.client_name)
        return Caller{"certificate " + std::string{*call.client_name}, m_rules.certificate_role};
    if (m_rules.everybody_has_a_name)
        return Failure{token_missing()};
    return Caller{};
}

Result<Doorkeeper::Caller, HttpResponse> Doorkeeper::by_token(std::string_view authorization)
{
    const auto text = bearer(authorization);
    const auto token = text ? parse_token(*text) : std::nullopt;
    if (!token)
        return Failure{bad_token("token-unknown", "what was shown has not the form of a token")};
    const auto list = m_tokens();
    const auto* record = list ? find_by_id(*list, token->id) : nullptr;
    if (record == nullptr || !matches(*record, token->secret))
        return Failure{bad_token("token-unknown", "this node knows no such token")};
    if (record->expires && m_clock.now() >= *record->expires)
        return Failure{bad_token("token-expired", "the token's time is over")};
    return Caller{record->name, record->role};
}

std::optional<HttpResponse> Doorkeeper::too_often(const Caller& caller)
{
    const auto now = m_clock.monotonic_ms();
    if (!caller.name.empty())
    {
        if (const auto wait = bucket_of(caller.name, now).take(now); wait > 0)
            return slow_down(caller.name, m_rules.rate_each, wait);
    }
    if (const auto wait = m_all.take(now); wait > 0)
        return slow_down("all together", m_rules.rate_all, wait);
    return std::nullopt;
}

Bucket& Doorkeeper::bucket_of(const std::string& name, std::int64_t now_ms)
{
    if (m_each.size() >= kNamesMost && m_each.find(name) == m_each.end())
        m_each.clear();  // Who is forgotten begins with a full bucket.
    return m_each.try_emplace(name, m_rules.rate_each, now_ms).first->second;
}
}  // namespace engine::doors
