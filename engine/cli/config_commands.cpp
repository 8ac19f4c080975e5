#include "engine/cli/commands.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/term/table.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/config/settings.hpp"

#include <fstream>
#include <sstream>

namespace engine::cli
{
namespace
{
json::value value_of(const Setting& setting)
{
    if (!setting.value)
        return nullptr;
    if (const auto* number = std::get_if<std::uint64_t>(&*setting.value))
        return *number;
    return json::string{std::get<std::string>(*setting.value)};
}

void show_json(const Options& options, std::ostream& out)
{
    json::array rows;
    for (const auto& setting : options.settings.rows)
        rows.push_back({{"key", dotted_name(*setting.option)}, {"value", value_of(setting)},
            {"origin", setting.place}});
    json::value file = nullptr;
    if (options.config_file)
        file = json::string{*options.config_file};
    write_line(out, {{"file", file}, {"settings", rows}});
}
}  // namespace

int run_config_show(const Options& options, std::ostream& out, std::ostream&)
{
    if (options.json)
    {
        show_json(options, out);
        return kExitYes;
    }
    const bool with_origin = options.has("origin");
    Table table;
    table.column("key").column("value");
    if (with_origin)
        table.column("origin");
    for (const auto& setting : options.settings.rows)
    {
        std::vector<std::string> cells{
            dotted_name(*setting.option), setting.value ? to_text(*setting.value) : "(not set)"};
        if (with_origin)
            cells.push_back(setting.place);
        table.add(std::move(cells));
    }
    out << "file  " << options.config_file.value_or("(none: defaults)") << "\n\n";
    table.write(out);
    return kExitYes;
}

int run_config_check(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto& path = options.arguments.front();
    std::ifstream file{path};
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
        return fail(
            options, err, {errors::kNoConfigFile, path, "it can't be opened, or is empty", {}});
    const auto settings = load_settings({ConfigText{path, text.str()}, {}, {}});
    if (!settings)
    {
        for (const auto& error : settings.error())
            fail(options, err, error);
        return kExitConfiguration;
    }
    std::uint64_t given = 0;
    for (const auto& setting : settings->rows)
        given += setting.origin == ValueOrigin::file ? 1 : 0;
    if (options.json)
        write_line(out, {{"file", path}, {"valid", true}, {"keys", given}});
    else
        out << path << " is valid: " << given << (given == 1 ? " key" : " keys")
            << " set, the rest at their defaults\n";
    return kExitYes;
}

int run_config_default(const Options& options, std::ostream& out, std::ostream&)
{
    if (!options.json)
    {
        out << default_config_file();
        return kExitYes;
    }
    json::array keys;
    for (const auto& option : engine::options())
    {
        json::value standard = nullptr;
        if (option.standard)
            standard = json::string{*option.standard};
        keys.push_back(
            {{"key", dotted_name(option)}, {"default", standard}, {"range", describe_range(option)},
                {"environment", environment_name(option)}, {"help", json::string{option.help}}});
    }
    write_line(out, {{"keys", keys}});
    return kExitYes;
}
}  // namespace engine::cli
