#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"

#include <array>
#include <optional>

namespace engine::log
{
// seal := height u64, block_hash u8[32], root u8[32], signature u8[64]         (136 bytes)

/// The sequencer's word for a rooted block and its state root, and so for the whole chain before
/// it.
struct Seal
{
    LogHeight height;
    LogBlockHash block_hash;
    StateRoot root;
    Signature signature;

    friend bool operator==(const Seal&, const Seal&) = default;
};

inline constexpr std::size_t kSealSize = 136;

/// What a block's header says of the seal that the block carries.
using SealDigest = FixedBytes<struct SealDigestTag, 32>;

/// What the sequencer signs (BIP-340, aux of 32 zero bytes):
/// tagged hash "refold/seal" of genesis id || height u64 || block hash || root.
Hash256 seal_message(const GenesisId& genesis, const Seal& seal);

/// Tagged hash "refold/carried-seal" of the seal's bytes.
SealDigest seal_digest(const Seal& seal);

std::array<std::uint8_t, kSealSize> encode_seal(const Seal& seal);

/// Nothing when the bytes are not exactly as long as a seal. The signature is not checked.
std::optional<Seal> decode_seal(ByteView bytes);
}  // namespace engine::log
