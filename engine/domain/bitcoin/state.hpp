#pragma once

#include "engine/core/byte_codec.hpp"
#include "engine/core/table.hpp"
#include "engine/domain/bitcoin/events.hpp"

namespace engine::bitcoin
{
/// What genesis fixed.
struct Parameters
{
    Network network = Network::mainnet;
    std::uint32_t window = 0;
    BlockHash anchor;
    ChainHeight anchor_height;

    static constexpr auto describe()
    {
        using P = Parameters;
        return fields(field("network", &P::network), field("window", &P::window),
            field("anchor", &P::anchor), field("anchor_height", &P::anchor_height));
    }
    friend bool operator==(const Parameters&, const Parameters&) = default;
};

/// Where the best chain ends.
struct Tip
{
    BlockHash block;
    ChainHeight height;
    Hash256 work;  ///< Of the chain up to the tip, big endian: its byte order is its order.
    ChainHeight kept_from;  ///< Below it headers and transactions are being forgotten. Never falls.

    static constexpr auto describe()
    {
        using T = Tip;
        return fields(field("block", &T::block), field("height", &T::height),
            field("work", &T::work), field("kept_from", &T::kept_from));
    }
    friend bool operator==(const Tip&, const Tip&) = default;
};

/// The last reorganisation that went below the window.
struct DeepReorg
{
    std::uint32_t count = 0;  ///< How many there have been. 0: none, and nothing below is set.
    BlockHash block;          ///< The tip of the heavier branch.
    ChainHeight height;       ///< Of that tip.
    ChainHeight fork;         ///< The last common block; 0 when it lies below what is kept.
    ChainHeight old_tip;      ///< Of the branch that was left.
    bool followed = false;    ///< False: the fork lies below what is kept, the old branch stays.

    static constexpr auto describe()
    {
        using D = DeepReorg;
        return fields(field("count", &D::count), field("block", &D::block),
            field("height", &D::height), field("fork", &D::fork), field("old_tip", &D::old_tip),
            field("followed", &D::followed));
    }
    friend bool operator==(const DeepReorg&, const DeepReorg&) = default;
};

/// A header of any branch, with what the rules ask of the one that follows it.
struct KnownHeader
{
    BlockHash previous;
    ChainHeight height;
    ChainTime time;
    std::uint32_t bits = 0;
    Hash256 work;                       ///< Of the chain up to here, big endian.
    ChainTime period_start;             ///< Time of the first block of its difficulty period.
    std::uint32_t period_bits = 0;      ///< Compact target of that block.
    std::vector<ChainTime> last_times;  ///< Of the last (at most 11) blocks, its own last.

    static constexpr auto describe()
    {
        using H = KnownHeader;
        return fields(field("previous", &H::previous), field("height", &H::height),
            field("time", &H::time), field("bits", &H::bits), field("work", &H::work),
            field("period_start", &H::period_start), field("period_bits", &H::period_bits),
            field("last_times", &H::last_times));
    }
    friend bool operator==(const KnownHeader&, const KnownHeader&) = default;
};

/// The place of a block among all that are known, by height.
struct HeightKey
{
    ChainHeight height;
    BlockHash block;

    static constexpr auto describe()
    {
        return fields(field("height", &HeightKey::height), field("block", &HeightKey::block));
    }
    friend auto operator<=>(const HeightKey&, const HeightKey&) = default;
};

struct BestBlock
{
    BlockHash block;

    static constexpr auto describe() { return fields(field("block", &BestBlock::block)); }
    friend bool operator==(const BestBlock&, const BestBlock&) = default;
};

/// The place of a transaction. In key order: by height, and in block order within a block.
struct TransactionKey
{
    ChainHeight height;
    BlockHash block;
    std::uint32_t index = 0;

    static constexpr auto describe()
    {
        using K = TransactionKey;
        return fields(
            field("height", &K::height), field("block", &K::block), field("index", &K::index));
    }
    friend auto operator<=>(const TransactionKey&, const TransactionKey&) = default;
};

/// A transaction that a watch row or a watched outpoint asked for, without its witness: no Merkle
/// branch proves that. The bytes come last: a view of them is the end of the stored row.
struct KnownTransaction
{
    Txid txid;
    std::vector<std::uint8_t> owners;  ///< Module numbers, ascending.
    std::uint32_t watch_version = 0;   ///< The newest of an entry that asked for it.
    Bytes bytes;

    static constexpr auto describe()
    {
        using T = KnownTransaction;
        return fields(field("txid", &T::txid), field("owners", &T::owners),
            field("watch_version", &T::watch_version), field("bytes", &T::bytes));
    }
    friend bool operator==(const KnownTransaction&, const KnownTransaction&) = default;
};

/// One of the places of a transaction: branches have it in blocks of their own.
struct TxidKey
{
    Txid txid;
    TransactionKey place;

    static constexpr auto describe()
    {
        return fields(field("txid", &TxidKey::txid), field("place", &TxidKey::place));
    }
    friend auto operator<=>(const TxidKey&, const TxidKey&) = default;
};

/// An input of a known transaction.
struct SpendKey
{
    OutPoint outpoint;
    TransactionKey place;  ///< Of the transaction that spends it.

    static constexpr auto describe()
    {
        return fields(field("outpoint", &SpendKey::outpoint), field("place", &SpendKey::place));
    }
    friend auto operator<=>(const SpendKey&, const SpendKey&) = default;
};

struct Scan
{
    std::uint32_t watch_version = 0;  ///< The newest that the block was scanned with.

    static constexpr auto describe()
    {
        return fields(field("watch_version", &Scan::watch_version));
    }
    friend bool operator==(const Scan&, const Scan&) = default;
};

enum class WatchKind : std::uint8_t
{
    script = 0,  ///< An output with exactly this script.
    prefix = 1,  ///< A data-carrier output whose data begins so.
};
constexpr bool is_declared(WatchKind kind)
{
    return kind <= WatchKind::prefix;
}

struct WatchKey
{
    WatchKind kind = WatchKind::script;
    Bytes pattern;
    std::uint8_t owner = 0;  ///< Number of the module that is told.

    static constexpr auto describe()
    {
        using K = WatchKey;
        return fields(
            field("kind", &K::kind), field("pattern", &K::pattern), field("owner", &K::owner));
    }
    friend auto operator<=>(const WatchKey&, const WatchKey&) = default;
};

struct Watch
{
    ChainHeight start;          ///< Blocks below it don't matter.
    std::uint32_t version = 0;  ///< Of the watch list that first had it so.

    static constexpr auto describe()
    {
        return fields(field("start", &Watch::start), field("version", &Watch::version));
    }
    friend bool operator==(const Watch&, const Watch&) = default;
};

/// What a version of the watch list added.
struct Addition
{
    std::uint8_t owner = 0;
    ChainHeight start;

    static constexpr auto describe()
    {
        return fields(field("owner", &Addition::owner), field("start", &Addition::start));
    }
    friend bool operator==(const Addition&, const Addition&) = default;
};

/// The version counts scripts and prefixes only: outpoints follow from transactions.
struct WatchState
{
    std::uint32_t version = 0;
    std::vector<std::uint8_t> owners;  ///< Modules with at least one entry, ascending.

    static constexpr auto describe()
    {
        return fields(field("version", &WatchState::version), field("owners", &WatchState::owners));
    }
    friend bool operator==(const WatchState&, const WatchState&) = default;
};

struct OutPointKey
{
    OutPoint outpoint;
    std::uint8_t owner = 0;

    static constexpr auto describe()
    {
        return fields(
            field("outpoint", &OutPointKey::outpoint), field("owner", &OutPointKey::owner));
    }
    friend auto operator<=>(const OutPointKey&, const OutPointKey&) = default;
};

/// An output to a watched script: spending it matters to the owner.
struct WatchedOutPoint
{
    BlockHash block;            ///< That has it; the one on the best chain, if there is one.
    std::uint32_t version = 0;  ///< Of the watch row.

    static constexpr auto describe()
    {
        return fields(
            field("block", &WatchedOutPoint::block), field("version", &WatchedOutPoint::version));
    }
    friend bool operator==(const WatchedOutPoint&, const WatchedOutPoint&) = default;
};

/// What a rescan covers: the payload of its effect.
struct RescanRange
{
    std::uint32_t watch_version = 0;  ///< At least this one is scanned with. 0: nothing to do.
    ChainHeight from;
    ChainHeight to;  ///< Included.

    static constexpr auto describe()
    {
        using R = RescanRange;
        return fields(field("watch_version", &R::watch_version), field("from", &R::from),
            field("to", &R::to));
    }
    friend bool operator==(const RescanRange&, const RescanRange&) = default;
};

/// The rescan that is going on, and what has been asked for meanwhile. One at a time: Bitcoin is
/// one source, however many followers deliver it.
struct RescanState
{
    RescanRange open;  ///< Version 0: none.
    ChainHeight next;  ///< The first block of it that may still be old.
    EffectId effect;
    RescanRange queued;  ///< Opened when this one is done. Version 0: none.

    static constexpr auto describe()
    {
        using R = RescanState;
        return fields(field("open", &R::open), field("next", &R::next), field("effect", &R::effect),
            field("queued", &R::queued));
    }
    friend bool operator==(const RescanState&, const RescanState&) = default;
};

inline constexpr Cell<Parameters> kParameters{TableId{0x0201}, "bitcoin.parameters"};
inline constexpr Cell<Tip> kTip{TableId{0x0202}, "bitcoin.tip"};
inline constexpr Cell<DeepReorg> kDeepReorg{TableId{0x0203}, "bitcoin.deep_reorg"};
inline constexpr HashTable<BlockHash, KnownHeader> kHeaders{TableId{0x0204}, "bitcoin.headers"};
/// Every known header by height: what is forgotten first comes first.
inline constexpr OrderedTable<HeightKey, Present> kHeights{TableId{0x0205}, "bitcoin.heights"};
inline constexpr OrderedTable<ChainHeight, BestBlock> kBest{TableId{0x0206}, "bitcoin.best"};
inline constexpr OrderedTable<TransactionKey, KnownTransaction> kTransactions{
    TableId{0x0207}, "bitcoin.transactions"};
inline constexpr OrderedTable<TxidKey, Present> kTxids{TableId{0x0208}, "bitcoin.txids"};
inline constexpr OrderedTable<SpendKey, Present> kSpends{TableId{0x0209}, "bitcoin.spends"};
inline constexpr HashTable<BlockHash, Scan> kScans{TableId{0x020a}, "bitcoin.scans"};
inline constexpr Cell<WatchState> kWatch{TableId{0x020b}, "bitcoin.watch"};
inline constexpr OrderedTable<WatchKey, Watch> kWatches{TableId{0x020c}, "bitcoin.watches"};
inline constexpr OrderedTable<std::uint32_t, Addition> kAdditions{
    TableId{0x020d}, "bitcoin.additions"};
inline constexpr OrderedTable<OutPointKey, WatchedOutPoint> kOutPoints{
    TableId{0x020e}, "bitcoin.outpoints"};
inline constexpr Cell<RescanState> kRescan{TableId{0x020f}, "bitcoin.rescan"};

/// Headers and transactions this far below the tip are forgotten, unless the window is larger.
inline constexpr std::uint32_t kHeadersKept = 2'016;

/// At most so many headers and transactions are forgotten in a step: more than a step adds.
inline constexpr std::size_t kForgottenPerStep = 4;
}  // namespace engine::bitcoin
