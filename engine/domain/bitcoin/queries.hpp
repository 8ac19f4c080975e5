#pragma once

#include "engine/bitcoin/relevant.hpp"
#include "engine/core/read.hpp"
#include "engine/domain/bitcoin/state.hpp"

#include <optional>

namespace engine::bitcoin
{
using WatchList = btc::WatchList;

Network network(const StateView& state);

/// The first height that can be followed: the one above the anchor.
ChainHeight first_height(const StateView& state);

Tip tip(const StateView& state);

/// A header of any branch.
std::optional<KnownHeader> header(const StateView& state, const BlockHash& block);

/// The block at a height of the best chain. Nothing above the tip and below what is kept.
std::optional<BlockHash> block_at(const StateView& state, ChainHeight height);

bool is_on_best_chain(const StateView& state, const BlockHash& block);

/// tip - height + 1 for a block on the best chain; 0 for any other.
std::uint32_t confirmations(const StateView& state, const BlockHash& block);

/// The newest version of the watch list that a block was scanned with. Nothing: it was never.
std::optional<std::uint32_t> scanned_with(const StateView& state, const BlockHash& block);

/// Whether a block was scanned, and for everything that the watch list asks of it now: an entry
/// that was added after the scan matters if it starts at or below the block.
bool scan_is_complete(const StateView& state, const BlockHash& block);

/// The same for the entries of one module.
bool scan_is_complete(const StateView& state, const BlockHash& block, std::uint8_t owner);

/// All that followers look for. The pattern lists and the outpoints are in byte order.
WatchList watch_list(const StateView& state);

/// Entries of that list from a place on, in the order of the state: neither sorted nor without
/// doubles.
struct WatchListPart
{
    WatchList list;
    std::optional<Bytes> next;  ///< The place behind them. Nothing: there are no more.
};

/// So many entries at most; they begin at no place, or at the one that the part before them named.
/// Parts may be read at states that follow one another: what all of these have is in one of them.
WatchListPart watch_list_part(const StateView& state, ByteView from, std::size_t entries_max);

/// What is left of the rescan that is going on. Nothing: none is.
std::optional<RescanRange> rescan(const StateView& state);

/// The last reorganisation that went below the window. Nothing: there has been none.
std::optional<DeepReorg> deep_reorg(const StateView& state);

/// Where a known transaction stands on the best chain. Of more than one place, which only a chain
/// that its nodes did not check can have, the lowest.
std::optional<TransactionKey> place_of(const StateView& state, const Txid& txid);

/// Where an outpoint is spent on the best chain by a known transaction; the lowest place.
std::optional<TransactionKey> spender_of(const StateView& state, const OutPoint& outpoint);

/// Every known transaction of the best chain that spends an outpoint, in the order of their places.
/// More than one only on a chain that its nodes did not check.
std::vector<TransactionKey> spenders_of(const StateView& state, const OutPoint& outpoint);

/// The bytes of a known transaction, valid until the state changes.
std::optional<ByteView> transaction_bytes(const StateView& state, const TransactionKey& place);

/// Visits the known transactions of every branch from a height on, in the order of their places,
/// until the visitor returns false: visit(const TransactionKey&, const KnownTransaction&).
template <typename F>
void for_each_transaction(const StateView& state, ChainHeight from, F&& visit)
{
    for_each_from(state, kTransactions, from, visit);
}

/// Visits those of one block.
template <typename F>
void for_each_transaction_in(
    const StateView& state, ChainHeight height, const BlockHash& block, F&& visit)
{
    for_each_from(state, kTransactions, HeightKey{height, block},
        [&](const TransactionKey& place, const KnownTransaction& transaction) {
            if (place.height != height || place.block != block)
                return false;
            visit(place, transaction);
            return true;
        });
}
}  // namespace engine::bitcoin
