#include "engine/cli/door.hpp"

#include "engine/cli/pem_files.hpp"
#include "engine/cli/token_store.hpp"
#include "engine/cli/url.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/config/option.hpp"
#include "engine/runtime/doors/doorkeeper.hpp"
#include "engine/runtime/logging.hpp"

namespace engine::cli
{
namespace
{
http::HttpLimits limits_of(const Config::Http& config)
{
    http::HttpLimits out;
    out.header_bytes = config.header_bytes;
    out.body_bytes = config.body_bytes;
    out.header_ms = config.header_ms;
    out.body_ms = config.body_ms;
    out.idle_ms = config.idle_ms;
    out.write_ms = config.write_ms;
    out.connections = config.connections_max;
    out.connections_per_address = config.connections_per_address;
    out.streams = config.streams_max;
    out.stream_bytes = config.stream_bytes;
    return out;
}

bool everybody_has_a_name(const Config::Http& config)
{
    return config.require_token == "yes" || !is_loopback(config.listen);
}

Result<std::shared_ptr<http::TlsContext>, OperatorError> tls_of(const Config::Http& config)
{
    if (!config.tls_certificate)
        return std::shared_ptr<http::TlsContext>{};
    const auto shown = read_pem({config.tls_certificate, config.tls_key, config.tls_client_ca});
    if (!shown)
        return Failure{shown.error()};
    auto made = http::make_tls(http::TlsServing{.certificate = shown->certificate,
        .key = shown->key.reveal(),
        .client_ca = shown->authority,
        .minimum = config.tls_minimum == "1.2" ? http::TlsVersion::v1_2 : http::TlsVersion::v1_3});
    if (!made)
        return Failure{bad_tls(*config.tls_certificate, made.error())};
    return *std::move(made);
}

std::optional<OperatorError> nobody_could_enter(
    const Config& config, const doors::TokenList& tokens)
{
    if (!everybody_has_a_name(config.http) || !tokens.empty() || config.http.tls_client_ca)
        return std::nullopt;
    return OperatorError{errors::kNobodyLetIn, "http.listen = " + config.http.listen,
        "there is no token in " + tokens_path(config) + ", and no http.tls_client_ca", {}};
}

void tell(const doors::DoorRefusal& refusal)
{
    logging::warning("door", "a request was turned away",
        {{"code", refusal.code}, {"from", refusal.address}, {"name", refusal.name},
            {"path", refusal.path}});
}

/// The guard with all that it needs.
HttpGuard keeper_of(const Config& config, const Clock& clock)
{
    auto tokens = std::make_shared<WatchedTokens>(tokens_path(config), clock);
    doors::DoorRules rules;
    rules.everybody_has_a_name = everybody_has_a_name(config.http);
    rules.certificate_role =
        doors::role_from(config.http.tls_client_role).value_or(doors::Role::read);
    rules.rate_each = config.http.rate_each;
    rules.rate_all = config.http.rate_all;
    auto keeper = std::make_shared<doors::Doorkeeper>(
        clock, rules, [tokens] { return tokens->now(); }, &tell);
    return [keeper](const HttpCall& call) { return (*keeper)(call); };
}
}  // namespace

Result<Door, OperatorError> make_door(const Config& config, const Clock& clock)
{
    const auto endpoint = parse_endpoint(config.http.listen, 0);
    ENSURE(endpoint.has_value());
    auto tls = tls_of(config.http);
    if (!tls)
        return Failure{tls.error()};
    const auto tokens = read_tokens(tokens_path(config));
    if (!tokens)
        return Failure{tokens.error()};
    if (auto error = nobody_could_enter(config, *tokens))
        return Failure{*std::move(error)};
    Door door;
    door.where.address = endpoint->host;
    door.where.port = endpoint->port;
    door.where.tls = *std::move(tls);
    door.where.guard = keeper_of(config, clock);
    door.limits = limits_of(config.http);
    return door;
}
}  // namespace engine::cli
