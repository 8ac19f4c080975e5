#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/sats.hpp"
#include "engine/base/types.hpp"
#include "engine/sbtc/principal.hpp"

#include <string>
#include <variant>
#include <vector>

namespace engine::peg
{
using sbtc::Principal;

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
