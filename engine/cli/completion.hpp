#pragma once

#include <string>

namespace engine::cli
{
/// The bash completion of all three programs, as a script to be sourced: every command, every flag,
/// the words of a choice, the codes of errors, and files where a file is wanted.
std::string bash_completion();
}  // namespace engine::cli
