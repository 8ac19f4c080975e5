#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/describe.hpp"
#include "engine/base/result.hpp"
#include "engine/base/sats.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/sbtc/fault.hpp"

namespace engine::sbtc
{
// A hand-off of the peg wallet to the signers of the next cycle, behind magic and 'H':
//
//     reward cycle: u64    memo: u8[*]
//
// Output 1 pays the next wallet.
struct HandOff
{
    std::uint64_t reward_cycle = 0;
    Sats amount;  ///< Never 0. Whether it is all that backs the sBTC is for the rules.
    Bytes next_wallet_script;
    Bytes memo;

    static constexpr auto describe()
    {
        using H = HandOff;
        return fields(field("reward_cycle", &H::reward_cycle), field("amount", &H::amount),
            field("next_wallet_script", &H::next_wallet_script), field("memo", &H::memo));
    }
    friend bool operator==(const HandOff&, const HandOff&) = default;
};

/// The first fault in this order: size, output, amount.
Result<HandOff, Fault> parse_hand_off(ByteView payload, const btc::Transaction& transaction);
}  // namespace engine::sbtc
