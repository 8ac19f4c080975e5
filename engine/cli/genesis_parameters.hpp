#pragma once

#include "engine/base/result.hpp"
#include "engine/cli/command.hpp"
#include "engine/fold/event.hpp"

#include <optional>
#include <vector>

namespace engine::cli
{
/// What a person decides about a log that is to begin.
struct GenesisParameters
{
    bitcoin::Network network = bitcoin::Network::regtest;
    std::optional<ChainHeight> anchor_height;  ///< Absent: the network's first block.
    std::uint32_t window = 144;
    Bytes wallet_script;  ///< Empty: no peg.
    std::uint32_t confirmations = 6;
    Sats minimum;
    bool allow_list_only = false;
    bool probe = false;
    RulesVersion rules{1};
    std::vector<PublicKey> operators;
    std::vector<access::SourceDeclaration> sources;
};

/// From the flags of `engine init`, or from the file that --genesis names. Everything is checked
/// that can be without the node and the rules.
Result<GenesisParameters, OperatorError> read_genesis_parameters(const Options& options);

/// The genesis of a network's own chain: its first block.
bitcoin::ChainAnchor first_anchor(bitcoin::Network network);

/// What block 0 says.
Genesis make_genesis(const GenesisParameters& parameters, const bitcoin::ChainAnchor& anchor,
    const PublicKey& sequencer, const Hash256& random, LogTime time);
}  // namespace engine::cli
