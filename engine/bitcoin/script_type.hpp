#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"

#include <cstdint>
#include <optional>

namespace engine::btc
{
enum class ScriptType : std::uint8_t
{
    public_key,           ///< P2PK. Payload: the key, 33 or 65 bytes.
    public_key_hash,      ///< P2PKH. Payload: 20 bytes.
    script_hash,          ///< P2SH. Payload: 20 bytes.
    multisig,             ///< m keys ... n OP_CHECKMULTISIG, without a hash around it. No payload.
    witness_key_hash,     ///< P2WPKH. Payload: 20 bytes.
    witness_script_hash,  ///< P2WSH. Payload: 32 bytes.
    taproot,              ///< P2TR. Payload: the output key, 32 bytes.
    anchor,               ///< P2A: anyone can spend it. No payload.
    witness_unknown,      ///< A witness program without a meaning yet. Payload: the program.
    null_data,            ///< OP_RETURN and pushes: unspendable. Payload: all behind OP_RETURN; see
                          ///< data_carrier.hpp for what is pushed.
    non_standard,         ///< Anything else. No payload.
};

struct ClassifiedScript
{
    ScriptType type = ScriptType::non_standard;
    ByteView payload;  ///< Valid as long as the script.
};

/// What an output script is, by its form alone.
ClassifiedScript classify(ByteView script_pubkey);

struct WitnessProgram
{
    std::uint8_t version = 0;  ///< 0 to 16.
    ByteView program;          ///< 2 to 40 bytes, valid as long as the script.
};

/// A version and one push of 2 to 40 bytes, and nothing else (BIP-141).
std::optional<WitnessProgram> witness_program(ByteView script_pubkey);

Bytes pay_to_public_key_hash(const Hash160& hash);
Bytes pay_to_script_hash(const Hash160& hash);
Bytes pay_to_witness_key_hash(const Hash160& hash);
Bytes pay_to_witness_script_hash(const Hash256& hash);
Bytes pay_to_taproot(const PublicKey& output_key);

/// OP_RETURN and one push of the data, which data_carrier reads back.
Bytes carry_data(ByteView data);

/// The script of a witness program. The version must be at most 16, the program 2 to 40 bytes.
Bytes witness_script_pubkey(const WitnessProgram& program);
}  // namespace engine::btc
