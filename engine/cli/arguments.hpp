#pragma once

#include "engine/base/result.hpp"
#include "engine/cli/command.hpp"

namespace engine::cli
{
/// A command line, read by the command's row. Values of the configuration are not checked yet.
struct Arguments
{
    std::vector<std::string> positional;
    std::map<std::string, std::string, std::less<>> flags;  ///< The command's own.
    NamedValues settings;                                   ///< Those of the configuration.
    std::optional<std::string> config_file;
    bool json = false;
    bool help = false;
};

/// Reads what follows the command's name. Flags are long, never abbreviated, given at most once;
/// `--` ends them.
Result<Arguments, OperatorError> read_arguments(
    const Program& program, const Command& command, const std::vector<std::string>& words);

/// The command that the first words name, and how many words that are.
struct Found
{
    const Command* command = nullptr;
    std::size_t words = 0;
};
Result<Found, OperatorError> find_command(
    const Program& program, const std::vector<std::string>& words);
}  // namespace engine::cli
