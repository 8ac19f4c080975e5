#include "engine/cli/help.hpp"

#include "engine/cli/documented.hpp"
#include "engine/cli/term/table.hpp"

#include <sstream>

namespace engine::cli
{
namespace
{
constexpr std::size_t kTextWidth = 96;

// Paragraphs, broken at spaces.
std::string wrapped(std::string_view text, std::size_t width)
{
    std::string out, line;
    std::size_t at = 0;
    const auto end_line = [&] {
        (out += line) += '\n';
        line.clear();
    };
    while (at < text.size())
    {
        if (text[at] == '\n')
        {
            end_line();
            ++at;
            continue;
        }
        const auto end = std::min(text.find_first_of(" \n", at), text.size());
        const auto word = text.substr(at, end - at);
        if (!line.empty() && line.size() + 1 + word.size() > width)
            end_line();
        line += (line.empty() ? "" : " ") + std::string{word};
        at = end + (end < text.size() && text[end] == ' ' ? 1 : 0);
    }
    if (!line.empty())
        end_line();
    return out;
}

// "  --at HEIGHT   As of this height ..." with the text in a column of its own.
void add_flag(Table& table, const std::string& spelt, std::string_view help)
{
    std::istringstream lines{wrapped(help, kTextWidth - 30)};
    std::string line, first = spelt;
    while (std::getline(lines, line))
    {
        table.add({first, line});
        first.clear();
    }
}

std::string first_sentence(std::string_view text)
{
    const auto end = text.find(". ");
    return std::string{text.substr(0, end == std::string_view::npos ? end : end + 1)};
}

void write_flags(std::ostream& out, const Command& command)
{
    Table table;
    table.column("").column("");
    for (const auto& flag : command.flags)
        add_flag(table, spelt(flag), flag.help);
    for (const auto& flag : common_flags(command))
    {
        if (flag.name != "config")
            add_flag(table, spelt(flag), flag.help);
    }
    out << "\nflags\n";
    table.write(out, "  ");
}

void write_configuration(std::ostream& out, const Command& command)
{
    Table table;
    table.column("").column("");
    const auto file = common_flags(command).back();
    add_flag(table, spelt(file), file.help);
    for (const auto& option : options())
    {
        if (option.flag.empty())
            continue;
        add_flag(table, "--" + std::string{option.flag} + " " + std::string{placeholder(option)},
            "Short for --" + dotted_name(option) + ". " + first_sentence(option.help) +
                (option.standard ? " Default: " + std::string{*option.standard} + "." : ""));
    }
    add_flag(table, "--SECTION.KEY VALUE",
        "Any key of the configuration; also REFOLD_SECTION_KEY in the environment. All of them: "
        "engine config default.");
    out << "\nconfiguration\n";
    table.write(out, "  ");
}

void write_examples(std::ostream& out, const Command& command)
{
    out << "\nexamples\n";
    for (const auto& example : command.examples)
    {
        out << "  " << example.line << "\n";
        std::istringstream lines{wrapped(example.says, kTextWidth - 6)};
        for (std::string line; std::getline(lines, line);)
            out << "      " << line << "\n";
    }
}
}  // namespace

std::string usage_line(const Program& program, const Command& command)
{
    auto line = "usage: " + full_name(program, command);
    if (!command.arguments.empty())
        line += " " + std::string{command.arguments};
    for (const auto& flag : command.flags)
        line += " [" + spelt(flag) + "]";
    return line + " [--json]" +
           (command.configured ? " [--config FILE] [--SECTION.KEY VALUE]" : "");
}

std::string help_text(const Program& program, const Command& command)
{
    std::ostringstream out;
    out << full_name(program, command) << " - " << command.summary << "\n\n"
        << wrapped(usage_line(program, command), kTextWidth) << "\n"
        << wrapped(command.text, kTextWidth);
    write_flags(out, command);
    if (command.configured)
        write_configuration(out, command);
    write_examples(out, command);
    out << "\nexit codes\n  0 yes   1 no   2 could not tell   64 wrong command line   78 wrong "
           "configuration\n";
    return out.str();
}

std::string overview(const Program& program)
{
    std::ostringstream out;
    out << program.name << " - " << program.summary << "\n\n";
    Table table;
    table.column("").column("");
    for (const auto& command : program.commands)
    {
        const auto arguments =
            command.arguments.empty() ? "" : " " + std::string{command.arguments};
        table.add({std::string{command.name} + arguments, std::string{command.summary}});
    }
    out << "commands\n";
    table.write(out, "  ");
    out << "\nbeside them\n  replay               rebuilds the state from the log, whole or from a "
           "height\n  verify-consistency   checks log, fold, state, laws and the chain against "
           "each other\n\n"
        << program.name << " help COMMAND explains a command, with examples; " << program.name
        << " explain RF-0107 an error.\n";
    return out.str();
}
}  // namespace engine::cli
