#pragma once

#include "engine/base/result.hpp"
#include "engine/base/types.hpp"
#include "engine/log/seal.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace engine::log
{
// All integers are little-endian. Everything begins at a multiple of 8 bytes; every gap is zero.
//
//   block    := header results events seal?
//   header   := format u32 = 1          rules_version u32 >= 1     height u64
//               previous u8[32]         hash of the block before; zero for height 0
//               events_root u8[32]      Merkle root over event hashes
//               results_root u8[32]     Merkle root over result hashes
//               time i64                log time, milliseconds since 1970
//               flags u32               bit 0: rooted; the others are 0
//               event_count u32 >= 1
//               known_height u64        of the newest state root known, below height;
//               known_root u8[32]         2^64 - 1 and zero when none is known
//               seal_digest u8[32]      of the seal that is carried; zero when none is    (200
//               bytes)
//   results  := result[event_count]     zero bytes up to a multiple of 8
//   result   := length u32 >= 1         of the event
//               verdict u16             0: accepted; otherwise why it was ignored
//               effects u32             how many it asked for                             (10
//               bytes)
//   events   := event[event_count]      each: length bytes, zero bytes up to a multiple of 8
//   seal     := see seal.hpp            present exactly when seal_digest is not zero
//
//   block hash   := tagged hash "refold/block" of the header
//   event hash   := SHA256(0x00 || event)
//   result hash  := SHA256(0x01 || verdict u16 || effects u32)
//
// A block ends where its last part ends: one block has one form.

inline constexpr std::size_t kBlockHeaderSize = 200;
inline constexpr std::size_t kResultSize = 10;

/// The newest state root that was known when the block was closed.
struct KnownRoot
{
    LogHeight height;
    StateRoot root;

    friend bool operator==(const KnownRoot&, const KnownRoot&) = default;
};

struct BlockHeader
{
    RulesVersion rules_version{1};
    LogHeight height;
    LogBlockHash previous;
    Hash256 events_root;
    Hash256 results_root;
    LogTime time;
    bool rooted = false;
    std::uint32_t event_count = 0;
    std::optional<KnownRoot> known_root;
    std::optional<SealDigest> carried_seal;

    friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

/// What the fold made of an event.
struct EventResult
{
    std::uint16_t verdict = 0;
    std::uint32_t effects = 0;

    friend bool operator==(EventResult, EventResult) = default;
};

/// Why bytes are no block: what is wrong, at which byte.
struct BlockError
{
    std::string what;
    std::size_t offset = 0;
    bool later_format = false;  ///< Written by a later version of this program.
};

std::array<std::uint8_t, kBlockHeaderSize> encode_header(const BlockHeader& header);

/// Reads the first bytes of a block; more may follow. Refuses every second form of a header.
Result<BlockHeader, BlockError> decode_header(ByteView block);

LogBlockHash block_hash(const BlockHeader& header);
/// The same from the header's bytes, or from a whole block.
LogBlockHash block_hash(ByteView block);

EventHash event_hash(ByteView event);
Hash256 result_hash(EventResult result);

/// A block read where its bytes lie. Valid as long as they are. Reading into the same view again
/// allocates nothing once it has seen its largest block.
class BlockView
{
    ByteView m_bytes;
    BlockHeader m_header;
    std::vector<std::uint32_t> m_offsets;  // Where each event begins.

public:
    /// Takes exactly one block. Everything is checked but the hashes: see check_block.
    static Result<BlockView, BlockError> parse(ByteView bytes);

    /// The same into this view, which is left unusable when the bytes are no block.
    Result<Done, BlockError> read(ByteView bytes);

    ByteView bytes() const { return m_bytes; }
    const BlockHeader& header() const { return m_header; }
    LogHeight height() const { return m_header.height; }
    LogBlockHash hash() const { return block_hash(m_bytes); }
    std::uint32_t event_count() const { return m_header.event_count; }

    /// The canonical bytes of an event, at an address that is a multiple of 8 if the block's is.
    ByteView event(std::uint32_t index) const;
    EventResult result(std::uint32_t index) const;

    /// The seal that the block carries, its signature unchecked.
    std::optional<Seal> seal() const;

private:
    std::uint32_t event_length(std::uint32_t index) const;
    Result<Done, BlockError> read_events();
};

/// Whether the block holds what its header says: the events root, the results root, the seal's
/// digest, and that the seal is of an earlier block.
Result<Done, BlockError> check_block(const BlockView& block);

/// The same with the hashes of the block's events, in order, which are not computed again.
Result<Done, BlockError> check_block(const BlockView& block, std::span<const EventHash> events);

/// A header and its hash, which is not computed again.
struct HashedHeader
{
    BlockHeader header;
    LogBlockHash hash;
};

/// Whether a header may follow another: height, hash, time, known roots. Whether the roots are
/// right is for the fold to say.
Result<Done, BlockError> check_follows(const HashedHeader& before, const BlockHeader& header);

/// An event on its way into a block. The hash is that of the bytes: it is not computed again.
struct EventRecord
{
    ByteView bytes;
    EventHash hash;
    EventResult result;
};

/// Writes a block. Roots, event count and seal digest of the header are set here, whatever they
/// were; the rest must be right. At least one event, none of them empty.
struct EncodedBlock
{
    BlockHeader header;
    LogBlockHash hash;
    Bytes bytes;
};
EncodedBlock encode_block(BlockHeader header, std::span<const EventRecord> events,
    const std::optional<Seal>& seal = std::nullopt);
}  // namespace engine::log
