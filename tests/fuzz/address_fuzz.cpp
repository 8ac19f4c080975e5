#include "engine/bitcoin/address.hpp"

#include "engine/bitcoin/exported_key.hpp"
#include "tests/fuzz/survives.hpp"

#include <string>

/// Any text is an address of a network, or none; one that is can be written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    using namespace engine::btc;
    const std::string text{reinterpret_cast<const char*>(data), size};
    for (const auto network :
        {Network::mainnet, Network::testnet4, Network::signet, Network::regtest})
    {
        if (const auto script = decode_address(text, network))
        {
            const auto address = encode_address(*script, network);
            ENSURE(address.has_value());
            const auto again = decode_address(*address, network);
            ENSURE(again.has_value());
            ENSURE(equal(*again, *script));
        }
        if (const auto key = decode_key(text, network))
        {
            ENSURE(encode_key(*key, network) == text);
        }
    }
    return 0;
}
