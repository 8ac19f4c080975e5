#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/base/sats.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/sbtc/principal.hpp"

namespace engine::sbtc
{
// A peg-in's payload, behind magic and '<'. Five ways to write the recipient have been published.
// The first byte (in hexadecimal) tells them apart: no address version is 05, 06 or 53. Only the
// forms of the Stacks node and of sbtc-cli begin alike, with the address version; what follows the
// hash decides, because a length is at most 28 (40 characters) and a name begins with a letter,
// which is at least 41.
//
//     first byte       then                          form
//     05               version hash160 *             SIP-005 standard principal
//     06               version hash160 len name *    SIP-005 contract principal
//     14 15 16 1a      hash160                       sbtc-cli: version and hash alone
//     14 15 16 1a      hash160 00 *                  node, second: no name, then a memo
//                                                    (in the first form, too: an empty name)
//     14 15 16 1a      hash160 01..28 name *         node, second: length, name, memo
//     14 15 16 1a      hash160 letter...             node, first: 40 bytes of name and zeros, memo
//     53 ('S')         c32 text [. name] 00*         the text of the first proposal
//
// `*` is anything: a memo, or nothing. What is cut off or has a name that Clarity does not allow is
// refused, never guessed.

/// How a recipient was written.
enum class PegInForm : std::uint8_t
{
    sip005_standard,
    sip005_contract,
    cli,
    node_second,  ///< With a length byte.
    node_first,   ///< With a zero-padded name.
    text,
};

struct PegIn
{
    PegInForm form = PegInForm::cli;
    Principal recipient;

    friend bool operator==(const PegIn&, const PegIn&) = default;
};

/// Reads a payload. The recipient of what it returns can receive on the network.
Result<PegIn, Fault> parse_peg_in(ByteView payload, btc::Network network);

/// A peg-in with its payment.
struct PaidPegIn
{
    PegIn peg_in;
    Sats amount;          ///< Of output 1.
    Bytes wallet_script;  ///< That output 1 pays. Whether it is our wallet's is for the rules.

    friend bool operator==(const PaidPegIn&, const PaidPegIn&) = default;
};

Result<PaidPegIn, Fault> parse_peg_in(
    ByteView payload, const btc::Transaction& transaction, btc::Network network);
}  // namespace engine::sbtc
