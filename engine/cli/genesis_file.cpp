#include "engine/cli/genesis_file.hpp"

#include "engine/base/hex.hpp"
#include "engine/base/nearest.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace engine::cli
{
namespace
{
constexpr std::array<std::string_view, 10> kNames{"network", "anchor-height", "window", "wallet",
    "confirmations", "minimum", "allow-list", "probe", "rules", "operator"};
constexpr std::array<std::string_view, 6> kSourceNames{
    "id", "name", "proof", "key", "events_per_second", "bytes_per_second"};

std::string dashes(std::string_view name)
{
    std::string out{name};
    std::replace(out.begin(), out.end(), '_', '-');
    return out;
}

class FileReader
{
    GenesisSource m_out;

    std::string place(const toml::source_region& region) const
    {
        return fmt::format("{}:{}:{}", m_out.path, region.begin.line, region.begin.column);
    }

    OperatorError unknown(const toml::key& key, std::span<const std::string_view> names) const
    {
        const auto meant = nearest(key.str(), names);
        return {errors::kUnknownKey, place(key.source()),
            fmt::format("genesis has no `{}`", key.str()),
            (meant ? fmt::format("did you mean `{}`?   ", *meant) : "") +
                "all names: engine init --help"};
    }

    std::optional<OperatorError> take(const toml::key& key, const toml::node& node)
    {
        const auto name = dashes(key.str());
        m_out.places[name] = place(key.source());
        if (name == "operators")
            return take_operators(node);
        if (name == "source")
            return take_sources(node);
        if (std::find(kNames.begin(), kNames.end(), name) == kNames.end() || name == "operator")
            return unknown(key, kNames);
        if (const auto* text = node.as_string())
            m_out.values[name] = text->get();
        else if (const auto* number = node.as_integer())
            m_out.values[name] = std::to_string(number->get());
        else if (const auto* flag = node.as_boolean())
            m_out.values[name] = flag->get() ? "true" : "false";
        else
            return OperatorError{errors::kBadType, m_out.places[name],
                fmt::format("`{}` is a text, a whole number, or true or false", name), {}};
        return std::nullopt;
    }

    std::optional<OperatorError> take_operators(const toml::node& node)
    {
        const auto* list = node.as_array();
        if (!list)
            return OperatorError{
                errors::kBadType, m_out.places["operators"], "`operators` is a list of texts", {}};
        for (const auto& item : *list)
            m_out.operators.push_back(item.value_or(std::string{}));
        return std::nullopt;
    }

    std::optional<OperatorError> take_sources(const toml::node& node)
    {
        const auto* list = node.as_array();
        if (!list)
            return OperatorError{
                errors::kBadType, m_out.places["source"], "sources are written as [[source]]", {}};
        for (const auto& item : *list)
        {
            const auto* table = item.as_table();
            if (!table)
                return OperatorError{errors::kBadType, m_out.places["source"],
                    "sources are written as [[source]]", {}};
            if (auto error = take_source(*table))
                return error;
        }
        return std::nullopt;
    }

    std::optional<OperatorError> take_source(const toml::table& table)
    {
        for (const auto& [key, value] : table)
        {
            if (std::find(kSourceNames.begin(), kSourceNames.end(), key.str()) ==
                kSourceNames.end())
                return unknown(key, kSourceNames);
        }
        const auto wrong = [&](std::string why) {
            return OperatorError{errors::kBadValue, place(table.source()), std::move(why), {}};
        };
        const auto number = [&](std::string_view name) {
            return table[name].value_or(std::int64_t{-1});
        };
        access::SourceDeclaration source;
        const auto id = number("id"), events = number("events_per_second"),
                   bytes = number("bytes_per_second");
        const auto fits = [](std::int64_t n, std::int64_t max) { return n >= 0 && n <= max; };
        if (!fits(id, UINT16_MAX) || !fits(events, UINT32_MAX) || !fits(bytes, UINT32_MAX))
            return wrong("a source needs id, events_per_second and bytes_per_second, not negative");
        source.id = access::SourceId{static_cast<std::uint16_t>(id)};
        source.events_per_second = static_cast<std::uint32_t>(events);
        source.bytes_per_second = static_cast<std::uint32_t>(bytes);
        source.name = table["name"].value_or(std::string{});

        const auto proof = table["proof"].value_or(std::string{});
        if (proof == "bitcoin")
            source.proof = access::SourceProof::bitcoin;
        else if (proof == "key")
            source.proof = access::SourceProof::key;
        else if (proof == "none")
            source.proof = access::SourceProof::none;
        else
            return wrong("`proof` is \"bitcoin\", \"key\" or \"none\"");
        const auto key = table["key"].value<std::string>();
        if (key.has_value() != (source.proof == access::SourceProof::key))
            return wrong("`key` belongs to a source whose proof is \"key\"");
        if (key && !fixed_from_hex<PublicKey>(*key))
            return wrong("`key` is an x-only public key of 64 hexadecimal digits");
        if (key)
            source.key = *fixed_from_hex<PublicKey>(*key);
        m_out.sources.push_back(std::move(source));
        return std::nullopt;
    }

public:
    /// `parse` gives the table, or throws what the library throws.
    template <typename Parse>
    Result<GenesisSource, OperatorError> read(const std::string& path, Parse&& parse)
    try
    {
        m_out.is_file = true;
        m_out.path = path;
        const toml::table root = parse();
        for (const auto& [key, node] : root)
        {
            if (auto error = take(key, node))
                return Failure{std::move(*error)};
        }
        return std::move(m_out);
    }
    catch (const toml::parse_error& error)
    {
        return Failure{OperatorError{
            errors::kBadToml, place(error.source()), std::string{error.description()}, {}}};
    }
};
}  // namespace

std::optional<std::string> GenesisSource::text(std::string_view name) const
{
    const auto it = values.find(name);
    return it != values.end() ? std::optional{it->second} : std::nullopt;
}

std::string GenesisSource::place_of(std::string_view name) const
{
    if (!is_file)
        return "--" + std::string{name};
    const auto it = places.find(name);
    return it != places.end() ? it->second : path;
}

Result<GenesisSource, OperatorError> read_genesis_source(const Options& options)
{
    if (const auto path = options.flag("genesis"))
        return FileReader{}.read(*path, [&] { return toml::parse_file(*path); });
    GenesisSource out;
    for (const auto name : kNames)
    {
        const auto value = options.flag(name);
        const bool is_switch = name == "allow-list" || name == "probe";
        if (value && name == "operator")
            out.operators.push_back(*value);
        else if (value)
            out.values[std::string{name}] = is_switch ? "true" : *value;
    }
    return out;
}

Result<GenesisSource, OperatorError> parse_genesis_file(
    std::string_view text, const std::string& path)
{
    return FileReader{}.read(path, [&] { return toml::parse(text, path); });
}

std::string_view network_name(bitcoin::Network network)
{
    switch (network)
    {
        case bitcoin::Network::mainnet:
            return "mainnet";
        case bitcoin::Network::testnet4:
            return "testnet4";
        case bitcoin::Network::signet:
            return "signet";
        case bitcoin::Network::regtest:
            return "regtest";
    }
    return "";
}
}  // namespace engine::cli
