#include "engine/cli/commands.hpp"
#include "engine/cli/completion.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/man_pages.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <filesystem>
#include <fstream>

namespace engine::cli
{
namespace
{
std::optional<OperatorError> write_pages(const std::string& directory)
{
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    for (const auto& page : man_pages())
    {
        const auto path = directory + "/" + page.file();
        std::ofstream file{path, std::ios::binary | std::ios::trunc};
        file << page.text;
        file.close();
        if (!file)
            return OperatorError{errors::kDiskFailed, path, "it could not be written", {}};
    }
    return std::nullopt;
}

void print_names(const Options& options, std::ostream& out)
{
    json::array names;
    for (const auto& page : man_pages())
    {
        if (options.json)
            names.push_back(json::string{page.file()});
        else
            out << page.file() << "\n";
    }
    if (options.json)
        write_line(out, json::object{{"pages", std::move(names)}});
}

void print_text(
    const Options& options, std::string_view name, const std::string& text, std::ostream& out)
{
    if (options.json)
        write_line(out, json::object{{name, json::string{text}}});
    else
        out << text;
}
}  // namespace

int run_completion(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto& shell = options.arguments.front();
    if (shell != "bash")
        return fail(options, err,
            {errors::kBadArgument, shell, "there is a completion for bash alone", {}});
    print_text(options, "script", bash_completion(), out);
    return kExitYes;
}

int run_man(const Options& options, std::ostream& out, std::ostream& err)
{
    if (const auto directory = options.flag("output"))
    {
        if (const auto problem = write_pages(*directory))
            return fail(options, err, *problem);
        print_names(options, out);
        return kExitYes;
    }
    if (options.arguments.empty())
    {
        print_names(options, out);
        return kExitYes;
    }
    for (const auto& page : man_pages())
    {
        if (page.name != options.arguments.front() && page.file() != options.arguments.front())
            continue;
        print_text(options, "page", page.text, out);
        return kExitYes;
    }
    return fail(options, err,
        {errors::kBadArgument, options.arguments.front(), "there is no such page",
            "engine man lists all pages"});
}
}  // namespace engine::cli
