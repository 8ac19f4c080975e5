#include "engine/bitcoin/script.hpp"

#include "engine/bitcoin/address.hpp"
#include "engine/bitcoin/taproot.hpp"
#include "engine/bitcoin/taproot_sighash.hpp"
#include "tests/fuzz/survives.hpp"

/// Walks any script, and reads its items as whatever an item may be.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    using namespace engine::btc;
    const ByteView script{data, size};
    Instructions instructions{script};
    std::size_t walked = 0;
    while (const auto instruction = instructions.next())
    {
        walked += 1 + instruction->data.size();
        ENSURE(walked <= size);
        static_cast<void>(is_minimal_push(*instruction));
        static_cast<void>(script_number(*instruction));
        static_cast<void>(decode_control_block(instruction->data));
        static_cast<void>(decode_taproot_signature(instruction->data));
    }
    ENSURE(instructions.malformed() != is_well_formed(script));
    for (const auto network :
        {Network::mainnet, Network::testnet4, Network::signet, Network::regtest})
    {
        // A script that has an address is what the address stands for.
        if (const auto address = encode_address(script, network))
        {
            const auto again = decode_address(*address, network);
            ENSURE(again.has_value());
            ENSURE(equal(*again, script));
        }
    }
    return 0;
}
