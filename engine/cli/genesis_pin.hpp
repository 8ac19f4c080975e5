#pragma once

#include "engine/base/types.hpp"
#include "engine/cli/command.hpp"

#include <optional>
#include <string>

namespace engine::cli
{
/// The log that `--genesis ID` says it has to be: nothing without the flag, an error if it is no
/// id.
Result<std::optional<GenesisId>, OperatorError> pinned_genesis(const Options& options);

/// Which log it is, and whether anybody has said which one it has to be.
std::string genesis_text(const Options& options, const std::optional<GenesisId>& found);

/// An error if the log is another one than the one that is pinned.
std::optional<OperatorError> check_pin(
    const std::string& where, const std::optional<GenesisId>& pinned, const GenesisId& found);
}  // namespace engine::cli
