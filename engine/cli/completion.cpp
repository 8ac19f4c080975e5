#include "engine/cli/completion.hpp"

#include "engine/cli/commands.hpp"
#include "engine/cli/documented.hpp"
#include "engine/cli/man_pages.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace engine::cli
{
namespace
{
// What comes after the tables. $1 is the program, $2 the word to be completed, $3 the one before.
constexpr std::string_view kScript = R"BASH(
_refold_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }

_refold_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}

_refold() {
    local program=${1##*/} current=$2 before=$3 command='' groups
    COMPREPLY=()
    groups=$(_refold_commands "$program")
    if [[ -n $groups ]]; then
        command=${COMP_WORDS[1]-}
        if [[ $command == help ]]; then
            ((COMP_CWORD > 1)) || { _refold_words "$groups" "$current"; return; }
            command=''
            ((COMP_CWORD == 2)) && { _refold_words "$groups" "$current"; return; }
            command=${COMP_WORDS[2]-}
        fi
        if ((COMP_CWORD == 1)); then
            _refold_words "$groups help --version" "$current"
            return
        fi
        if [[ -n $(_refold_commands "$program $command") ]]; then
            if ((COMP_CWORD == 2)) || [[ ${COMP_WORDS[1]-} == help ]]; then
                _refold_words "$(_refold_commands "$program $command")" "$current"
                return
            fi
            command+=" ${COMP_WORDS[2]-}"
        fi
        program+=" $command"
    fi
    if [[ $before == --* ]]; then
        case $(_refold_value "$program" "$before") in
            '') ;;
            file) _refold_files -f "$current"; return ;;
            directory) _refold_files -d "$current"; return ;;
            other) return ;;
            *) _refold_words "$(_refold_value "$program" "$before")" "$current"; return ;;
        esac
    fi
    if [[ $current == -* ]]; then
        _refold_words "$(_refold_flags "$program")" "$current"
        return
    fi
    case $(_refold_arguments "$program") in
        '') ;;
        file) _refold_files -f "$current" ;;
        *) _refold_words "$(_refold_arguments "$program")" "$current" ;;
    esac
}

complete -F _refold engine replay verify-consistency
)BASH";

/// One function of the script: a key, and the words for it.
class Table
{
    std::string m_name;
    std::map<std::string, std::string> m_rows;

public:
    explicit Table(std::string name) : m_name{std::move(name)} {}

    void add(const std::string& key, std::string_view word)
    {
        auto& row = m_rows[key];
        (row += row.empty() ? "" : " ") += word;
    }

    std::string text() const
    {
        auto out = m_name + "() {\n    case \"$*\" in\n";
        for (const auto& [key, words] : m_rows)
            out += "        '" + key + "') echo '" + words + "' ;;\n";
        return out + "    esac\n}\n";
    }
};

std::string words_of_choices(std::string_view choices)
{
    std::string out{choices};
    std::replace(out.begin(), out.end(), '|', ' ');
    return out;
}

/// What completes a value: a file, a directory, words, or nothing that is known.
std::string kind_of(const Flag& flag)
{
    if (flag.value == "DIR")
        return "directory";
    return flag.value == "FILE" || flag.value == "PATH" ? "file" : "other";
}

std::string kind_of(const Option& option)
{
    if (option.kind == OptionKind::choice)
        return words_of_choices(option.choices);
    if (option.kind == OptionKind::path && option.key == "directory")
        return "directory";
    const bool is_file = option.kind == OptionKind::path || option.kind == OptionKind::secret_file;
    return is_file ? "file" : "other";
}

struct Tables
{
    Table commands{"_refold_commands"};
    Table flags{"_refold_flags"};
    Table values{"_refold_value"};
    Table arguments{"_refold_arguments"};

    void add_name(const Program& program, const Command& command, std::set<std::string>& seen)
    {
        const auto space = command.name.find(' ');
        const std::string first{command.name.substr(0, space)};
        if (seen.insert(first).second)
            commands.add(std::string{program.name}, first);
        if (space != command.name.npos)
            commands.add(std::string{program.name} + " " + first, command.name.substr(space + 1));
    }

    void add_flag(const std::string& command, const std::string& flag, const std::string& kind)
    {
        flags.add(command, flag);
        if (!kind.empty())
            values.add(command + " " + flag, kind);
    }

    void add_flags(const std::string& name, const Command& command)
    {
        auto own = command.flags;
        const auto common = common_flags(command);
        own.insert(own.end(), common.begin(), common.end());
        for (const auto& flag : own)
            add_flag(name, "--" + std::string{flag.name}, flag.value.empty() ? "" : kind_of(flag));
        if (!command.configured)
            return;
        for (const auto& option : options())
        {
            add_flag(name, "--" + dotted_name(option), kind_of(option));
            if (!option.flag.empty())
                add_flag(name, "--" + std::string{option.flag}, kind_of(option));
        }
    }

    void add_arguments(const std::string& name, const Command& command)
    {
        if (command.arguments == "FILE")
            arguments.add(name, "file");
        if (command.arguments == "CODE")
        {
            for (const auto& kind : error_kinds())
                arguments.add(name, kind.code);
        }
        if (command.arguments == "SHELL")
            arguments.add(name, "bash");
        if (command.arguments == "[PAGE]")
        {
            for (const auto& page : man_pages())
                arguments.add(name, page.name);
        }
    }
};
}  // namespace

std::string bash_completion()
{
    Tables tables;
    for (const auto& program : all_programs())
    {
        std::set<std::string> seen;
        for (const auto& command : program.commands)
        {
            const auto name = full_name(program, command);
            if (!command.name.empty())
                tables.add_name(program, command, seen);
            tables.add_flags(name, command);
            tables.add_arguments(name, command);
        }
    }
    return "# bash completion of engine, replay and verify-consistency, made by `engine completion "
           "bash`.\n\n" +
           tables.commands.text() + "\n" + tables.flags.text() + "\n" + tables.values.text() +
           "\n" + tables.arguments.text() + std::string{kScript};
}
}  // namespace engine::cli
