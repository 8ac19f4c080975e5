#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/sats.hpp"
#include "engine/base/types.hpp"
#include "engine/bitcoin/transaction.hpp"

#include <cstdint>
#include <optional>

/// What ECDSA signatures of transactions sign: before segwit, and in segwit version 0 (BIP-143).
/// Taproot's is in taproot_sighash.hpp.
namespace engine::btc
{
/// Which outputs a signature covers, and whether it covers the other inputs.
namespace sighash
{
inline constexpr std::uint8_t kDefault = 0x00;  ///< Taproot only: like kAll, in 64 bytes.
inline constexpr std::uint8_t kAll = 0x01;
inline constexpr std::uint8_t kNone = 0x02;
inline constexpr std::uint8_t kSingle = 0x03;
inline constexpr std::uint8_t kAnyoneCanPay = 0x80;
}  // namespace sighash

/// The hash of an input's signature before segwit. Any hash type is taken, as consensus does: what
/// is neither kNone nor kSingle in its lower five bits covers all outputs. OP_CODESEPARATORs are
/// left out of the script code; signatures in it are the caller's to remove.
///
/// The hash is the number 1 when kSingle has no output of the input's index: such a signature signs
/// nothing, and whoever accepts it can lose everything. Nothing when the input does not exist.
std::optional<Hash256> legacy_sighash(
    const Transaction& transaction, std::size_t input, ByteView script_code, std::uint32_t type);

/// Hashes of segwit version 0. The parts that all inputs share are hashed once. Valid while the
/// transaction lives unchanged.
class SegwitSighash
{
    const Transaction& m_transaction;
    Hash256 m_prevouts;
    Hash256 m_sequences;
    Hash256 m_outputs;

public:
    explicit SegwitSighash(const Transaction& transaction);
    explicit SegwitSighash(Transaction&&) = delete;

    /// The script code is pay_to_public_key_hash(hash) for P2WPKH, and the witness script from the
    /// last executed OP_CODESEPARATOR on for P2WSH. Nothing when the input does not exist.
    std::optional<Hash256> hash(
        std::size_t input, ByteView script_code, Sats amount, std::uint32_t type) const;
};
}  // namespace engine::btc
