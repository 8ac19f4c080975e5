#include "engine/domain/bitcoin/forgetting.hpp"

#include "engine/bitcoin/transaction.hpp"
#include "engine/domain/bitcoin/queries.hpp"

namespace engine::bitcoin
{
namespace
{
template <typename Key, typename Row>
std::optional<Key> first_below(
    const StateView& state, const OrderedTable<Key, Row>& table, ChainHeight bound)
{
    std::optional<Key> first;
    for_each(state, table, [&](const Key& key, const Row&) {
        if (key.height < bound)
            first = key;
        return false;
    });
    return first;
}

template <typename Visit>
std::vector<OutPointKey> watched(const StateView& state, const auto& from, Visit&& belongs)
{
    std::vector<OutPointKey> keys;
    for_each_from(state, kOutPoints, from, [&](const OutPointKey& key, const WatchedOutPoint& row) {
        if (belongs(key, row))
            keys.push_back(key);
        return key.outpoint.txid == from.txid;
    });
    return keys;
}

/// What a transaction of the best chain has spent is spent for good.
void forget_spent(Step& step, const OutPoint& outpoint)
{
    const auto gone = watched(step.state(), outpoint,
        [&](const OutPointKey& key, const WatchedOutPoint&) { return key.outpoint == outpoint; });
    for (const auto& key : gone)
        step.erase(kOutPoints, key);
}

/// What a transaction creates that has no place on the best chain will never exist.
void forget_created(Step& step, const Txid& txid, const BlockHash& block)
{
    const auto gone = watched(
        step.state(), OutPoint{txid, 0}, [&](const OutPointKey& key, const WatchedOutPoint& row) {
            return key.outpoint.txid == txid && row.block == block;
        });
    for (const auto& key : gone)
        step.erase(kOutPoints, key);
}

void forget_transaction(Step& step, const TransactionKey& place)
{
    const auto row = step.find(kTransactions, place);
    ENSURE(row.has_value());
    const auto transaction = btc::decode_transaction(row->bytes);
    ENSURE(transaction.has_value());  // It was decoded before it was kept.

    const bool is_best = is_on_best_chain(step.state(), place.block);
    for (const auto& input : transaction->inputs)
    {
        step.erase(kSpends, SpendKey{input.previous, place});
        if (is_best)
            forget_spent(step, input.previous);
    }
    if (!is_best)
        forget_created(step, row->txid, place.block);
    step.erase(kTxids, TxidKey{row->txid, place});
    step.erase(kTransactions, place);
}

void forget_header(Step& step, const HeightKey& place)
{
    if (block_at(step.state(), place.height) == place.block)
        step.erase(kBest, place.height);
    step.erase(kScans, place.block);
    step.erase(kHeaders, place.block);
    step.erase(kHeights, place);
}
}  // namespace

void forget_old(Step& step)
{
    const auto bound = tip(step.state()).kept_from;
    for (std::size_t i = 0; i < kForgottenPerStep; ++i)
    {
        // Transactions go first: whether theirs is the best chain is told by the header.
        if (const auto transaction = first_below(step.state(), kTransactions, bound))
            forget_transaction(step, *transaction);
        else if (const auto block = first_below(step.state(), kHeights, bound))
            forget_header(step, *block);
        else
            return;
    }
}
}  // namespace engine::bitcoin
