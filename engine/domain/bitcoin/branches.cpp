#include "engine/domain/bitcoin/branches.hpp"

#include "engine/domain/bitcoin/queries.hpp"

namespace engine::bitcoin
{
namespace
{
using Kind = ChainChange::Kind;

ChainChange of_block(Kind kind, const HeightKey& place, std::uint8_t owner = 0)
{
    ChainChange change;
    change.kind = kind;
    change.block = place.block;
    change.height = place.height;
    change.owner = owner;
    return change;
}

/// The way from the best chain to a tip.
struct Branch
{
    std::vector<HeightKey> blocks;    // From the tip down.
    std::optional<ChainHeight> fork;  // The last common block. Nothing: no longer kept.
};

Branch branch_to(const StateView& state, const BlockHash& block, const KnownHeader& tip)
{
    Branch branch;
    branch.blocks.push_back({tip.height, block});
    for (auto previous = tip.previous;;)
    {
        const auto known = header(state, previous);
        if (!known)
            return branch;
        if (block_at(state, known->height) == previous)
        {
            branch.fork = known->height;
            return branch;
        }
        branch.blocks.push_back({known->height, previous});
        previous = known->previous;
    }
}

/// The known transactions of a block, each with one change per owner, in block order.
std::vector<ChainChange> transactions_of(const StateView& state, const HeightKey& place, Kind kind)
{
    std::vector<ChainChange> out;
    state.scan(kTransactions.id, encode_key(place), [&](ByteView raw_key, ByteView raw_row) {
        const auto key = decode_stored_key<TransactionKey>(kTransactions.name, raw_key);
        if (key.height != place.height || key.block != place.block)
            return false;
        const auto row = decode_stored_row<KnownTransaction>(kTransactions.name, raw_row);
        for (const auto owner : row.owners)
            out.push_back({kind, key.block, key.height, owner, row.txid, key.index,
                raw_row.last(row.bytes.size())});
        return true;
    });
    return out;
}

void disconnect(Step& step, const HeightKey& place, std::vector<ChainChange>& changes)
{
    auto gone = transactions_of(step.state(), place, Kind::transaction_disconnected);
    std::reverse(gone.begin(), gone.end());
    changes.insert(changes.end(), gone.begin(), gone.end());
    changes.push_back(of_block(Kind::block_disconnected, place));
    step.erase(kBest, place.height);
}

/// Of the blocks that have an output, the one on the best chain is remembered.
void claim_outputs(Step& step, const Txid& txid, const BlockHash& block)
{
    std::vector<std::pair<OutPointKey, WatchedOutPoint>> rows;
    for_each_from(
        step.state(), kOutPoints, txid, [&](const OutPointKey& key, const WatchedOutPoint& row) {
            if (key.outpoint.txid != txid)
                return false;
            rows.emplace_back(key, row);
            return true;
        });
    for (auto& [key, row] : rows)
    {
        row.block = block;
        step.put(kOutPoints, key, row);
    }
}

void connect(Step& step, const HeightKey& place, std::vector<ChainChange>& changes)
{
    step.put(kBest, place.height, BestBlock{place.block});
    changes.push_back(of_block(Kind::block_connected, place));
    const auto come = transactions_of(step.state(), place, Kind::transaction_connected);
    for (const auto& change : come)
        claim_outputs(step, change.txid, place.block);
    changes.insert(changes.end(), come.begin(), come.end());
    tell_scanned(step.state(), place.block, place.height, changes);
}

void note_deep_reorg(Step& step, const HeightKey& to, const Tip& from,
    const std::optional<ChainHeight>& fork, std::vector<ChainChange>& changes)
{
    const auto count = step.get(kDeepReorg).count;
    step.put(kDeepReorg, DeepReorg{
                             .count = count < UINT32_MAX ? count + 1 : count,
                             .block = to.block,
                             .height = to.height,
                             .fork = fork.value_or(ChainHeight{}),
                             .old_tip = from.height,
                             .followed = fork.has_value(),
                         });
    changes.push_back(of_block(Kind::window_exceeded, to));
}

std::uint32_t kept_depth(const StateView& state)
{
    return std::max(kHeadersKept, get(state, kParameters).window);
}

Tip moved(const StateView& state, const Tip& old, const HeightKey& to, const Hash256& work)
{
    const auto depth = kept_depth(state);
    const ChainHeight kept_from{to.height.value > depth ? to.height.value - depth : 0};
    return {to.block, to.height, work, std::max(old.kept_from, kept_from)};
}
}  // namespace

void switch_to(Step& step, const BlockHash& block, const KnownHeader& header,
    std::vector<ChainChange>& changes)
{
    const auto old = step.get(kTip);
    const auto branch = branch_to(step.state(), block, header);
    const auto window = step.get(kParameters).window;
    if (!branch.fork || old.height.value - branch.fork->value > window)
        note_deep_reorg(step, {header.height, block}, old, branch.fork, changes);
    if (!branch.fork)
        return;

    for (auto height = old.height; height > *branch.fork; --height.value)
        disconnect(step, {height, *block_at(step.state(), height)}, changes);
    for (auto place = branch.blocks.rbegin(); place != branch.blocks.rend(); ++place)
        connect(step, *place, changes);
    step.put(kTip, moved(step.state(), old, {header.height, block}, header.work));
}

void tell_scanned(const StateView& state, const BlockHash& block, ChainHeight height,
    std::vector<ChainChange>& changes)
{
    const auto tell = [&](std::uint8_t owner) {
        changes.push_back(of_block(Kind::block_scanned, {height, block}, owner));
    };
    if (scan_is_complete(state, block))
        return tell(0);
    for (const auto owner : get(state, kWatch).owners)
    {
        if (scan_is_complete(state, block, owner))
            tell(owner);
    }
}
}  // namespace engine::bitcoin
