#pragma once

#include "engine/core/verdict.hpp"

namespace engine::peg
{
// Why a command is refused.

inline constexpr Reject kBadPrincipal{
    0x0301, "peg-bad-principal", "the recipient is no Stacks principal of this network"};
inline constexpr Reject kUntilInPast{
    0x0302, "peg-until-in-past", "the time must lie ahead of the log"};
inline constexpr Reject kNotOnList{
    0x0303, "peg-not-on-list", "the recipient is not on the allow-list"};
inline constexpr Reject kBadGenesis{
    0x0304, "peg-bad-genesis", "the peg's part of genesis contradicts itself"};

// Why a peg-in is ignored, as its row keeps it.

inline constexpr Reject kWrongNetwork{
    0x0310, "peg-wrong-network", "the peg-in is marked for another network"};
inline constexpr Reject kNoRecipient{
    0x0311, "peg-no-recipient", "the data ends before it names a recipient"};
inline constexpr Reject kUnknownForm{
    0x0312, "peg-unknown-form", "the data is of no published form of a peg-in"};
inline constexpr Reject kBadContractName{
    0x0313, "peg-bad-contract-name", "the contract's name is cut off or no Clarity name"};
inline constexpr Reject kBadAddressText{
    0x0314, "peg-bad-address-text", "the recipient's text is no Stacks address"};
inline constexpr Reject kRecipientOfOtherNetwork{
    0x0315, "peg-recipient-of-other-network", "the recipient's address belongs to another network"};
inline constexpr Reject kNoPayment{
    0x0316, "peg-no-payment", "the transaction has no output 1 that could pay the wallet"};
inline constexpr Reject kForeignWallet{
    0x0317, "peg-foreign-wallet", "output 1 pays another script than the wallet's"};
inline constexpr Reject kNoAmount{0x0318, "peg-no-amount", "output 1 pays nothing"};
inline constexpr Reject kBelowMinimum{
    0x0319, "peg-below-minimum", "the amount is below the minimum"};
inline constexpr Reject kNotAllowed{
    0x031a, "peg-not-allowed", "the recipient was not on the allow-list at the credit"};
inline constexpr Reject kTotalOverflow{
    0x031b, "peg-total-overflow", "the sum of all mints would leave its range"};
inline constexpr Reject kUnknownVersion{
    0x031c, "peg-unknown-version", "the recipient's address version is none of Stacks"};
// The bitcoins were in the wallet before: they back what was minted when they came. Spent by the
// wallet itself, they back no second mint, even if coins of others are among the inputs.
inline constexpr Reject kSpendsWallet{0x031d, "peg-spends-wallet",
    "the transaction spends an output of the wallet: no new bitcoin came in"};
}  // namespace engine::peg
