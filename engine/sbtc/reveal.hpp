#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/describe.hpp"
#include "engine/base/result.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/sbtc/fault.hpp"

#include <optional>

namespace engine::sbtc
{
// A commit-reveal operation takes two transactions. The first pays to a hash of a script, the
// second spends that as its first input, which shows the script:
//
//     script := push of data, OP_DROP, anything that lets the revealer spend
//     data   := opcode: u8, payload: u8[at most 77], reveal fee: u64 (big-endian)
//
// Opcode and payload are those of the operation without the detour, and the outputs are, too; in
// output 0 there is only magic and 'w'. Published are peg-ins and requests to peg out.

/// What the first transaction paid to.
enum class CommitKind : std::uint8_t
{
    taproot,                 ///< P2TR, spent by a script of it.
    witness_script,          ///< P2WSH.
    script,                  ///< P2SH with the script itself.
    wrapped_witness_script,  ///< P2WSH in P2SH.
    wrapped_taproot,  ///< P2TR in P2SH: Bitcoin does not check it; one published reader does.
};

struct Reveal
{
    CommitKind kind = CommitKind::taproot;
    Bytes script;
    std::uint8_t opcode = 0;
    Bytes payload;
    std::uint64_t fee_max = 0;  ///< In satoshis: what the revealer may spend on the transaction.

    static constexpr auto describe()
    {
        using R = Reveal;
        return fields(field("kind", &R::kind), field("script", &R::script),
            field("opcode", &R::opcode), field("payload", &R::payload),
            field("fee_max", &R::fee_max));
    }
    friend bool operator==(const Reveal&, const Reveal&) = default;
};

/// Reads what an input shows. With the output script that it spends, the script shown must be the
/// one committed to: then the data is as certain as that output, although no Merkle branch of a
/// transaction proves its witness. Without, the form of the input alone decides, and only what is
/// wrapped in P2SH is compared with its hash; who believes that must have the block's witness
/// commitment checked.
Result<Reveal, Fault> read_reveal(
    const btc::Input& input, const std::optional<ByteView>& spent_script = std::nullopt);
}  // namespace engine::sbtc
