#pragma once

#include "engine/base/result.hpp"
#include "engine/runtime/config/error.hpp"
#include "engine/runtime/config/option.hpp"

#include <string>
#include <utility>
#include <vector>

namespace engine
{
/// A configuration file, read. The path is only for messages.
struct ConfigText
{
    std::string path;
    std::string text;
};

/// Names and values in the order they were given. Flags are without their dashes.
using NamedValues = std::vector<std::pair<std::string, std::string>>;

/// Everything that the configuration is made of.
struct ConfigSources
{
    std::optional<ConfigText> file;
    NamedValues environment;  ///< All variables; those of other programs are left alone.
    NamedValues flags;        ///< Only flags that find_option knows.
};

/// Who gave a value: the strongest that did, in ascending order.
enum class ValueOrigin : std::uint8_t
{
    standard,
    file,
    environment,
    flag,
};

/// One key, its value and where that came from.
struct Setting
{
    const Option* option = nullptr;
    std::optional<OptionValue> value;  ///< Absent: not set, and without a default.
    ValueOrigin origin = ValueOrigin::standard;
    std::string place;  ///< "refold.toml:14:1", "REFOLD_DATA_DIRECTORY", "--data", "default".
};

/// The whole configuration: as values, and row by row with the origin of each.
struct Settings
{
    Config config;
    std::vector<Setting> rows;  ///< One per option, in the table's order.
};

/// Puts the configuration together: flag over environment over file over default. Every value that
/// is given is checked, also one that a stronger source covers; then the rules between keys. All
/// errors at once, in the order of the sources. Opens nothing.
Result<Settings, std::vector<OperatorError>> load_settings(const ConfigSources& sources);

/// A value as text: what a flag would take.
std::string to_text(const OptionValue& value);

/// The commented file with every key and its default, all of them commented out.
std::string default_config_file();
}  // namespace engine
