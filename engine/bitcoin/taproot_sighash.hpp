#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"
#include "engine/bitcoin/sighash.hpp"
#include "engine/bitcoin/transaction.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace engine::btc
{
/// What a signature of a script spend covers beyond that of a key spend (BIP-342).
struct TapscriptSpend
{
    Hash256 leaf;                               ///< tap_leaf of the script.
    std::uint32_t code_separator = 0xffffffff;  ///< Place of the last executed OP_CODESEPARATOR.
};

struct TaprootSpend
{
    std::uint8_t type = sighash::kDefault;
    std::optional<ByteView> annex;  ///< With its first byte, 0x50.
    std::optional<TapscriptSpend> tapscript;
};

/// What BIP-340 signatures of a Taproot spend sign (BIP-341, "Common signature message"). The parts
/// that all inputs share are hashed once. Valid while transaction and outputs live unchanged.
class TaprootSighash
{
    const Transaction& m_transaction;
    std::span<const Output> m_spent;
    Hash256 m_prevouts;
    Hash256 m_amounts;
    Hash256 m_scripts;
    Hash256 m_sequences;
    Hash256 m_outputs;

    TaprootSighash(const Transaction& transaction, std::span<const Output> spent);

public:
    /// `spent` are the outputs that the inputs spend, in their order. Nothing when one is missing:
    /// a signature covers the amounts and scripts of all.
    static std::optional<TaprootSighash> of(
        const Transaction& transaction, std::span<const Output> spent);
    static std::optional<TaprootSighash> of(Transaction&&, std::span<const Output>) = delete;

    /// Nothing when the input does not exist, the type is none of the seven, kSingle has no output
    /// of the input's index, or the annex does not begin with 0x50.
    std::optional<Hash256> hash(std::size_t input, const TaprootSpend& spend) const;
};

/// A signature as it stands in a witness.
struct TaprootSignature
{
    Signature signature;
    std::uint8_t type = sighash::kDefault;
};

/// 64 bytes, or 65 with a type other than kDefault.
std::optional<TaprootSignature> decode_taproot_signature(ByteView item);
Bytes encode(const TaprootSignature& signature);

/// The annex of a witness: the last of at least two items when it begins with 0x50.
std::optional<ByteView> find_annex(std::span<const Bytes> witness);
}  // namespace engine::btc
