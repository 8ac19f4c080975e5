#include "engine/codec/codec.hpp"
#include "tests/fuzz/survives.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    test::decodes_to_itself(
        {data, size}, [](ByteView bytes) { return decode_event(bytes); },
        [](const auto& value) { return encode_event(value); });
    return 0;
}
