#include "adapters/http/target.hpp"

#include "engine/ports/problem.hpp"
#include "tests/fuzz/survives.hpp"

#include <string>

/// What a request line asks for. What is understood and encoded again is understood alike.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    const std::string text{reinterpret_cast<const char*>(data), size};
    static_cast<void>(json_string(text));
    const auto target = http::parse_target(text);
    if (!target)
        return 0;
    std::string again;
    for (const auto& segment : target->segments)
        again += "/" + http::percent_encode(segment);
    char separator = '?';
    for (const auto& [name, value] : target->query)
    {
        ENSURE(name.find('\0') == std::string::npos);
        (((again += separator) += http::percent_encode(name)) += '=') +=
            http::percent_encode(value);
        separator = '&';
    }
    const auto second = http::parse_target(again);
    ENSURE(second.has_value());
    ENSURE(second->segments == target->segments);
    ENSURE(second->query == target->query);
    return 0;
}
