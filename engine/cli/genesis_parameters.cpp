#include "engine/cli/genesis_parameters.hpp"

#include "engine/base/hex.hpp"
#include "engine/bitcoin/address.hpp"
#include "engine/bitcoin/target.hpp"
#include "engine/cli/genesis_file.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/domain/access/state.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <charconv>

namespace engine::cli
{
namespace
{
// One value, by its name in the flags and in the file.
OperatorError bad(const GenesisSource& source, std::string_view name, std::string why)
{
    return {source.is_file ? errors::kBadValue : errors::kBadArgument, source.place_of(name),
        std::move(why), {}};
}

template <typename T>
std::optional<OperatorError> take_number(const GenesisSource& source, std::string_view name,
    std::uint64_t min, std::uint64_t max, T& target)
{
    const auto text = source.text(name);
    if (!text)
        return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    const bool whole = error == std::errc{} && end == text->data() + text->size();
    if (text->empty() || !whole || number < min || number > max)
        return bad(
            source, name, fmt::format("\"{}\" is no whole number from {} to {}", *text, min, max));
    target = T{static_cast<decltype(T{}.value)>(number)};
    return std::nullopt;
}

std::optional<OperatorError> take_plain(const GenesisSource& source, std::string_view name,
    std::uint64_t min, std::uint64_t max, std::uint32_t& target)
{
    ChainHeight number{target};
    auto error = take_number(source, name, min, max, number);
    target = number.value;
    return error;
}

std::optional<OperatorError> take_network(const GenesisSource& source, GenesisParameters& out)
{
    const auto text = source.text("network");
    if (!text)
        return std::nullopt;
    for (const auto network : {bitcoin::Network::mainnet, bitcoin::Network::testnet4,
             bitcoin::Network::signet, bitcoin::Network::regtest})
    {
        const auto core_name = btc::name(static_cast<btc::Network>(network));
        if (*text == network_name(network) || *text == core_name)
        {
            out.network = network;
            return std::nullopt;
        }
    }
    return bad(source, "network",
        fmt::format("\"{}\" is none of mainnet, testnet4, signet, regtest", *text));
}

std::optional<OperatorError> take_wallet(const GenesisSource& source, GenesisParameters& out)
{
    const auto text = source.text("wallet");
    if (!text)
        return std::nullopt;
    // Hexadecimal digits alone are a script; no address is made of them alone.
    if (auto script = from_hex(*text); script && !script->empty())
    {
        out.wallet_script = std::move(*script);
        return std::nullopt;
    }
    auto script = btc::decode_address(*text, static_cast<btc::Network>(out.network));
    if (!script)
        return OperatorError{errors::kBadAddress, source.place_of("wallet"),
            fmt::format("\"{}\" on {}: {}", *text, network_name(out.network),
                btc::describe(script.error())),
            {}};
    out.wallet_script = std::move(*script);
    return std::nullopt;
}

std::optional<OperatorError> take_minimum(const GenesisSource& source, GenesisParameters& out)
{
    LogHeight raw{10'000};
    if (auto error = take_number(source, "minimum", 0, Sats::kMax, raw))
        return error;
    out.minimum = *Sats::from(raw.value);
    return std::nullopt;
}

std::optional<OperatorError> take_operators(const GenesisSource& source, GenesisParameters& out)
{
    for (const auto& text : source.operators)
    {
        const auto key = fixed_from_hex<PublicKey>(text);
        if (!key || !is_public_key(*key))
            return bad(source, source.is_file ? "operators" : "operator",
                fmt::format("\"{}\" is no x-only public key of 64 hexadecimal digits", text));
        out.operators.push_back(*key);
    }
    return std::nullopt;
}

std::optional<OperatorError> take_all(const GenesisSource& source, GenesisParameters& out)
{
    std::uint32_t anchor = 0;
    LogHeight rules{access::kNewestRules.value};
    std::optional<OperatorError> error;
    const bool failed =
        (error = take_network(source, out)) || (error = take_wallet(source, out)) ||
        (error = take_plain(source, "anchor-height", 0, UINT32_MAX, anchor)) ||
        (error = take_plain(source, "window", 1, 2016, out.window)) ||
        (error = take_plain(source, "confirmations", 1, 1000, out.confirmations)) ||
        (error = take_minimum(source, out)) || (error = take_operators(source, out)) ||
        (error = take_number(source, "rules", 1, access::kNewestRules.value, rules));
    if (failed)
        return error;
    if (source.text("anchor-height"))
        out.anchor_height = ChainHeight{anchor};
    out.allow_list_only = source.is_set("allow-list");
    out.probe = source.is_set("probe");
    out.rules = RulesVersion{static_cast<std::uint32_t>(rules.value)};
    out.sources = source.sources;
    if (out.sources.empty())
        out.sources.push_back({.id = access::SourceId{1},
            .name = "bitcoin",
            .proof = access::SourceProof::bitcoin,
            .key = {},
            .events_per_second = 100'000,
            .bytes_per_second = 256 << 20});
    return std::nullopt;
}
}  // namespace

Result<GenesisParameters, OperatorError> read_genesis_parameters(const Options& options)
{
    auto source = read_genesis_source(options);
    if (!source)
        return Failure{source.error()};
    GenesisParameters out;
    if (auto error = take_all(*source, out))
        return Failure{std::move(*error)};
    return out;
}

bitcoin::ChainAnchor first_anchor(bitcoin::Network network)
{
    const auto& parameters = btc::parameters(static_cast<btc::Network>(network));
    const auto& header = parameters.genesis;
    const auto target = btc::decode_target(header.bits);
    ENSURE(target.has_value());
    bitcoin::ChainAnchor out;
    out.header.bytes = btc::encode(header).bytes;
    out.work.bytes = btc::to_big_endian(btc::work(*target));
    out.period_start = header.time;
    out.period_bits = header.bits;
    out.last_times = {header.time};
    return out;
}

Genesis make_genesis(const GenesisParameters& parameters, const bitcoin::ChainAnchor& anchor,
    const PublicKey& sequencer, const Hash256& random, LogTime time)
{
    Genesis genesis;
    genesis.random = random;
    genesis.time = time;
    auto& access = std::get<access::Genesis>(genesis.modules);
    access.sequencer = sequencer;
    access.operators = parameters.operators;
    access.sources = parameters.sources;
    access.rules = {{parameters.rules, LogHeight{0}}};
    auto& chain = std::get<bitcoin::Genesis>(genesis.modules);
    chain.network = parameters.network;
    chain.anchor = anchor;
    chain.window = parameters.window;
    auto& peg = std::get<peg::Genesis>(genesis.modules);
    peg.wallet_script = parameters.wallet_script;
    peg.confirmations = parameters.confirmations;
    peg.minimum = parameters.minimum;
    peg.allow_list_only = parameters.allow_list_only;
    std::get<probe::Genesis>(genesis.modules).enabled = parameters.probe;
    return genesis;
}
}  // namespace engine::cli
