#include "engine/bitcoin/transaction.hpp"
#include "tests/sbtc/holds.hpp"

/// A transaction of any bytes is an operation of the right form, a fault or nothing, on every
/// network. Bytes that are no transaction are the script of output 0 of one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    const ByteView bytes{data, size};
    auto transaction = btc::decode_transaction(bytes);
    if (!transaction)
    {
        btc::Transaction carrier;
        carrier.inputs.push_back({{{{9}}, 2}, {}, 0, {}});
        const Bytes payee{
            0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
        carrier.outputs = {
            {Sats{}, {data, data + size}}, {*Sats::from(1), payee}, {*Sats::from(1), payee}};
        transaction = carrier;
    }
    for (const auto network : {btc::Network::mainnet, btc::Network::testnet4, btc::Network::signet,
             btc::Network::regtest})
    {
        const auto parsed = sbtc::parse_operation(*transaction, network);
        sbtc::test::judge(parsed, network);
        if (!parsed || !*parsed)
            continue;
        if (const auto* request = std::get_if<sbtc::PegOutRequest>(&(*parsed)->operation))
            sbtc::test::signers_hold(*request, network);
    }
    return 0;
}
