#pragma once

#include "engine/cli/command.hpp"
#include "engine/runtime/config/option.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What help, man pages and shell completion say alike, from the tables of commands and options.
namespace engine::cli
{
/// The three programs.
std::vector<Program> all_programs();

/// "engine config show"; "replay".
std::string full_name(const Program& program, const Command& command);

/// "--at HEIGHT"
std::string spelt(const Flag& flag);

/// The flags that every command has, and those that every command has that reads the
/// configuration.
std::vector<Flag> common_flags(const Command& command);

/// What stands for the value of an option: "N", "PATH".
std::string_view placeholder(const Option& option);
}  // namespace engine::cli
