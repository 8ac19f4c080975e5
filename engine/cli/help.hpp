#pragma once

#include "engine/cli/command.hpp"

namespace engine::cli
{
/// "usage: engine show TABLE [KEY] [--at HEIGHT] [--json]"
std::string usage_line(const Program& program, const Command& command);

/// Everything about one command: what `engine show --help` and `engine help show` print.
std::string help_text(const Program& program, const Command& command);

/// The commands of a program, one line each.
std::string overview(const Program& program);
}  // namespace engine::cli
