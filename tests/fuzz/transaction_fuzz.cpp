#include "engine/bitcoin/transaction.hpp"
#include "tests/fuzz/survives.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    using namespace engine::btc;
    test::decodes_to_itself(
        {data, size}, [](ByteView bytes) { return decode_transaction(bytes); },
        [](const auto& value) { return encode(value); });
    return 0;
}
