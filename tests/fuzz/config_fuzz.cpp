#include "engine/runtime/config/settings.hpp"
#include "tests/fuzz/survives.hpp"

#include <string>

/// A configuration file, and its lines as a variable's and a flag's value. Each is settings, or a
/// list of errors that say what to do.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    const std::string text{reinterpret_cast<const char*>(data), size};
    const auto settings = load_settings({ConfigText{"fuzz.toml", text}, {}, {}});
    if (!settings)
    {
        ENSURE(!settings.error().empty());
        for (const auto& error : settings.error())
        {
            ENSURE(!error.what_to_do().empty());
            static_cast<void>(to_json(error));
        }
    }
    const auto line = text.substr(0, text.find('\n'));
    for (const auto& option : options())
        static_cast<void>(parse_option(option, line));
    return 0;
}
