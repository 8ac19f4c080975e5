#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/core/verdict.hpp"
#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/peg/events.hpp"

#include <optional>

namespace engine::peg
{
// A peg-in's data, in output 0 behind OP_RETURN as a single push:
//
//     magic(2) '<' recipient
//
// The magic is X2 on mainnet, T2 on the public test networks, id on regtest. Five ways to write
// the recipient have been published. The first byte tells them apart; only the two of the Stacks
// node share theirs, and their next byte after the hash decides: a length is at most 40, a name
// begins with a letter, which is at least 65.
//
//     first byte       then                          form
//     05               version hash160 *             SIP-005 standard principal
//     06               version hash160 len name *    SIP-005 contract principal
//     20 21 22 26      hash160                       sbtc-cli: version byte and hash alone
//     20 21 22 26      hash160 00 *                  node, second: no name, then a memo
//                                                    (in the first form, too: an empty name)
//     20 21 22 26      hash160 1..40 name *          node, second: length, name, memo
//     20 21 22 26      hash160 letter...             node, first: 40 bytes of name and zeros, memo
//     'S' (53)         c32 text [. name] zeros       the text of the first proposal
//
// Numbers above are decimal but for 05, 06, 00 and (53). `*` is anything: a memo, or nothing. What
// is cut off or has a name that Clarity does not allow is refused, never guessed.

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

/// Reads the peg-in that an output script asks for. Nothing: the script is no peg-in of any
/// network. A reject: it is one that can't be honoured, and why.
std::optional<Result<PegIn, Reject>> parse_peg_in(ByteView script, bitcoin::Network network);

/// The beginnings of peg-in data on every network, this one's and the others'.
std::vector<Bytes> peg_in_prefixes();

/// Why a principal can't receive on a network: the first fault. Nothing: it can.
std::optional<Reject> find_fault(const Principal& principal, bitcoin::Network network);
}  // namespace engine::peg
