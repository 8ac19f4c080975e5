#include "engine/codec/codec.hpp"
#include "engine/codec/json.hpp"
#include "tests/fuzz/survives.hpp"

#include <string_view>

/// Events as people write them. What is one is written again as the same event, and its bytes
/// decode.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    const auto json = parse_json({reinterpret_cast<const char*>(data), size});
    if (!json)
        return 0;
    static_cast<void>(body_from_json(*json));
    const auto event = event_from_json(*json);
    if (!event)
        return 0;
    const auto again = event_from_json(to_json(*event));
    ENSURE(again.has_value());
    ENSURE(equal(encode_event(*again), encode_event(*event)));
    return 0;
}
