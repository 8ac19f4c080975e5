#pragma once

#include "engine/base/result.hpp"
#include "engine/runtime/config/settings.hpp"

namespace engine::cli
{
/// Reads the one configuration file: the one that is named by the flag, else by REFOLD_CONFIG, else
/// the one of ~/.config/refold/refold.toml and /etc/refold/refold.toml that is there. Both there is
/// an error, a named file that is not there is one too. Nothing: there is no file.
Result<std::optional<ConfigText>, OperatorError> find_config_file(
    const std::optional<std::string>& named, const NamedValues& environment);

/// Refuses a `refold.toml` in the data directory that is not the file that was read: whoever wrote
/// it believes that it counts.
std::optional<OperatorError> ignored_config_file(
    const std::optional<std::string>& read, const std::string& data_directory);
}  // namespace engine::cli
