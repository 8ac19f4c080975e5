#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/bitcoin/network.hpp"
#include "engine/sbtc/peg_out_request.hpp"
#include "engine/sbtc/principal.hpp"

#include <optional>
#include <string_view>

namespace engine::sbtc
{
// What the owner of the sBTC signs in a request to peg out. A signature doesn't say which of the
// forms it is over, and recovers to some key under each: which one counts is a parameter of the
// protocol, never guessed. `amount` is u64, `script` that of output 1:
//
//     plain     SHA-256(amount script)                                   the alpha node
//     prefixed  SHA-256(17 "Stacks Signed Message:\n" size amount script)
//                                                     the first developer releases
//     text      SHA-256(17 "Stacks Signed Message:\n" size text)         the last ones
//
// The text is "Withdraw request for AMOUNT satoshis to the bitcoin address ADDRESS (HEX)", HEX
// being amount and script. `size` is Bitcoin's CompactSize: the published code writes one byte, and
// every message that an output can ask for is shorter than 253 bytes.
//
// **High S.** A signature (r, s) has a twin (r, order - s) with the other recovery id, and both
// recover to the same key. The proposal asks for the low one; the published nodes recover from
// both, and so do we, or we would miss a request that they have honoured. So a signature is no
// identity: a request is the output that it stands in, and `has_high_s` tells the twins apart for
// those who want to.
//
// None of the messages names a transaction: who has seen a request can send its signature again
// in another. Rules that burn for a request must not burn twice for one signature's message
// unless the protocol's rules say so.

enum class MessageForm : std::uint8_t
{
    plain,
    prefixed,
    text,
};

/// "Stacks Signed Message:\n", its size before it, and the message with its size: what wallets
/// hash.
Hash256 signed_message_hash(ByteView message);

/// The text of a request. Nothing: the script has no address on this network.
std::optional<std::string> request_text(
    Sats amount, ByteView recipient_script, btc::Network network);

/// What is signed. Nothing: the form has an address in it, and the script has none.
std::optional<Hash256> request_hash(
    Sats amount, ByteView recipient_script, MessageForm form, btc::Network network);

/// The standard principal whose key made the signature.
Result<Principal, Fault> recover_signer(
    const PegOutRequest& request, MessageForm form, btc::Network network);

/// Whether s is more than half the order of the curve.
bool has_high_s(const CompactSignature& signature);
}  // namespace engine::sbtc
