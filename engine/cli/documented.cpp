#include "engine/cli/documented.hpp"

#include "engine/cli/commands.hpp"

namespace engine::cli
{
std::vector<Program> all_programs()
{
    return {engine_program(), replay_program(), verify_program()};
}

std::string full_name(const Program& program, const Command& command)
{
    return std::string{program.name} + (command.name.empty() ? "" : " ") +
           std::string{command.name};
}

std::string spelt(const Flag& flag)
{
    return "--" + std::string{flag.name} + (flag.value.empty() ? "" : " ") +
           std::string{flag.value};
}

std::vector<Flag> common_flags(const Command& command)
{
    std::vector<Flag> out{
        {"json", "", "The answer as one line of JSON with stable names, for programs."},
        {"help", "", "This text."}};
    if (command.configured)
        out.push_back({"config", "FILE",
            "The configuration file. Without it: REFOLD_CONFIG, else the one of "
            "~/.config/refold/refold.toml and /etc/refold/refold.toml that is there."});
    return out;
}

std::string_view placeholder(const Option& option)
{
    switch (option.kind)
    {
        case OptionKind::number:
            return "N";
        case OptionKind::byte_count:
            return "BYTES";
        case OptionKind::path:
            return "PATH";
        case OptionKind::secret_file:
            return "FILE";
        case OptionKind::url:
            return "URL";
        case OptionKind::address:
            return "HOST:PORT";
        case OptionKind::choice:
            return "WORD";
        case OptionKind::text:
            return "TEXT";
    }
    return "VALUE";
}
}  // namespace engine::cli
