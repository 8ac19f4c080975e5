#include "engine/runtime/config/toml_file.hpp"

#include "engine/runtime/config/error_kinds.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace engine
{
namespace
{
std::string place_of(const ConfigText& file, const toml::source_region& region)
{
    return file.path + ":" + std::to_string(region.begin.line) + ":" +
           std::to_string(region.begin.column);
}

std::string trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos)
        return {};
    const auto end = text.find_last_not_of(" \t\r");
    return std::string{text.substr(begin, end - begin + 1)};
}

std::string line_at(const ConfigText& file, std::uint32_t number)
{
    std::istringstream lines{file.text};
    std::string line;
    for (std::uint32_t i = 0; i < number && std::getline(lines, line); ++i)
    {}
    return trimmed(line);
}

TomlValue value_of(const toml::node& node)
{
    TomlValue out;
    if (const auto* number = node.as_integer())
    {
        out.kind = TomlValue::Kind::integer;
        out.integer = number->get();
    }
    else if (const auto* text = node.as_string())
    {
        out.kind = TomlValue::Kind::text;
        out.text = text->get();
    }
    std::ostringstream type;
    type << node.type();
    out.type = type.str();
    return out;
}

// What stands at a key, without what may be a secret.
std::string shown_line(const ConfigText& file, const toml::key& key, std::string_view section)
{
    auto line = line_at(file, key.source().begin.line);
    const bool secret = names_a_secret(key.str()) || line.find('@') != std::string::npos;
    const auto equals = line.find('=');
    if (secret && equals != std::string::npos)
        line = line.substr(0, equals) + "= ****";
    return section.empty() ? line : "[" + std::string{section} + "] " + line;
}

TomlEntry entry_of(
    const ConfigText& file, std::string_view section, const toml::key& key, const toml::node& value)
{
    return {std::string{section}, std::string{key.str()}, value_of(value),
        place_of(file, key.source()), shown_line(file, key, section)};
}

// Tables keep their keys in alphabetical order; people read a file from the top.
template <typename T>
void sort_by_position(std::vector<std::pair<toml::source_position, T>>& list, std::vector<T>& out)
{
    std::stable_sort(
        list.begin(), list.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& item : list)
        out.push_back(std::move(item.second));
}

TomlFile flatten(const ConfigText& file, const toml::table& root)
{
    std::vector<std::pair<toml::source_position, TomlSection>> sections;
    std::vector<std::pair<toml::source_position, TomlEntry>> entries;
    for (const auto& [name, node] : root)
    {
        const auto at = name.source().begin;
        const auto* section = node.as_table();
        if (!section)
        {
            entries.emplace_back(at, entry_of(file, "", name, node));
            continue;
        }
        sections.emplace_back(at, TomlSection{std::string{name.str()},
                                      place_of(file, name.source()), line_at(file, at.line)});
        for (const auto& [key, value] : *section)
            entries.emplace_back(key.source().begin, entry_of(file, name.str(), key, value));
    }
    TomlFile out;
    sort_by_position(sections, out.sections);
    sort_by_position(entries, out.entries);
    return out;
}
}  // namespace

bool names_a_secret(std::string_view key)
{
    constexpr std::string_view kWords[] = {
        "pass", "pwd", "secret", "token", "private", "seed", "mnemonic", "auth", "signing_key"};
    std::string lower{key};
    for (auto& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    // The name of a file is no secret.
    if (lower.ends_with("_file"))
        return false;
    return std::any_of(std::begin(kWords), std::end(kWords),
        [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

Result<TomlFile, OperatorError> read_toml(const ConfigText& file)
{
    try
    {
        return flatten(file, toml::parse(file.text, file.path));
    }
    catch (const toml::parse_error& error)
    {
        return Failure{OperatorError{errors::kBadToml, place_of(file, error.source()),
            std::string{error.description()}, {}}};
    }
}
}  // namespace engine
