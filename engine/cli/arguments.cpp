#include "engine/cli/arguments.hpp"

#include "engine/base/nearest.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <boost/program_options.hpp>

#include <set>

namespace engine::cli
{
namespace
{
namespace po = boost::program_options;

std::string quoted(std::string_view text)
{
    return "`" + std::string{text} + "`";
}

// Every flag that the command takes, for the parser. Repeats are found by us, with better words.
po::options_description describe(const Command& command)
{
    po::options_description out;
    const auto add = [&](const std::string& name, bool has_value) {
        if (has_value)
            out.add_options()(name.c_str(), po::value<std::vector<std::string>>());
        else
            out.add_options()(name.c_str(), "");
    };
    add("help", false);
    add("json", false);
    for (const auto& flag : command.flags)
        add(std::string{flag.name}, !flag.value.empty());
    if (!command.configured)
        return out;
    add("config", true);
    for (const auto& option : options())
    {
        add(dotted_name(option), true);
        if (!option.flag.empty())
            add(std::string{option.flag}, true);
    }
    return out;
}

std::vector<std::string> flag_names(const Command& command)
{
    std::vector<std::string> out;
    const auto described = describe(command);
    for (const auto& option : described.options())
        out.push_back("--" + option->long_name());
    return out;
}

OperatorError unknown_flag(const Program& program, const Command& command, const std::string& flag)
{
    const auto names = flag_names(command);
    const std::vector<std::string_view> views{names.begin(), names.end()};
    const auto meant = nearest(flag, views);
    const auto help = std::string{program.name} + (command.name.empty() ? "" : " ") +
                      std::string{command.name} + " --help";
    return {errors::kUnknownFlag, flag, "flags are never abbreviated or guessed",
        (meant ? "did you mean " + quoted(*meant) + "?   " : "") + "all flags: " + help};
}

// The flag of a command line error, with its dashes.
std::string dashed(std::string name)
{
    const auto equals = name.find('=');
    if (equals != std::string::npos)
        name.erase(equals);
    return name.starts_with("--") ? name : "--" + name;
}

// What isn't a flag, under a name that nobody can type as one.
constexpr const char* kWords = " words";

po::parsed_options parse(
    const po::options_description& flags, const std::vector<std::string>& words)
{
    po::options_description all{flags};
    all.add_options()(kWords, po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add(kWords, -1);
    using Style = po::command_line_style::style_t;
    return po::command_line_parser(words)
        .options(all)
        .positional(positional)
        .style(Style::allow_long | Style::long_allow_adjacent | Style::long_allow_next)
        .run();
}

// The name under which a flag excludes others: the dotted one, where it has one.
std::string canonical(const std::string& name)
{
    const auto* option = find_option(name);
    return option ? dotted_name(*option) : name;
}

std::optional<OperatorError> find_conflict(
    const Command& command, const std::map<std::string, std::string>& given)
{
    for (const auto& exclusion : command.exclusions)
    {
        const auto a = given.find(std::string{exclusion.a});
        const auto b = given.find(std::string{exclusion.b});
        if (a != given.end() && b != given.end())
            return OperatorError{errors::kFlagConflict, a->second + " and " + b->second,
                std::string{exclusion.why}, {}};
    }
    return std::nullopt;
}

std::optional<OperatorError> check_count(const Command& command, std::size_t count)
{
    if (count >= command.arguments_min && count <= command.arguments_max)
        return std::nullopt;
    const auto wanted = command.arguments_min == command.arguments_max
                            ? std::to_string(command.arguments_min)
                            : std::to_string(command.arguments_min) + " to " +
                                  std::to_string(command.arguments_max);
    return OperatorError{errors::kBadArguments, {},
        std::to_string(count) + " given, " + wanted + " wanted" +
            (command.arguments.empty() ? "" : ": " + std::string{command.arguments}),
        {}};
}

Result<Arguments, OperatorError> sort_out(const Command& command, const po::parsed_options& parsed)
{
    Arguments out;
    std::map<std::string, std::string> given;  // Canonical name -> as it was typed.
    for (const auto& item : parsed.options)
    {
        if (item.position_key >= 0 || item.string_key == kWords)
        {
            out.positional.insert(out.positional.end(), item.value.begin(), item.value.end());
            continue;
        }
        const auto& name = item.string_key;
        const auto value = item.value.empty() ? std::string{} : item.value.front();
        const auto [before, is_first] = given.emplace(canonical(name), "--" + name);
        if (!is_first)
            return Failure{OperatorError{errors::kBadFlag, "--" + name,
                "given twice" +
                    (before->second == "--" + name ? "" : ", also as " + before->second),
                "give it once"}};
        if (name == "help")
            out.help = true;
        else if (name == "json")
            out.json = true;
        else if (name == "config" && command.configured)
            out.config_file = value;
        else if (command.configured && find_option(name))
            out.settings.emplace_back(name, value);
        else
            out.flags.emplace(name, value);
    }
    if (out.help)
        return out;
    if (const auto conflict = find_conflict(command, given))
        return Failure{*conflict};
    if (const auto wrong = check_count(command, out.positional.size()))
        return Failure{*wrong};
    return out;
}

std::vector<std::string> command_words(const Command& command)
{
    std::vector<std::string> words;
    std::string_view name = command.name;
    while (!name.empty())
    {
        const auto space = std::min(name.find(' '), name.size());
        words.emplace_back(name.substr(0, space));
        name.remove_prefix(std::min(space + 1, name.size()));
    }
    return words;
}

bool begins_with(const std::vector<std::string>& words, const std::vector<std::string>& begin)
{
    return words.size() >= begin.size() && std::equal(begin.begin(), begin.end(), words.begin());
}

OperatorError no_such_command(const Program& program, const std::vector<std::string>& words)
{
    // Words up to the first flag; two of them, because no name is longer.
    std::string typed;
    for (std::size_t i = 0; i < words.size() && i < 2 && !words[i].starts_with("-"); ++i)
        typed += (i == 0 ? "" : " ") + words[i];
    std::vector<std::string_view> names;
    std::string continuations;
    for (const auto& command : program.commands)
    {
        names.push_back(command.name);
        const auto parts = command_words(command);
        if (parts.size() > 1 && parts[0] == words.front())
            continuations += (continuations.empty() ? "" : ", ") + quoted(command.name);
    }
    auto meant = nearest(typed, names);
    if (!meant)
        meant = nearest(words.front(), names);
    const auto all = "all commands: " + std::string{program.name} + " help";
    if (!continuations.empty() && !meant)
        return {errors::kNoCommand, typed, "the command is incomplete", "one of " + continuations};
    return {errors::kNoCommand, typed, quoted(typed) + " is no command",
        (meant ? "did you mean " + quoted(*meant) + "?   " : "") + all};
}
}  // namespace

Result<Arguments, OperatorError> read_arguments(
    const Program& program, const Command& command, const std::vector<std::string>& words)
{
    const auto flags = describe(command);
    try
    {
        return sort_out(command, parse(flags, words));
    }
    catch (const po::unknown_option& error)
    {
        return Failure{unknown_flag(program, command, dashed(error.get_option_name()))};
    }
    catch (const po::error_with_option_name& error)
    {
        const auto flag = dashed(error.get_option_name());
        return Failure{OperatorError{errors::kBadFlag, flag, error.what(), {}}};
    }
    catch (const po::error& error)
    {
        return Failure{OperatorError{errors::kBadFlag, {}, error.what(), {}}};
    }
}

Result<Found, OperatorError> find_command(
    const Program& program, const std::vector<std::string>& words)
{
    Found best;
    for (const auto& command : program.commands)
    {
        const auto name = command_words(command);
        if (begins_with(words, name) && (!best.command || name.size() > best.words))
            best = {&command, name.size()};
    }
    if (best.command)
        return best;
    return Failure{no_such_command(program, words)};
}
}  // namespace engine::cli
