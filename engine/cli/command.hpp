#pragma once

#include "engine/cli/term/terminal.hpp"
#include "engine/runtime/config/settings.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cli
{
/// What a command was told: checked, and complete.
struct Options
{
    std::vector<std::string> arguments;
    std::map<std::string, std::string, std::less<>> flags;  ///< A switch has an empty value.
    bool json = false;
    Settings settings;
    std::optional<std::string> config_file;  ///< The file that was read.
    Terminal terminal;

    bool has(std::string_view name) const { return flags.find(name) != flags.end(); }

    std::optional<std::string> flag(std::string_view name) const
    {
        const auto it = flags.find(name);
        return it != flags.end() ? std::optional{it->second} : std::nullopt;
    }

    const Config& config() const { return settings.config; }
};

/// Does the work. The answer goes to `out`, progress and errors to `err`; returns an ExitCode.
using RunCommand = int (*)(const Options&, std::ostream& out, std::ostream& err);

/// A flag of one command, beside those that every command has.
struct Flag
{
    std::string_view name = {};
    std::string_view value = {};  ///< What stands for the value in the usage; empty: a switch.
    std::string_view help = {};
};

/// Two flags that can't be given together. Flags of the configuration go by their dotted name.
struct Exclusion
{
    std::string_view a;
    std::string_view b;
    std::string_view why;
};

struct Example
{
    std::string_view line;
    std::string_view says;
};

/// One command. Parsing, usage, help and the tests all follow this row.
struct Command
{
    std::string_view name = {};  ///< "config show"; empty where the program is its only command.
    std::string_view arguments = {};  ///< "TABLE [KEY]"
    std::size_t arguments_min = 0;
    std::size_t arguments_max = 0;
    std::string_view summary = {};  ///< One line, without a full stop.
    std::string_view text = {};     ///< Paragraphs.
    bool configured = true;         ///< Reads the configuration.
    std::vector<Flag> flags = {};
    std::vector<Exclusion> exclusions = {};
    std::vector<Example> examples = {};
    RunCommand run = nullptr;
};

/// A program: its commands, in the order of its overview.
struct Program
{
    std::string_view name;
    std::string_view summary;
    std::span<const Command> commands;
};

/// What the operating system hands to a program.
struct Invocation
{
    std::vector<std::string> arguments;  ///< Without the program's name.
    NamedValues environment;
    Terminal terminal;
};

/// Finds the command, checks every flag and the whole configuration, runs it. Nothing is opened
/// before everything is checked. Exceptions of libraries end here, as an error with a code.
int run_program(
    const Program& program, const Invocation& invocation, std::ostream& out, std::ostream& err);

/// Prints an error in its four lines, or as JSON, and returns its exit code.
int fail(const Options& options, std::ostream& err, const OperatorError& error);

/// The arguments and surroundings of this process.
Invocation this_invocation(int argc, char** argv);
}  // namespace engine::cli
