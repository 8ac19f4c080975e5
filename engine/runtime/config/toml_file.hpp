#pragma once

#include "engine/base/result.hpp"
#include "engine/runtime/config/error.hpp"
#include "engine/runtime/config/settings.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace engine
{
/// A value as the file has it.
struct TomlValue
{
    enum class Kind : std::uint8_t
    {
        integer,
        text,
        other,  ///< A type that no key takes: boolean, float, date, array, table.
    };
    Kind kind = Kind::other;
    std::int64_t integer = 0;
    std::string text;
    std::string type;  ///< As people call it: "boolean".
};

/// One `key = value`, or one `[section]` without keys.
struct TomlEntry
{
    std::string section;
    std::string key;
    TomlValue value;
    std::string place;  ///< "refold.toml:14:1"
    std::string line;   ///< What stands there, in short: `[bitcoin] poll_ms = 500`.
};

/// A section's header, for the ones that nobody knows.
struct TomlSection
{
    std::string name;
    std::string place;
    std::string line;
};

/// A file of sections with keys, flattened in the order of the file.
struct TomlFile
{
    std::vector<TomlSection> sections;
    std::vector<TomlEntry> entries;
};

/// Reads a file of `[section]`s with `key = value`. Keys outside a section come with an empty one;
/// deeper tables come as a value of kind other. Lines that may hold a secret are masked.
Result<TomlFile, OperatorError> read_toml(const ConfigText& file);

/// Whether a key's name suggests that its value is a secret.
bool names_a_secret(std::string_view key);
}  // namespace engine
