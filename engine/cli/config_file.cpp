#include "engine/cli/config_file.hpp"

#include "engine/runtime/config/error_kinds.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace engine::cli
{
namespace
{
namespace fs = std::filesystem;

std::optional<std::string> variable(const NamedValues& environment, std::string_view name)
{
    for (const auto& [key, value] : environment)
    {
        if (key == name && !value.empty())
            return value;
    }
    return std::nullopt;
}

std::vector<std::string> usual_places(const NamedValues& environment)
{
    std::vector<std::string> out;
    if (const auto base = variable(environment, "XDG_CONFIG_HOME"))
        out.push_back(*base + "/refold/refold.toml");
    else if (const auto home = variable(environment, "HOME"))
        out.push_back(*home + "/.config/refold/refold.toml");
    out.emplace_back("/etc/refold/refold.toml");
    return out;
}

bool is_there(const std::string& path)
{
    std::error_code error;
    return fs::exists(path, error);
}

Result<std::optional<ConfigText>, OperatorError> read(const std::string& path)
{
    std::error_code error;
    std::ifstream file{path};
    if (!file || fs::is_directory(path, error))
        return Failure{OperatorError{errors::kNoConfigFile, path,
            error || file ? "it is no file" : std::string{std::strerror(errno)}, {}}};
    std::ostringstream text;
    text << file.rdbuf();
    return std::optional{ConfigText{path, text.str()}};
}
}  // namespace

Result<std::optional<ConfigText>, OperatorError> find_config_file(
    const std::optional<std::string>& named, const NamedValues& environment)
{
    if (named)
        return read(*named);
    if (const auto path = variable(environment, "REFOLD_CONFIG"))
        return read(*path);
    std::vector<std::string> found;
    for (const auto& path : usual_places(environment))
    {
        if (is_there(path))
            found.push_back(path);
    }
    if (found.size() > 1)
        return Failure{OperatorError{errors::kSecondConfigFile, found[0] + " and " + found[1],
            "only one is ever read, and the other would be ignored",
            "remove one of them, or name the one that counts with --config"}};
    if (found.empty())
        return std::optional<ConfigText>{};
    return read(found.front());
}

std::optional<OperatorError> ignored_config_file(
    const std::optional<std::string>& read, const std::string& data_directory)
{
    const auto other = data_directory + "/refold.toml";
    std::error_code error;
    if (!is_there(other) || (read && fs::equivalent(*read, other, error)))
        return std::nullopt;
    return OperatorError{errors::kSecondConfigFile, other,
        (read ? "the configuration was read from " + *read : std::string{"no file was read"}) +
            ", so the one in the data directory would be ignored",
        "name it with --config " + other + ", or move it away"};
}
}  // namespace engine::cli
