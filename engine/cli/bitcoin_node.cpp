#include "engine/cli/bitcoin_node.hpp"

#include "engine/cli/secret_file.hpp"
#include "engine/cli/url.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace engine::cli
{
namespace
{
using Transport = std::unique_ptr<bitcoind::RpcTransport>;

constexpr std::uint16_t kRpcPort = 8332;  // Mainnet's, as bitcoin-cli has it.

// Without cookie file and user: where a node of this user with this port keeps its cookie.
std::string usual_cookie(std::uint16_t port)
{
    const char* chain = port == 18443   ? "regtest"
                        : port == 38332 ? "signet"
                        : port == 48332 ? "testnet4"
                                        : "main";
    const auto* home = std::getenv("HOME");
    return bitcoind::cookie_path(std::string{home != nullptr ? home : ""} + "/.bitcoin", chain);
}

Result<bitcoind::Credentials, OperatorError> credentials(
    const Config::Bitcoin& config, std::uint16_t port)
{
    if (!config.rpc_user)
        return bitcoind::Credentials{
            bitcoind::CookieFile{config.cookie_file.value_or(usual_cookie(port))}};
    const auto password =
        read_secret(*config.rpc_password_file, "Password of the Bitcoin node's RPC");
    if (!password)
        return Failure{password.error()};
    return bitcoind::Credentials{bitcoind::UserPassword{*config.rpc_user, password->reveal()}};
}

Result<Transport, OperatorError> wire_of(const Config::Bitcoin& config)
{
    if (config.playback)
    {
        auto recording = bitcoind::PlaybackTransport::open(*config.playback);
        if (!recording)
            return Failure{OperatorError{errors::kDiskFailed, *config.playback, recording.error(),
                "check the path; bitcoin.record makes recordings"}};
        return Transport{std::move(*recording)};
    }
    if (!config.rpc_url)
        return Failure{OperatorError{errors::kMissingValue, "bitcoin.rpc_url",
            "a Bitcoin node is needed, and none is named", "add --bitcoin-rpc http://HOST:PORT"}};
    const auto endpoint = parse_endpoint(*config.rpc_url, kRpcPort);
    if (!endpoint)
        return Failure{OperatorError{errors::kBadValue, "bitcoin.rpc_url",
            "\"" + *config.rpc_url + "\" has no host or a bad port", {}}};
    auto login = credentials(config, endpoint->port);
    if (!login)
        return Failure{login.error()};
    http::ClientLimits limits;
    limits.total_ms = config.timeout_ms;
    return Transport{
        std::make_unique<bitcoind::HttpTransport>(*endpoint, *std::move(login), limits)};
}
}  // namespace

Result<std::unique_ptr<BitcoinNode>, OperatorError> connect_bitcoin(const Config& config)
{
    auto wire = wire_of(config.bitcoin);
    if (!wire)
        return Failure{wire.error()};
    Transport recorder;
    if (config.bitcoin.record)
        recorder = std::make_unique<bitcoind::RecordingTransport>(**wire, *config.bitcoin.record);
    return std::make_unique<BitcoinNode>(*std::move(wire), std::move(recorder));
}

std::optional<OperatorError> check_network(BitcoinNode& node, bitcoin::Network network)
{
    const auto info = node.node.info();
    if (!info)
        return from_rpc(info.error());
    constexpr std::string_view kChains[] = {"main", "testnet4", "signet", "regtest"};
    const auto wanted = kChains[static_cast<std::size_t>(network)];
    if (info->chain == wanted)
        return std::nullopt;
    return OperatorError{errors::kContradiction, "bitcoin.rpc_url",
        fmt::format("the node follows `{}`, and the log is for `{}`", info->chain, wanted),
        "name a node of the log's network"};
}

OperatorError from_rpc(const bitcoind::RpcError& error)
{
    using Kind = bitcoind::RpcErrorKind;
    const bool no = error.kind == Kind::refused || error.kind == Kind::unauthorized ||
                    error.kind == Kind::forbidden || error.kind == Kind::credentials;
    return {no ? errors::kBitcoinRefused : errors::kBitcoinSilent, "the Bitcoin node",
        to_string(error), error.action};
}
}  // namespace engine::cli
