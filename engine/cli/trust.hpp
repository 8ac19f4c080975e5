#pragma once

#include "engine/base/result.hpp"
#include "engine/base/types.hpp"
#include "engine/cli/command.hpp"
#include "engine/cli/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace engine::cli
{
/// Whose seals are believed, and why.
struct Trust
{
    PublicKey sequencer;
    GenesisId genesis;
    std::string_view source;
};

/// By --sequencer; else the log at --data, which is the best witness of its own sequencer; else
/// what the answer says of itself. `where` the answer comes from is for errors.
Result<Trust, OperatorError> trust_of(
    const Options& options, const json::value& answer, const std::string& where);

/// For a proof that says nothing that is to be believed: by --genesis with --sequencer, else the
/// log at --data. Nothing if there is neither.
Result<std::optional<Trust>, OperatorError> trust_without_node(const Options& options);
}  // namespace engine::cli
