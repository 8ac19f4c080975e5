#include "engine/cli/man_pages.hpp"

#include "engine/cli/commands.hpp"
#include "engine/cli/documented.hpp"
#include "engine/runtime/config/option.hpp"

#include <algorithm>
#include <sstream>

namespace engine::cli
{
namespace
{
/// Text as roff reads it: no character of it is taken for a command.
std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text)
    {
        const bool begins = out.empty() || out.back() == '\n';
        if (begins && (c == '.' || c == '\''))
            out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '~')
            out += "\\(ti";
        else if (c == '^')
            out += "\\(ha";
        else if (c == '`')
            out += "\\(ga";
        else
            out += c;
    }
    return out;
}

/// An argument of a macro.
std::string quoted(std::string_view text)
{
    std::string out;
    for (const char c : escaped(text))
        out += c == '"' ? std::string{"\\(dq"} : std::string{c};
    return '"' + out + '"';
}

std::string upper(std::string text)
{
    for (auto& c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return text;
}

std::string page_name(std::string name)
{
    std::replace(name.begin(), name.end(), ' ', '-');
    return name;
}

class Page
{
    ManPage m_page;

public:
    Page(std::string name, int section, std::string_view summary)
    {
        m_page.name = std::move(name);
        m_page.section = section;
        m_page.text = ".\\\" Made by `engine man`. Do not edit.\n.TH " +
                      quoted(upper(m_page.name)) + " " + std::to_string(section) +
                      " \"\" \"refold " REFOLD_VERSION "\" \"Refold\"\n.ad l\n.nh\n";
        heading("NAME");
        m_page.text += escaped(m_page.name) + " \\- " + escaped(summary) + "\n";
    }

    Page& heading(std::string_view title)
    {
        m_page.text += ".SH " + quoted(title) + "\n";
        return *this;
    }

    /// Paragraphs, divided by empty lines.
    Page& paragraphs(std::string_view text)
    {
        for (std::size_t at = 0; at < text.size();)
        {
            const auto end = std::min(text.find("\n\n", at), text.size());
            m_page.text += ".PP\n" + escaped(text.substr(at, end - at)) + "\n";
            at = end + 2;
        }
        return *this;
    }

    /// A term, and what it means.
    Page& item(std::string_view term, std::string_view text)
    {
        m_page.text += ".TP\n.B " + quoted(term) + "\n" + escaped(text) + "\n";
        return *this;
    }

    ManPage done() { return std::move(m_page); }
};

std::string synopsis(const Program& program, const Command& command)
{
    auto line = full_name(program, command);
    if (!command.arguments.empty())
        line += " " + std::string{command.arguments};
    for (const auto& flag : command.flags)
        line += " [" + spelt(flag) + "]";
    return line + " [--json]" +
           (command.configured ? " [--config FILE] [--SECTION.KEY VALUE]" : "");
}

void write_flags(Page& page, const Command& command)
{
    page.heading("OPTIONS");
    for (const auto& flag : command.flags)
        page.item(spelt(flag), flag.help);
    for (const auto& flag : common_flags(command))
        page.item(spelt(flag), flag.help);
    if (!command.configured)
        return;
    for (const auto& option : options())
    {
        if (!option.flag.empty())
            page.item("--" + std::string{option.flag} + " " + std::string{placeholder(option)},
                "Short for --" + dotted_name(option) + ". See refold.toml(5).");
    }
    page.item("--SECTION.KEY VALUE", "Any key of the configuration. See refold.toml(5).");
}

void write_exit_codes(Page& page)
{
    page.heading("EXIT STATUS")
        .item("0", "Yes: done, consistent, healthy.")
        .item("1", "No: refused, inconsistent, failed.")
        .item("2", "Could not tell: what was to be asked did not answer.")
        .item("64", "The command line is wrong. Nothing was opened.")
        .item("78", "The configuration is wrong. Nothing was opened.");
}

void write_examples(Page& page, const Command& command)
{
    page.heading("EXAMPLES");
    for (const auto& example : command.examples)
        page.item(example.line, example.says);
}

ManPage command_page(const Program& program, const Command& command)
{
    Page page{page_name(full_name(program, command)), 1, command.summary};
    page.heading("SYNOPSIS").paragraphs(synopsis(program, command));
    page.heading("DESCRIPTION").paragraphs(command.text);
    write_flags(page, command);
    write_exit_codes(page);
    write_examples(page, command);
    page.heading("SEE ALSO")
        .paragraphs(
            "engine(1), replay(1), verify-consistency(1), refold.toml(5). An error has a stable "
            "code; "
            "`engine explain CODE` says more about it.");
    return page.done();
}

ManPage program_page(const Program& program)
{
    Page page{std::string{program.name}, 1, program.summary};
    page.heading("SYNOPSIS")
        .paragraphs(std::string{program.name} + " COMMAND [arguments] [flags]\n\n" +
                    std::string{program.name} + " help COMMAND");
    page.heading("COMMANDS");
    for (const auto& command : program.commands)
        page.item(full_name(program, command) +
                      (command.arguments.empty() ? "" : " " + std::string{command.arguments}),
            std::string{command.summary} + ". See " + page_name(full_name(program, command)) +
                "(1).");
    write_exit_codes(page);
    page.heading("FILES")
        .item("/etc/refold/refold.toml", "The configuration; see refold.toml(5).")
        .item("/var/lib/refold", "The data directory, unless data.directory names another one.");
    page.heading("SEE ALSO").paragraphs("replay(1), verify-consistency(1), refold.toml(5)");
    return page.done();
}

ManPage configuration_page()
{
    Page page{"refold.toml", 5, "the configuration of engine, replay and verify-consistency"};
    page.heading("DESCRIPTION")
        .paragraphs(
            "TOML 1.0: sections with keys. A flag, --SECTION.KEY VALUE, goes before an environment "
            "variable, REFOLD_SECTION_KEY, that before the file, and that before the default. "
            "Unknown keys, empty values and values out of range are errors.\n\n"
            "`engine config default` prints a file with every key, `engine config show --origin` "
            "the values in force, `engine config check FILE` what is wrong with a file.");
    page.heading("KEYS");
    for (const auto& option : options())
    {
        auto text = std::string{option.help} + " A " + describe_range(option) + ".";
        if (option.standard)
            text += " Default: " + std::string{*option.standard} + ".";
        if (!option.flag.empty())
            text += " Short flag: --" + std::string{option.flag} + ".";
        page.item(dotted_name(option), text);
    }
    page.heading("SEE ALSO").paragraphs("engine(1), engine-config-show(1)");
    return page.done();
}
}  // namespace

std::vector<ManPage> man_pages()
{
    std::vector<ManPage> out;
    for (const auto& program : all_programs())
    {
        const bool has_commands = !program.commands.front().name.empty();
        if (has_commands)
            out.push_back(program_page(program));
        for (const auto& command : program.commands)
            out.push_back(command_page(program, command));
    }
    out.push_back(configuration_page());
    return out;
}
}  // namespace engine::cli
