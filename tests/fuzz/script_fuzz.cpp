#include "engine/sbtc/c32.hpp"
#include "tests/sbtc/holds.hpp"

#include <string_view>

/// Bytes as a script, and as the text of an address: what is read comes back when it is written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    for (const auto network : {btc::Network::mainnet, btc::Network::testnet4, btc::Network::signet,
             btc::Network::regtest})
    {
        sbtc::test::script_holds({data, size}, network);
        if (const auto paid = btc::decode_address(text, network))
        {
            const auto written = btc::encode_address(*paid, network);
            ENSURE(written.has_value());
            ENSURE(btc::decode_address(*written, network).has_value());
        }
    }
    if (const auto principal = sbtc::from_c32(text))
        ENSURE(sbtc::from_c32(sbtc::to_c32(*principal)) == principal);
    return 0;
}
