#include "engine/cli/arguments.hpp"
#include "engine/cli/command.hpp"
#include "engine/cli/config_file.hpp"
#include "engine/cli/help.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <unistd.h>
#include <exception>
#include <new>

namespace engine::cli
{
namespace
{
bool asks_for_json(const std::vector<std::string>& words)
{
    for (const auto& word : words)
    {
        if (word == "--json")
            return true;
    }
    return false;
}

void print(std::ostream& err, const OperatorError& error, bool json)
{
    if (json)
        err << to_json(error) << '\n';
    else
        err << to_string(error);
}

int usage_error(const Program& program, const Command* command, const OperatorError& error,
    bool json, std::ostream& err)
{
    print(err, error, json);
    if (!json && command)
        err << usage_line(program, *command) << '\n';
    else if (!json)
        err << "usage: " << program.name << " COMMAND [arguments] [flags]\n";
    return kExitUsage;
}

// The configuration of a command: found, read, put together, checked.
Result<Options, std::vector<OperatorError>> prepare(
    const Command& command, Arguments arguments, const Invocation& invocation)
{
    Options options;
    options.arguments = std::move(arguments.positional);
    options.flags = std::move(arguments.flags);
    options.json = arguments.json;
    options.terminal = invocation.terminal;
    if (!command.configured)
        return options;

    auto file = find_config_file(arguments.config_file, invocation.environment);
    if (!file)
        return Failure{std::vector{file.error()}};
    if (*file)
        options.config_file = (*file)->path;
    auto settings = load_settings({std::move(*file), invocation.environment, arguments.settings});
    if (!settings)
        return Failure{settings.error()};
    options.settings = std::move(*settings);
    if (const auto ignored =
            ignored_config_file(options.config_file, options.config().data.directory))
        return Failure{std::vector{*ignored}};
    return options;
}

int run_command(const Program& program, const Command& command,
    const std::vector<std::string>& words, const Invocation& invocation, std::ostream& out,
    std::ostream& err)
{
    const bool json = asks_for_json(words);
    auto arguments = read_arguments(program, command, words);
    if (!arguments)
        return usage_error(program, &command, arguments.error(), json, err);
    if (arguments->help)
    {
        out << help_text(program, command);
        return kExitYes;
    }
    const auto options = prepare(command, std::move(*arguments), invocation);
    if (!options)
    {
        for (const auto& error : options.error())
            print(err, error, json);
        return options.error().front().kind.exit_code;
    }
    const auto code = command.run(*options, out, err);
    // A usage error that only the command can see ends like every other one.
    if (code == kExitUsage && !json)
        err << usage_line(program, command) << '\n';
    return code;
}

int help(const Program& program, const std::vector<std::string>& words, std::ostream& out,
    std::ostream& err)
{
    if (words.empty())
    {
        out << overview(program);
        return kExitYes;
    }
    const auto found = find_command(program, words);
    if (!found)
        return usage_error(program, nullptr, found.error(), false, err);
    out << help_text(program, *found->command);
    return kExitYes;
}

int dispatch(
    const Program& program, const Invocation& invocation, std::ostream& out, std::ostream& err)
{
    auto words = invocation.arguments;
    const auto first = words.empty() ? std::string{} : words.front();
    if (first == "--version" || first == "version")
    {
        out << program.name << " " << REFOLD_VERSION << '\n';
        return kExitYes;
    }
    const auto& commands = program.commands;
    if (commands.size() == 1 && commands.front().name.empty())
        return run_command(program, commands.front(), words, invocation, out, err);
    if (words.empty())
    {
        err << overview(program);
        return kExitUsage;
    }
    if (first == "help" || first == "--help")
        return help(program, {words.begin() + 1, words.end()}, out, err);

    const auto found = find_command(program, words);
    if (!found)
        return usage_error(program, nullptr, found.error(), asks_for_json(words), err);
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(found->words));
    return run_command(program, *found->command, words, invocation, out, err);
}
}  // namespace

int run_program(
    const Program& program, const Invocation& invocation, std::ostream& out, std::ostream& err)
{
    try
    {
        const auto code = dispatch(program, invocation, out, err);
        out.flush();
        return code;
    }
    catch (const std::bad_alloc&)
    {
        print(err, {errors::kNoMemory}, asks_for_json(invocation.arguments));
        return errors::kNoMemory.exit_code;
    }
    catch (const std::exception& error)
    {
        print(err, {errors::kStopped, {}, error.what(), {}}, asks_for_json(invocation.arguments));
        return kExitNo;
    }
}

int fail(const Options& options, std::ostream& err, const OperatorError& error)
{
    print(err, error, options.json);
    return error.kind.exit_code;
}

Invocation this_invocation(int argc, char** argv)
{
    Invocation out;
    out.arguments.assign(argv + std::min(argc, 1), argv + argc);
    for (char** variable = ::environ; variable && *variable; ++variable)
    {
        const std::string_view text{*variable};
        const auto equals = text.find('=');
        if (equals != std::string_view::npos)
            out.environment.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    out.terminal = this_terminal();
    return out;
}
}  // namespace engine::cli
