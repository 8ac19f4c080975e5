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
// the recipient have been published. The first byte (in hexadecimal) tells them apart: no address
// version is 05, 06 or 53. Only the forms of the Stacks node and of sbtc-cli begin alike, with the
// address version; what follows the hash decides, because a length is at most 28 (40 characters)
// and a name begins with a letter, which is at least 41.
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

/// Reads the peg-in that an output script asks for. Nothing: the script is no peg-in of any
/// network. A reject: it is one that can't be honoured, and why.
std::optional<Result<PegIn, Reject>> parse_peg_in(ByteView script, bitcoin::Network network);

/// The beginnings of peg-in data on every network, this one's and the others'.
std::vector<Bytes> peg_in_prefixes();

/// Why a principal can't receive on a network: the first fault. Nothing: it can.
std::optional<Reject> find_fault(const Principal& principal, bitcoin::Network network);
}  // namespace engine::peg
