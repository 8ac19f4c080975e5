#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/describe.hpp"
#include "engine/base/result.hpp"
#include "engine/base/sats.hpp"
#include "engine/bitcoin/network.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/crypto/ecdsa.hpp"
#include "engine/sbtc/fault.hpp"

namespace engine::sbtc
{
// A request to peg out, behind magic and '>':
//
//     amount: u64    recovery id: u8    r: u8[32]    s: u8[32]    memo: u8[*]
//
// Output 1 pays the recipient some dust, output 2 the fee of the fulfilment to the peg wallet.
struct PegOutRequest
{
    Sats amount;                   ///< To be paid to the recipient. Never 0.
    CompactSignature signature;    ///< Of the owner of the sBTC, over a message of signer.hpp.
    std::uint8_t recovery_id = 0;  ///< 0 to 3.
    Bytes recipient_script;
    Sats fee;             ///< Of output 2, which the fulfilment spends. Never 0.
    Bytes wallet_script;  ///< That output 2 pays. Whether it is our wallet's is for the rules.
    Bytes memo;

    static constexpr auto describe()
    {
        using P = PegOutRequest;
        return fields(field("amount", &P::amount), field("signature", &P::signature),
            field("recovery_id", &P::recovery_id), field("recipient_script", &P::recipient_script),
            field("fee", &P::fee), field("wallet_script", &P::wallet_script),
            field("memo", &P::memo));
    }
    friend bool operator==(const PegOutRequest&, const PegOutRequest&) = default;
};

/// Reads the payload with the transaction that carries it, or reveals it. The first fault in this
/// order: size, amount, recovery id, outputs, fee. Who signed is another question: signer.hpp.
Result<PegOutRequest, Fault> parse_peg_out_request(
    ByteView payload, const btc::Transaction& transaction);
}  // namespace engine::sbtc
