#include "engine/domain/peg/wallet.hpp"

#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/peg/queries.hpp"

namespace engine::peg
{
namespace
{
using Known = std::optional<WalletOutput>;

bool is_forgotten(const StateView& state, ChainHeight height)
{
    return height < bitcoin::tip(state).kept_from;
}

/// What a row should say now. `value` is that of the output, if its transaction is at hand.
Known wanted(
    const StateView& state, const OutPoint& outpoint, const Known& known, std::optional<Sats> value)
{
    const bool is_final = known && known->spent_at && is_forgotten(state, *known->spent_at);
    if (is_final)
        return known;
    const auto place = bitcoin::place_of(state, outpoint.txid);
    const bool was_forgotten = known && is_forgotten(state, known->utxo.height);
    if (!place && !was_forgotten)
        return std::nullopt;
    if (!known && !value)
        return std::nullopt;  // Not the wallet's, or not told of yet.

    WalletOutput output = known.value_or(WalletOutput{});
    if (!known)
        output.utxo.value = *value;
    if (!was_forgotten)
    {
        output.utxo.height = place->height;
        output.utxo.block = place->block;
    }
    const auto spender = bitcoin::spender_of(state, outpoint);
    output.spent_at = spender ? std::optional{spender->height} : std::nullopt;
    return output;
}

void remove(Step& step, const OutPoint& outpoint, const WalletOutput& output)
{
    if (output.spent_at)
    {
        step.erase(kSpent, outpoint);
        step.erase(kSpentHeights, SpentKey{*output.spent_at, outpoint});
        return;
    }
    auto totals = step.get(kTotals);
    totals.utxo_value -= output.utxo.value.value();
    --totals.utxo_count;
    step.put(kTotals, totals);
    step.erase(kUtxos, outpoint);
}

void write(Step& step, const OutPoint& outpoint, const WalletOutput& output)
{
    if (output.spent_at)
    {
        step.put(kSpent, outpoint, SpentUtxo{output.utxo, *output.spent_at});
        step.put(kSpentHeights, SpentKey{*output.spent_at, outpoint}, Present{});
        return;
    }
    auto totals = step.get(kTotals);
    totals.utxo_value += output.utxo.value.value();
    ++totals.utxo_count;
    step.put(kTotals, totals);
    step.put(kUtxos, outpoint, output.utxo);
}

/// Whether the wallet has, or had, the output now and did not before, or the other way round.
bool follow_output(Step& step, const OutPoint& outpoint, std::optional<Sats> value)
{
    const auto known = wallet_output(step.state(), outpoint);
    const auto output = wanted(step.state(), outpoint, known, value);
    if (output == known)
        return false;
    if (known)
        remove(step, outpoint, *known);
    if (output)
        write(step, outpoint, *output);
    return known.has_value() != output.has_value();
}
}  // namespace

std::vector<OutPoint> follow_wallet(
    Step& step, const Txid& txid, const btc::Transaction& transaction)
{
    std::vector<OutPoint> moved;
    const auto wallet = step.get(kParameters).wallet_script;
    for (std::uint32_t i = 0; i < transaction.outputs.size(); ++i)
    {
        const auto& output = transaction.outputs[i];
        if (output.script_pubkey == wallet && follow_output(step, {txid, i}, output.value))
            moved.push_back({txid, i});
    }
    for (const auto& input : transaction.inputs)
    {
        if (follow_output(step, input.previous, std::nullopt))
            moved.push_back(input.previous);
    }
    return moved;
}

void forget_spent(Step& step)
{
    const auto bound = bitcoin::tip(step.state()).kept_from;
    std::vector<SpentKey> gone;
    for_each(step.state(), kSpentHeights, [&](const SpentKey& key, const Present&) {
        if (key.spent_at < bound && gone.size() < kForgottenPerBlock)
            gone.push_back(key);
        return key.spent_at < bound && gone.size() < kForgottenPerBlock;
    });
    for (const auto& key : gone)
    {
        step.erase(kSpent, key.outpoint);
        step.erase(kSpentHeights, key);
    }
}
}  // namespace engine::peg
