#include "engine/domain/peg/parse.hpp"
#include "tests/fuzz/survives.hpp"

/// Any script on any network is a peg-in with a good recipient, a refused one, or none.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    for (const auto network : {bitcoin::Network::mainnet, bitcoin::Network::testnet4,
             bitcoin::Network::signet, bitcoin::Network::regtest})
    {
        const auto parsed = peg::parse_peg_in({data, size}, network);
        if (parsed && *parsed)
        {
            ENSURE(!peg::find_fault((*parsed)->recipient, network));
        }
    }
    return 0;
}
