#pragma once

#include "engine/base/result.hpp"
#include "engine/cli/command.hpp"
#include "engine/domain/access/events.hpp"
#include "engine/domain/bitcoin/events.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cli
{
/// Where the parameters of a genesis come from, as texts by the names of the flags.
struct GenesisSource
{
    bool is_file = false;
    std::string path;
    std::map<std::string, std::string, std::less<>> values;
    std::map<std::string, std::string, std::less<>> places;  ///< "genesis.toml:3:1"
    std::vector<std::string> operators;
    std::vector<access::SourceDeclaration> sources;

    std::optional<std::string> text(std::string_view name) const;
    bool is_set(std::string_view name) const { return text(name) == "true"; }
    std::string place_of(std::string_view name) const;
};

/// The flags of `engine init`, or the file of --genesis:
///
///     network = "regtest"        the flags' names, with '_' for '-'
///     operators = ["<x-only public key>"]
///
///     [[source]]                 none: one source 1, "bitcoin", proved by Bitcoin
///     id = 1
///     name = "bitcoin"
///     proof = "bitcoin"          or "key" with `key = "<x-only public key>"`, or "none"
///     events_per_second = 100000
///     bytes_per_second = 268435456
Result<GenesisSource, OperatorError> read_genesis_source(const Options& options);

/// The same of a text; the path is for errors alone.
Result<GenesisSource, OperatorError> parse_genesis_file(
    std::string_view text, const std::string& path);

/// "regtest"
std::string_view network_name(bitcoin::Network network);
}  // namespace engine::cli
