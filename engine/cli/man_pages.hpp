#pragma once

#include <string>
#include <vector>

namespace engine::cli
{
/// A page for man(1), in the macros of man(7).
struct ManPage
{
    std::string name;  ///< "engine-config-show"
    int section = 1;
    std::string text;

    std::string file() const { return name + "." + std::to_string(section); }
};

/// A page for each program, each command of `engine`, and the configuration file; from the tables
/// of commands and options, so that nothing is said twice. The same in every build of one version.
std::vector<ManPage> man_pages();
}  // namespace engine::cli
