#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace engine
{
/// What a follower of Bitcoin looks for in a block. The version counts changes of scripts and
/// prefixes; outpoints come and go without one. They include those created on side branches that
/// may still win: a follower that starts afresh knows no others.
struct WatchList
{
    std::uint32_t version = 0;
    std::vector<Bytes> scripts;        ///< Output scripts.
    std::vector<Bytes> data_prefixes;  ///< Beginnings of data-carrier payloads.
    std::vector<OutPoint> outpoints;   ///< Outputs whose spending matters.
};

/// A part of the watch list: it may be long, and who answers has other things to do. Entries are in
/// no order that matters, and may come twice. What stands in the list from the first part to the
/// last is in one of them; so the version of the first holds for all.
struct WatchListPart
{
    WatchList list;
    std::optional<Bytes> next;  ///< Where the next part begins. Nothing: this is the last one.
};

using RawHeader = std::array<std::uint8_t, 80>;

/// Fact: this header exists, with its proof of work.
struct HeaderSeen
{
    RawHeader header{};
};

/// Fact: this transaction is in the block of this header. The coinbase with its branch proves the
/// depth of the tree, so that no inner node can pose as a transaction.
struct TransactionSeen
{
    RawHeader header{};
    std::uint32_t index = 0;      ///< Position in the block.
    std::vector<Hash256> branch;  ///< Siblings from the leaf up, internal byte order.
    Bytes coinbase;               ///< The block's first transaction, without its witness.
    std::vector<Hash256> coinbase_branch;
    Bytes transaction;  ///< With its witness.
};

/// Fact: every transaction of the block that this version of the watch list makes relevant was
/// submitted before.
struct BlockScanned
{
    BlockHash block;
    std::uint32_t watch_version = 0;
};

using BitcoinFact = std::variant<HeaderSeen, TransactionSeen, BlockScanned>;

/// What became of a submitted fact.
enum class Admission : std::uint8_t
{
    accepted,   ///< Durable.
    duplicate,  ///< The state holds it already. As good as accepted.
    gap,        ///< Something before it is missing: go back and deliver that first.
    busy,       ///< No room now: stop reading and offer the same again later.
    invalid,    ///< Can never be admitted.
    stopping,   ///< The engine is shutting down.
};

struct AdmissionAnswer
{
    Admission admission = Admission::accepted;
    std::string reason;  ///< For people; empty when accepted.
};

/// A block's hash with its height.
struct ChainPoint
{
    BlockHash hash;
    ChainHeight height;
};

/// Blocks at or above a height have to be scanned with at least this version of the watch list.
struct RescanWanted
{
    std::uint32_t watch_version = 0;
    ChainHeight from;
};

/// Where the engine's durable view of Bitcoin stands.
struct ChainPosition
{
    ChainPoint anchor;  ///< Where the engine's chain starts. Nothing below it is ever asked for.
    ChainPoint tip;     ///< Of the best chain that it knows.
    std::optional<RescanWanted> rescan;
};

/// What the engine knows of one block.
struct BlockStanding
{
    bool header_known = false;
    std::optional<std::uint32_t> scanned_with;  ///< Newest watch version; absent: never scanned.
    ChainHeight height;                         ///< When the header is known.
    bool scan_is_old = false;  ///< An entry was added since that asks for something in the block.
};

/// The engine as seen by a follower of Bitcoin. Calls come from the follower's thread and return at
/// once; each answer comes exactly once, from any thread, in the order of the calls. Facts are
/// looked at in the order in which they were submitted; one that is busy may be overtaken.
class BitcoinIntake
{
public:
    virtual ~BitcoinIntake() = default;

    virtual void position(std::function<void(ChainPosition)> answer) = 0;
    virtual void standing(BlockHash block, std::function<void(BlockStanding)> answer) = 0;
    /// A part of the watch list, from where the part before it said; an empty place is the
    /// beginning.
    virtual void watch_list(Bytes from, std::function<void(WatchListPart)> answer) = 0;
    virtual void submit(BitcoinFact fact, std::function<void(AdmissionAnswer)> answer) = 0;
};
}  // namespace engine
