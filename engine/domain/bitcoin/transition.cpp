#include "engine/domain/bitcoin/transition.hpp"

#include "engine/bitcoin/header.hpp"
#include "engine/bitcoin/network.hpp"
#include "engine/bitcoin/target.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/domain/bitcoin/branches.hpp"
#include "engine/domain/bitcoin/forgetting.hpp"
#include "engine/domain/bitcoin/header_rules.hpp"
#include "engine/domain/bitcoin/matching.hpp"
#include "engine/domain/bitcoin/network.hpp"
#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/bitcoin/rejects.hpp"
#include "engine/domain/bitcoin/rescan.hpp"

namespace engine::bitcoin
{
namespace
{
// Genesis.

bool is_good(const ChainAnchor& anchor, Network network)
{
    const auto& rules = parameters_of(network);
    const auto header = btc::decode_header(anchor.header.bytes);
    const auto hash = btc::block_hash(anchor.header.bytes);
    const auto height = anchor.height.value;
    const auto target = btc::decode_target(header.bits, rules);
    if (!btc::proves_work(hash, header.bits, rules) || !target)
        return false;
    if (!btc::decode_target(anchor.period_bits, rules))
        return false;
    if (height == 0 && header != rules.genesis)
        return false;
    if (height % btc::kRetargetPeriod == 0 &&
        (anchor.period_start != header.time || anchor.period_bits != header.bits))
        return false;
    if (btc::from_big_endian(anchor.work.bytes) < btc::work(*target))
        return false;
    return anchor.last_times.size() ==
               std::min<std::size_t>(std::size_t{height} + 1, btc::kMedianTimeSpan) &&
           anchor.last_times.back() == header.time;
}

// Transactions.

/// The matches of owners who have not been told of the transaction for that version.
Matches not_told(Matches matches, const KnownTransaction& known)
{
    const auto is_told = [&](std::uint8_t owner, std::uint32_t version) {
        return version <= known.watch_version &&
               std::binary_search(known.owners.begin(), known.owners.end(), owner);
    };
    std::erase_if(matches.owners, [&](const auto& o) { return is_told(o.first, o.second); });
    return matches;
}

void add_owner(std::vector<std::uint8_t>& owners, std::uint8_t owner)
{
    const auto place = std::lower_bound(owners.begin(), owners.end(), owner);
    if (place == owners.end() || *place != owner)
        owners.insert(place, owner);
}

/// A transaction that was known already, and a module that now cares.
struct Adopted
{
    TransactionKey place;
    std::uint8_t owner = 0;
};

/// Who watches an output is also told of those who spend it and are known already.
void adopt_spenders(
    Step& step, const OutPoint& outpoint, std::uint8_t owner, std::vector<Adopted>& adopted)
{
    std::vector<TransactionKey> places;
    for_each_from(step.state(), kSpends, outpoint, [&](const SpendKey& key, const Present&) {
        if (key.outpoint == outpoint)
            places.push_back(key.place);
        return key.outpoint == outpoint;
    });
    for (const auto& place : places)
    {
        auto spender = step.find(kTransactions, place);
        ENSURE(spender.has_value());
        if (std::binary_search(spender->owners.begin(), spender->owners.end(), owner))
            continue;
        add_owner(spender->owners, owner);
        step.put(kTransactions, place, *spender);
        adopted.push_back({place, owner});
    }
}

void watch_outputs(Step& step, const Txid& txid, const std::vector<MatchedOutput>& outputs,
    const BlockHash& block, bool is_best, std::vector<Adopted>& adopted)
{
    for (const auto& output : outputs)
    {
        const OutPointKey key{{txid, output.index}, output.owner};
        const auto known = step.find(kOutPoints, key);
        if (!known || is_best)
            step.put(kOutPoints, key, WatchedOutPoint{block, output.version});
        if (!known)
            adopt_spenders(step, key.outpoint, output.owner, adopted);
    }
}

/// Says that a known transaction is on the best chain, to a module; nothing when it isn't.
void tell_connected(const StateView& state, const TransactionKey& place, const Txid& txid,
    std::uint8_t owner, std::vector<ChainChange>& changes)
{
    if (block_at(state, place.height) != place.block)
        return;
    changes.push_back({ChainChange::Kind::transaction_connected, place.block, place.height, owner,
        txid, place.index, *transaction_bytes(state, place)});
}

void index_transaction(
    Step& step, const TransactionKey& place, const Txid& txid, const btc::Transaction& transaction)
{
    step.put(kTxids, TxidKey{txid, place}, Present{});
    for (const auto& input : transaction.inputs)
        step.put(kSpends, SpendKey{input.previous, place}, Present{});
}
}  // namespace

Verdict on_genesis(Step& step, const Genesis& genesis)
{
    if (!is_good(genesis.anchor, genesis.network))
        return Verdict{kBadAnchor}.with("height", genesis.anchor.height.value);
    if (genesis.window == 0 || genesis.window > kHeadersKept)
        return Verdict{kBadWindow}.with("window", genesis.window);

    const auto& anchor = genesis.anchor;
    const auto header = btc::decode_header(anchor.header.bytes);
    const auto block = btc::block_hash(anchor.header.bytes);
    step.put(kParameters, Parameters{genesis.network, genesis.window, block, anchor.height});
    step.put(kTip, Tip{block, anchor.height, anchor.work, {}});
    step.put(kHeaders, block,
        KnownHeader{header.previous, anchor.height, header.time, header.bits, anchor.work,
            anchor.period_start, anchor.period_bits, anchor.last_times});
    step.put(kHeights, HeightKey{anchor.height, block}, Present{});
    step.put(kBest, anchor.height, BestBlock{block});
    return accepted;
}

Verdict transition(Step& step, const HeaderSeen& event, std::vector<ChainChange>& changes)
{
    const auto block = btc::block_hash(event.header.bytes);
    if (step.contains(kHeaders, block))
        return kDuplicate;

    const auto raw = btc::decode_header(event.header.bytes);
    const auto parent = step.find(kHeaders, raw.previous);
    if (!parent)
        return kGap;
    const auto best = step.get(kTip);
    if (parent->height < best.kept_from)
        return Verdict{kForgotten}.with("kept from", best.kept_from.value);

    const auto followed = follow(network(step.state()), *parent, raw, step.context().time);
    if (!followed)
        return followed.error();

    // From here on the header cannot be refused.
    step.put(kHeaders, block, *followed);
    step.put(kHeights, HeightKey{followed->height, block}, Present{});
    if (followed->work > best.work)  // Of equals the one that was seen first stays.
        switch_to(step, block, *followed, changes);
    forget_old(step);
    advance_rescan(step);
    return accepted;
}

Verdict transition(Step& step, const TransactionSeen& event, std::vector<ChainChange>& changes)
{
    const auto block = btc::block_hash(event.header.bytes);
    const auto header = step.find(kHeaders, block);
    if (!header)
        return kGap;
    const auto kept_from = step.get(kTip).kept_from;
    if (header->height < kept_from)
        return Verdict{kForgotten}.with("kept from", kept_from.value);
    const auto transaction = btc::decode_transaction(event.transaction);
    if (!transaction)
        return kNoTransaction;

    const TransactionKey place{header->height, block, event.index};
    auto known = step.find(kTransactions, place);
    auto matches = match(step.state(), *transaction, header->height);
    if (matches.owners.empty())
        return known ? Verdict{kDuplicate} : Verdict{kNotWatched};
    if (known)
        matches = not_told(std::move(matches), *known);
    if (matches.owners.empty())
        return kDuplicate;

    // From here on the transaction cannot be refused.
    const auto txid = btc::txid(*transaction);
    const bool is_best = block_at(step.state(), header->height) == block;
    if (!known)
    {
        // Without the witness: no Merkle branch proves that.
        known.emplace();
        known->txid = txid;
        known->bytes = btc::encode_stripped(*transaction);
        index_transaction(step, place, txid, *transaction);
    }
    for (const auto& [owner, version] : matches.owners)
    {
        known->watch_version = std::max(known->watch_version, version);
        add_owner(known->owners, owner);
    }
    step.put(kTransactions, place, *known);
    std::vector<Adopted> adopted;
    watch_outputs(step, txid, matches.outputs, block, is_best, adopted);

    for (const auto& [owner, version] : matches.owners)
        tell_connected(step.state(), place, txid, owner, changes);
    for (const auto& spender : adopted)
        tell_connected(step.state(), spender.place, step.find(kTransactions, spender.place)->txid,
            spender.owner, changes);
    forget_old(step);
    return accepted;
}

Verdict transition(Step& step, const BlockScanned& event, std::vector<ChainChange>& changes)
{
    const auto header = step.find(kHeaders, event.block);
    if (!header)
        return kGap;
    const auto kept_from = step.get(kTip).kept_from;
    if (header->height < kept_from)
        return Verdict{kForgotten}.with("kept from", kept_from.value);
    const auto scan = step.find(kScans, event.block);
    if (scan && event.watch_version <= scan->watch_version)
        return kDuplicate;
    const auto newest = step.get(kWatch).version;
    if (event.watch_version > newest)
        return Verdict{kUnknownWatchVersion}
            .with("version", event.watch_version)
            .with("newest", newest);

    // From here on the scan cannot be refused.
    step.put(kScans, event.block, Scan{event.watch_version});
    if (block_at(step.state(), header->height) == event.block)
        tell_scanned(step.state(), event.block, header->height, changes);
    advance_rescan(step);
    return accepted;
}
}  // namespace engine::bitcoin
