#include "engine/bitcoin/header.hpp"
#include "tests/fuzz/survives.hpp"

#include <algorithm>
#include <array>

/// Any 80 bytes are a header, and its encoding is they.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    if (size < 80)
        return 0;
    std::array<std::uint8_t, 80> bytes{};
    std::copy_n(data, bytes.size(), bytes.begin());
    const auto header = btc::decode_header(bytes);
    ENSURE(btc::encode(header).bytes == bytes);
    ENSURE(btc::block_hash(header) == btc::block_hash(bytes));
    return 0;
}
