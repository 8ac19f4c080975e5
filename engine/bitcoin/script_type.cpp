#include "engine/bitcoin/script_type.hpp"

#include "engine/base/check.hpp"
#include "engine/bitcoin/script.hpp"

#include <array>

namespace engine::btc
{
namespace
{
constexpr std::size_t kProgramSizeMin = 2;
constexpr std::size_t kProgramSizeMax = 40;
constexpr std::array<std::uint8_t, 2> kAnchorProgram = {0x4e, 0x73};

bool is_key(ByteView bytes)
{
    return (bytes.size() == 33 && (bytes[0] == 2 || bytes[0] == 3)) ||
           (bytes.size() == 65 && bytes[0] == 4);
}

/// Whether a script is a prefix, a payload of that size, and a suffix.
bool has_form(ByteView script, ByteView prefix, std::size_t payload, ByteView suffix)
{
    return script.size() == prefix.size() + payload + suffix.size() &&
           equal(script.first(prefix.size()), prefix) && equal(script.last(suffix.size()), suffix);
}

bool is_public_key_hash(ByteView script)
{
    return has_form(script, std::array<std::uint8_t, 3>{op::kDup, op::kHash160, 20}, 20,
        std::array{op::kEqualVerify, op::kCheckSig});
}

bool is_script_hash(ByteView script)
{
    return has_form(
        script, std::array<std::uint8_t, 2>{op::kHash160, 20}, 20, std::array{op::kEqual});
}

bool is_public_key(ByteView script)
{
    return (script.size() == 35 || script.size() == 67) && script[0] == script.size() - 2 &&
           script.back() == op::kCheckSig && is_key(script.subspan(1, script.size() - 2));
}

std::optional<std::uint8_t> small_number(const Instruction& instruction)
{
    if (instruction.opcode < op::k1 || instruction.opcode > op::k16)
        return std::nullopt;
    return static_cast<std::uint8_t>(instruction.opcode - op::k1 + 1);
}

bool is_multisig(ByteView script)
{
    Instructions instructions{script};
    const auto first = instructions.next();
    const auto needed = first ? small_number(*first) : std::nullopt;
    if (!needed)
        return false;

    std::uint32_t keys = 0;
    auto instruction = instructions.next();
    for (; instruction && is_key(instruction->data); instruction = instructions.next())
        ++keys;

    const auto total = instruction ? small_number(*instruction) : std::nullopt;
    const auto last = instructions.next();
    return total && *total == keys && *needed <= keys && last &&
           last->opcode == op::kCheckMultiSig && instructions.rest().empty();
}

bool is_null_data(ByteView script)
{
    if (script.empty() || script[0] != op::kReturn)
        return false;
    Instructions instructions{script.subspan(1)};
    while (const auto instruction = instructions.next())
    {
        if (!instruction->is_push())
            return false;
    }
    return !instructions.malformed();
}

ScriptType type_of(const WitnessProgram& witness)
{
    const auto size = witness.program.size();
    if (witness.version == 0 && size == 20)
        return ScriptType::witness_key_hash;
    if (witness.version == 0 && size == 32)
        return ScriptType::witness_script_hash;
    if (witness.version == 0)
        return ScriptType::non_standard;  // BIP141: can never be spent.
    if (witness.version == 1 && size == 32)
        return ScriptType::taproot;
    if (witness.version == 1 && equal(witness.program, kAnchorProgram))
        return ScriptType::anchor;
    return ScriptType::witness_unknown;
}

bool has_payload(ScriptType type)
{
    return type != ScriptType::anchor && type != ScriptType::non_standard;
}

Bytes concatenate(ByteView prefix, ByteView payload, ByteView suffix)
{
    Bytes script;
    script.reserve(prefix.size() + payload.size() + suffix.size());
    append(script, prefix);
    append(script, payload);
    append(script, suffix);
    return script;
}
}  // namespace

ClassifiedScript classify(ByteView script)
{
    if (const auto witness = witness_program(script))
    {
        const auto type = type_of(*witness);
        return {type, has_payload(type) ? witness->program : ByteView{}};
    }
    if (is_public_key_hash(script))
        return {ScriptType::public_key_hash, script.subspan(3, 20)};
    if (is_script_hash(script))
        return {ScriptType::script_hash, script.subspan(2, 20)};
    if (is_public_key(script))
        return {ScriptType::public_key, script.subspan(1, script.size() - 2)};
    if (is_null_data(script))
        return {ScriptType::null_data, script.subspan(1)};
    if (is_multisig(script))
        return {ScriptType::multisig, {}};
    return {};
}

std::optional<WitnessProgram> witness_program(ByteView script)
{
    if (script.size() < 2 + kProgramSizeMin || script.size() > 2 + kProgramSizeMax)
        return std::nullopt;
    if (script[1] != script.size() - 2)
        return std::nullopt;
    if (script[0] == op::k0)
        return WitnessProgram{0, script.subspan(2)};
    if (script[0] < op::k1 || script[0] > op::k16)
        return std::nullopt;
    return WitnessProgram{static_cast<std::uint8_t>(script[0] - op::k1 + 1), script.subspan(2)};
}

Bytes pay_to_public_key_hash(const Hash160& hash)
{
    return concatenate(std::array<std::uint8_t, 3>{op::kDup, op::kHash160, 20}, hash.bytes,
        std::array{op::kEqualVerify, op::kCheckSig});
}

Bytes pay_to_script_hash(const Hash160& hash)
{
    return concatenate(
        std::array<std::uint8_t, 2>{op::kHash160, 20}, hash.bytes, std::array{op::kEqual});
}

Bytes pay_to_witness_key_hash(const Hash160& hash)
{
    return witness_script_pubkey({0, hash.bytes});
}

Bytes pay_to_witness_script_hash(const Hash256& hash)
{
    return witness_script_pubkey({0, hash.bytes});
}

Bytes pay_to_taproot(const PublicKey& output_key)
{
    return witness_script_pubkey({1, output_key.bytes});
}

Bytes carry_data(ByteView data)
{
    Bytes script{op::kReturn};
    append_data(script, data);
    return script;
}

Bytes witness_script_pubkey(const WitnessProgram& witness)
{
    ENSURE(witness.version <= 16);
    ENSURE(witness.program.size() >= kProgramSizeMin);
    ENSURE(witness.program.size() <= kProgramSizeMax);
    const auto version =
        witness.version == 0 ? op::k0 : static_cast<std::uint8_t>(op::k1 - 1 + witness.version);
    const auto size = static_cast<std::uint8_t>(witness.program.size());
    return concatenate(std::array{version, size}, witness.program, {});
}
}  // namespace engine::btc
