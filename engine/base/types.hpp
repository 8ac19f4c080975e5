#pragma once

#include "engine/base/strong.hpp"

namespace engine
{
// The log's clocks. Three types, because each means something else.

/// The place of a block in the log, from 0. Identity only: never a deadline.
using LogHeight = Strong<struct LogHeightTag, std::uint64_t>;

/// Milliseconds since 1970, fixed when a block of the log is opened. Never decreases.
using LogTime = Strong<struct LogTimeTag, std::int64_t>;

/// The height of a Bitcoin block.
using ChainHeight = Strong<struct ChainHeightTag, std::uint32_t>;

/// Seconds since 1970, as Bitcoin headers have them.
using ChainTime = Strong<struct ChainTimeTag, std::uint32_t>;

/// Which set of rules a block of the log is folded with. The first is 1.
using RulesVersion = Strong<struct RulesVersionTag, std::uint32_t>;

// Hashes. Bitcoin's are in internal byte order; people see them reversed.

using Hash256 = FixedBytes<struct Hash256Tag, 32>;
using Hash160 = FixedBytes<struct Hash160Tag, 20>;
using Txid = FixedBytes<struct TxidTag, 32>;
using Wtxid = FixedBytes<struct WtxidTag, 32>;
using BlockHash = FixedBytes<struct BlockHashTag, 32>;
using MerkleRoot = FixedBytes<struct MerkleRootTag, 32>;

/// SHA-256 of 0x00 and an event's canonical bytes: its identity, and its leaf under the events
/// root.
using EventHash = FixedBytes<struct EventHashTag, 32>;

/// The hash of a log block's header. That of block 0 is the genesis id.
using LogBlockHash = FixedBytes<struct LogBlockHashTag, 32>;
using GenesisId = LogBlockHash;

/// The root of the authenticated tree over all rows.
using StateRoot = FixedBytes<struct StateRootTag, 32>;

/// H(genesis, height, index, ordinal): the identity of an effect.
using EffectId = FixedBytes<struct EffectIdTag, 32>;

/// A BIP-340 public key (x only) and signature.
using PublicKey = FixedBytes<struct PublicKeyTag, 32>;
using Signature = FixedBytes<struct SignatureTag, 64>;

struct OutPoint
{
    Txid txid;
    std::uint32_t index = 0;

    friend constexpr auto operator<=>(const OutPoint&, const OutPoint&) = default;
};

/// The place of an event: its block, and its number in it. Written `height.index`.
struct EventPlace
{
    LogHeight height;
    std::uint32_t index = 0;

    friend constexpr auto operator<=>(const EventPlace&, const EventPlace&) = default;
};
}  // namespace engine
