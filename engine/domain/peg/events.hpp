#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/describe.hpp"
#include "engine/base/sats.hpp"
#include "engine/base/types.hpp"

#include <string>
#include <variant>
#include <vector>

namespace engine::peg
{
/// A Stacks principal (SIP-005): a standard address, or a contract of one.
struct Principal
{
    std::uint8_t version = 0;  ///< c32 address version: 22 and 20 mainnet, 26 and 21 test networks.
    Hash160 hash;
    std::string contract;  ///< Empty: a standard principal. At most 40 characters.

    static constexpr auto describe()
    {
        using P = Principal;
        return fields(field("version", &P::version), field("hash", &P::hash),
            field("contract", &P::contract));
    }
    friend auto operator<=>(const Principal&, const Principal&) = default;
};

/// What genesis says about the peg.
struct Genesis
{
    Bytes wallet_script;              ///< scriptPubKey of the peg wallet.
    std::uint32_t confirmations = 6;  ///< tip - height + 1 at which a peg-in is credited.
    Sats minimum;                     ///< Deposits below it are ignored, from rules version 2 on.
    bool allow_list_only = false;     ///< Credit only recipients that an operator has allowed.

    friend bool operator==(const Genesis&, const Genesis&) = default;
};

/// An operator lets a principal receive, for ever or up to a time of the log.
struct RecipientAllowed
{
    Principal recipient;
    LogTime until;  ///< 0: for ever.
    friend bool operator==(const RecipientAllowed&, const RecipientAllowed&) = default;
};

/// An operator takes a principal off the allow-list.
struct RecipientRemoved
{
    Principal recipient;
    friend bool operator==(const RecipientRemoved&, const RecipientRemoved&) = default;
};

using Event = std::variant<RecipientAllowed, RecipientRemoved>;
}  // namespace engine::peg
