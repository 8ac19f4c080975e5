#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/describe.hpp"
#include "engine/base/result.hpp"
#include "engine/base/sats.hpp"
#include "engine/base/types.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/sbtc/fault.hpp"

namespace engine::sbtc
{
// A fulfilment of a request to peg out, behind magic and '!':
//
//     chain tip: u8[32]    memo: u8[*]
//
// Output 1 pays the recipient. Input 0 spends output 2 of the request, which names the request.
struct PegOutFulfilment
{
    Hash256 chain_tip;  ///< Id of the Stacks block on which the request was seen.
    Txid request;
    Bytes recipient_script;
    Sats amount;  ///< Of output 1. Never 0; less than was asked for is a part of it.
    Bytes memo;

    static constexpr auto describe()
    {
        using P = PegOutFulfilment;
        return fields(field("chain_tip", &P::chain_tip), field("request", &P::request),
            field("recipient_script", &P::recipient_script), field("amount", &P::amount),
            field("memo", &P::memo));
    }
    friend bool operator==(const PegOutFulfilment&, const PegOutFulfilment&) = default;
};

/// Whether the request exists, and whether recipient and amount are what it asks for, is for the
/// rules. The first fault in this order: size, input, outputs, amount.
Result<PegOutFulfilment, Fault> parse_peg_out_fulfilment(
    ByteView payload, const btc::Transaction& transaction);
}  // namespace engine::sbtc
