#pragma once

#include "engine/core/invalid.hpp"
#include "engine/domain/bitcoin/events.hpp"

#include <optional>

namespace engine::bitcoin
{
// What can be checked of an event without any state: proof of work, branches, encodings. A header
// that the difficulty rules ask for, a transaction that somebody watches: that is for the rules.
// Signet's blocks carry a signature (BIP-325) that is not checked: there, proof of work proves
// little.

/// The target is well encoded and within the network's limit, and the hash meets it.
std::optional<Invalid> validate(
    const Genesis& genesis, RulesVersion rules, const HeaderSeen& event);

/// The header as above; the transaction is well encoded, of another size than a node of the tree,
/// and stands under the header's Merkle root at its index; the coinbase proves the tree's depth.
std::optional<Invalid> validate(
    const Genesis& genesis, RulesVersion rules, const TransactionSeen& event);

/// The watch version is not 0: no list has that.
std::optional<Invalid> validate(
    const Genesis& genesis, RulesVersion rules, const BlockScanned& event);
}  // namespace engine::bitcoin
