#include "engine/domain/bitcoin/queries.hpp"

namespace engine::bitcoin
{
namespace
{
bool asks_for(const Addition& addition, ChainHeight height, std::optional<std::uint8_t> owner)
{
    return addition.start <= height && (!owner || *owner == addition.owner);
}

bool is_complete(const StateView& state, const BlockHash& block, std::optional<std::uint8_t> owner)
{
    const auto known = header(state, block);
    const auto version = scanned_with(state, block);
    if (!known || !version)
        return false;
    if (*version == UINT32_MAX)
        return true;
    bool complete = true;
    for_each_from(state, kAdditions, *version + 1, [&](std::uint32_t, const Addition& addition) {
        complete = !asks_for(addition, known->height, owner);
        return complete;
    });
    return complete;
}

/// The first place in an index of places, in the order of the chain, that is on the best chain.
template <typename Table, typename From, typename Belongs>
std::optional<TransactionKey> first_on_best_chain(
    const StateView& state, const Table& table, const From& from, Belongs&& belongs)
{
    std::optional<TransactionKey> found;
    for_each_from(state, table, from, [&](const auto& key, const Present&) {
        if (!belongs(key))
            return false;
        if (is_on_best_chain(state, key.place.block))
            found = key.place;
        return !found;
    });
    return found;
}
}  // namespace

Network network(const StateView& state)
{
    return get(state, kParameters).network;
}

ChainHeight first_height(const StateView& state)
{
    return ChainHeight{get(state, kParameters).anchor_height.value + 1};
}

Tip tip(const StateView& state)
{
    return get(state, kTip);
}

std::optional<KnownHeader> header(const StateView& state, const BlockHash& block)
{
    return find(state, kHeaders, block);
}

std::optional<BlockHash> block_at(const StateView& state, ChainHeight height)
{
    const auto best = find(state, kBest, height);
    return best ? std::optional{best->block} : std::nullopt;
}

bool is_on_best_chain(const StateView& state, const BlockHash& block)
{
    const auto known = header(state, block);
    return known && block_at(state, known->height) == block;
}

std::uint32_t confirmations(const StateView& state, const BlockHash& block)
{
    const auto known = header(state, block);
    if (!known || block_at(state, known->height) != block)
        return 0;
    return tip(state).height.value - known->height.value + 1;
}

std::optional<std::uint32_t> scanned_with(const StateView& state, const BlockHash& block)
{
    const auto scan = find(state, kScans, block);
    return scan ? std::optional{scan->watch_version} : std::nullopt;
}

bool scan_is_complete(const StateView& state, const BlockHash& block)
{
    return is_complete(state, block, std::nullopt);
}

bool scan_is_complete(const StateView& state, const BlockHash& block, std::uint8_t owner)
{
    return is_complete(state, block, owner);
}

WatchListPart watch_list_part(const StateView& state, ByteView from, std::size_t entries_max)
{
    // place := table: u8 (0 watches, 1 outpoints), key
    constexpr std::uint8_t kWatchPlaces = 0;
    constexpr std::uint8_t kOutPointPlaces = 1;
    WatchListPart part;
    auto& list = part.list;
    list.version = get(state, kWatch).version;
    std::size_t entries = 0;
    const auto fits = [&](std::uint8_t table, ByteView key) {
        if (++entries <= entries_max)
            return true;
        part.next = Bytes{table};
        part.next->insert(part.next->end(), key.begin(), key.end());
        return false;
    };
    const auto begins_at = from.empty() ? kWatchPlaces : from[0];
    const auto key = from.empty() ? from : from.subspan(1);
    if (begins_at == kWatchPlaces)
    {
        state.scan(kWatches.id, key, [&](ByteView raw, ByteView) {
            if (!fits(kWatchPlaces, raw))
                return false;
            auto entry = decode_stored_key<WatchKey>(kWatches.name, raw);
            auto& patterns = entry.kind == WatchKind::script ? list.scripts : list.data_prefixes;
            patterns.push_back(std::move(entry.pattern));
            return true;
        });
    }
    if (part.next)
        return part;
    const auto first_outpoint = begins_at == kOutPointPlaces ? key : ByteView{};
    state.scan(kOutPoints.id, first_outpoint, [&](ByteView raw, ByteView) {
        if (!fits(kOutPointPlaces, raw))
            return false;
        list.outpoints.push_back(decode_stored_key<OutPointKey>(kOutPoints.name, raw).outpoint);
        return true;
    });
    return part;
}

WatchList watch_list(const StateView& state)
{
    auto list = watch_list_part(state, {}, SIZE_MAX).list;
    btc::sort(list);
    return list;
}

std::optional<RescanRange> rescan(const StateView& state)
{
    const auto rescan = get(state, kRescan);
    if (rescan.open.watch_version == 0)
        return std::nullopt;
    return RescanRange{rescan.open.watch_version, rescan.next, rescan.open.to};
}

std::optional<DeepReorg> deep_reorg(const StateView& state)
{
    const auto deep = get(state, kDeepReorg);
    return deep.count != 0 ? std::optional{deep} : std::nullopt;
}

std::optional<TransactionKey> place_of(const StateView& state, const Txid& txid)
{
    return first_on_best_chain(
        state, kTxids, txid, [&](const TxidKey& key) { return key.txid == txid; });
}

std::optional<TransactionKey> spender_of(const StateView& state, const OutPoint& outpoint)
{
    return first_on_best_chain(
        state, kSpends, outpoint, [&](const SpendKey& key) { return key.outpoint == outpoint; });
}

std::vector<TransactionKey> spenders_of(const StateView& state, const OutPoint& outpoint)
{
    std::vector<TransactionKey> spenders;
    for_each_from(state, kSpends, outpoint, [&](const SpendKey& key, const Present&) {
        if (key.outpoint == outpoint && block_at(state, key.place.height) == key.place.block)
            spenders.push_back(key.place);
        return key.outpoint == outpoint;
    });
    return spenders;
}

std::optional<ByteView> transaction_bytes(const StateView& state, const TransactionKey& place)
{
    const auto raw = state.get(kTransactions.id, encode_key(place));
    if (!raw)
        return std::nullopt;
    const auto row = decode_stored_row<KnownTransaction>(kTransactions.name, *raw);
    return raw->last(row.bytes.size());  // They are the end of the row.
}
}  // namespace engine::bitcoin
