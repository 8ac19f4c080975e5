#include "engine/sbtc/shown_script.hpp"

#include "engine/bitcoin/script.hpp"
#include "engine/bitcoin/script_type.hpp"
#include "engine/bitcoin/taproot.hpp"
#include "engine/hash/hash160.hpp"
#include "engine/hash/sha256.hpp"

#include <algorithm>
#include <span>

namespace engine::sbtc
{
namespace
{
constexpr std::uint8_t kAnnex = 0x50;  // BIP-341: the first byte of one.

using Witness = std::span<const Bytes>;

/// The stack, and above it script and control block.
std::optional<ShownScript> tapscript(Witness witness)
{
    const bool has_annex =
        witness.size() >= 2 && !witness.back().empty() && witness.back()[0] == kAnnex;
    if (has_annex)
        witness = witness.first(witness.size() - 1);
    if (witness.size() < 2)
        return std::nullopt;
    const auto& control = witness.back();
    const auto block = btc::decode_control_block(control);
    if (!block || block->leaf_version != btc::kTapscript)
        return std::nullopt;
    return ShownScript{CommitKind::taproot, witness[witness.size() - 2], control, {}};
}

/// Without a control block at its end a witness is that of a P2WSH: the stack, and above it the
/// script. No script of the form that matters here looks like a control block, which begins with an
/// opcode that can't be executed.
std::optional<ShownScript> shown_by_witness(Witness witness)
{
    if (const auto taproot = tapscript(witness))
        return taproot;
    if (witness.empty())
        return std::nullopt;
    return ShownScript{CommitKind::witness_script, witness.back(), {}, {}};
}

/// What a script of pushes leaves on top of the stack.
std::optional<ByteView> last_push(ByteView script)
{
    btc::Instructions rest{script};
    std::optional<ByteView> last;
    while (const auto instruction = rest.next())
    {
        if (!instruction->is_push())
            return std::nullopt;
        last = instruction->data;
    }
    return rest.malformed() ? std::nullopt : last;
}

template <typename Hash>
bool is_hash(const Hash& hash, ByteView expected)
{
    return equal(hash.bytes, expected);
}

bool is_in_program(const ShownScript& shown, ByteView output_script)
{
    const auto output = btc::classify(output_script);
    if (shown.control.empty())
    {
        return output.type == btc::ScriptType::witness_script_hash &&
               is_hash(sha256(shown.script), output.payload);
    }
    const auto block = btc::decode_control_block(shown.control);
    PublicKey key;
    if (!block || output.type != btc::ScriptType::taproot)
        return false;
    std::copy(output.payload.begin(), output.payload.end(), key.bytes.begin());
    return btc::commits_to(key, shown.script, *block);
}

std::optional<ShownScript> shown_by_redeem(ByteView redeem, Witness witness)
{
    if (witness.empty())
        return ShownScript{CommitKind::script, redeem, {}, redeem};
    const auto wrapped = btc::classify(redeem).type;
    std::optional<ShownScript> shown;
    if (wrapped == btc::ScriptType::witness_script_hash)
        shown = ShownScript{CommitKind::wrapped_witness_script, witness.back(), {}, redeem};
    else if (wrapped == btc::ScriptType::taproot)
        shown = tapscript(witness);
    if (!shown)
        return std::nullopt;
    if (wrapped == btc::ScriptType::taproot)
    {
        shown->kind = CommitKind::wrapped_taproot;
        shown->redeem = redeem;
    }
    return is_in_program(*shown, redeem) ? shown : std::nullopt;
}
}  // namespace

std::optional<ShownScript> shown_script(const btc::Input& input)
{
    if (input.script_sig.empty())
        return shown_by_witness(input.witness);
    const auto redeem = last_push(input.script_sig);
    return redeem ? shown_by_redeem(*redeem, input.witness) : std::nullopt;
}

bool is_committed_to(const ShownScript& shown, ByteView output_script)
{
    if (shown.kind == CommitKind::taproot || shown.kind == CommitKind::witness_script)
        return is_in_program(shown, output_script);
    // What is wrapped was compared with its wrapping when it was read.
    const auto output = btc::classify(output_script);
    return output.type == btc::ScriptType::script_hash &&
           is_hash(hash160(shown.redeem), output.payload);
}
}  // namespace engine::sbtc
