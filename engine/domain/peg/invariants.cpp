#include "engine/domain/peg/invariants.hpp"

#include "engine/base/hex.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/core/overlay.hpp"
#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/domain/peg/queries.hpp"
#include "engine/domain/peg/rejects.hpp"

#include <set>

namespace engine::peg
{
namespace
{
using Broken = std::optional<std::string>;
using bitcoin::KnownTransaction;
using bitcoin::TransactionKey;

std::string text(const OutPoint& outpoint)
{
    return to_display_hex(outpoint.txid.bytes) + ":" + std::to_string(outpoint.index);
}

Broken differ(std::string_view what, std::uint64_t rows, std::uint64_t total)
{
    if (rows == total)
        return std::nullopt;
    return std::string{what} + ": rows " + std::to_string(rows) + ", total " +
           std::to_string(total);
}

/// The first thing that was found broken.
class Findings
{
    Broken m_first;

public:
    void add(Broken found)
    {
        if (!m_first)
            m_first = std::move(found);
    }

    Broken first() const { return m_first; }
};

btc::Transaction decoded(const KnownTransaction& known)
{
    auto transaction = btc::decode_transaction(known.bytes);
    if (!transaction)
        state_corrupted(bitcoin::kTransactions.name);
    return *std::move(transaction);
}

bool is_forgotten(const StateView& state, ChainHeight height)
{
    return height < bitcoin::tip(state).kept_from;
}

/// The blocks that joined or left the best chain.
std::set<bitcoin::HeightKey> moved_blocks(const Changes& changes)
{
    using bitcoin::BestBlock;
    std::set<bitcoin::HeightKey> blocks;
    for_each_change(changes, bitcoin::kBest,
        [&](ChainHeight height, const std::optional<BestBlock>& old,
            const std::optional<BestBlock>& now) {
            if (old == now)
                return;
            if (old)
                blocks.insert({height, old->block});
            if (now)
                blocks.insert({height, now->block});
        });
    return blocks;
}

/// The outpoints whose standing may differ because transactions came, went or moved.
template <typename Visit>
void for_each_moved_transaction(const StateView& state, const Changes& changes, Visit&& visit)
{
    for_each_change(changes, bitcoin::kTransactions,
        [&](const TransactionKey&, const std::optional<KnownTransaction>& old,
            const std::optional<KnownTransaction>& now) { visit(now ? *now : *old); });
    for (const auto& block : moved_blocks(changes))
    {
        bitcoin::for_each_transaction_in(state, block.height, block.block,
            [&](const TransactionKey&, const KnownTransaction& known) { visit(known); });
    }
}

// Credits.

struct Sums
{
    std::uint64_t confirmed = 0;
    std::uint64_t shortfall = 0;
    std::uint64_t ignored = 0;
    std::uint64_t wrong_network = 0;

    void add(const Deposit& deposit)
    {
        if (deposit.state == DepositState::credited)
            confirmed += deposit.amount.value();
        if (deposit.state == DepositState::shortfall)
            shortfall += deposit.amount.value();
        if (deposit.state == DepositState::ignored)
        {
            ++ignored;
            wrong_network += deposit.reason == kWrongNetwork.code;
        }
    }

    void subtract(const Sums& other)
    {
        confirmed -= other.confirmed;
        shortfall -= other.shortfall;
        ignored -= other.ignored;
        wrong_network -= other.wrong_network;
    }
};

Broken check_sums(const Sums& rows, const Totals& totals)
{
    Findings findings;
    findings.add(differ("confirmed deposits", rows.confirmed, totals.confirmed));
    findings.add(differ("shortfall", rows.shortfall, totals.shortfall));
    findings.add(
        differ("minted = confirmed + shortfall", rows.confirmed + rows.shortfall, totals.minted));
    findings.add(differ("ignored deposits", rows.ignored, totals.ignored));
    findings.add(differ("deposits of another network", rows.wrong_network, totals.wrong_network));
    return findings.first();
}

/// Whether the wallet has, or had, what the transaction of a deposit spends.
bool is_own_money(const StateView& state, const OutPoint& outpoint)
{
    const auto place = bitcoin::place_of(state, outpoint.txid);
    const auto known = place ? find(state, bitcoin::kTransactions, *place) : std::nullopt;
    if (!known)
        return false;
    const auto transaction = decoded(*known);
    return std::any_of(transaction.inputs.begin(), transaction.inputs.end(),
        [&](const btc::Input& input) { return wallet_output(state, input.previous).has_value(); });
}

Broken check_deposit(const StateView& state, const OutPoint& outpoint)
{
    const auto row = deposit(state, outpoint);
    if (!row || (row->state == DepositState::shortfall && row->block == BlockHash{}))
        return std::nullopt;
    if (is_forgotten(state, row->height))
        return std::nullopt;
    const auto depth = bitcoin::confirmations(state, row->block);
    const auto known = bitcoin::header(state, row->block);
    if (depth == 0 || known->height != row->height)
        return "deposit " + text(outpoint) + " is not on the best chain";
    const auto needed = get(state, kParameters).confirmations;
    if (row->state == DepositState::credited && depth < needed)
        return "deposit " + text(outpoint) + " is credited with " + std::to_string(depth) +
               " confirmations of " + std::to_string(needed);
    if (row->state == DepositState::credited && is_own_money(state, outpoint))
        return "deposit " + text(outpoint) + " is credited with money of the wallet itself";
    return std::nullopt;
}

/// The deposits whose transactions spend outputs that came to the wallet or are its no more.
template <typename Visit>
void for_each_spender_of_moved_output(const StateView& state, const Changes& changes, Visit&& visit)
{
    const auto visit_spenders = [&](const OutPoint& output) {
        for (const auto& place : bitcoin::spenders_of(state, output))
        {
            if (const auto known = find(state, bitcoin::kTransactions, place))
                visit(OutPoint{known->txid, 1});
        }
    };
    for_each_change(changes, kUtxos,
        [&](const OutPoint& output, const std::optional<Utxo>&, const std::optional<Utxo>&) {
            visit_spenders(output);
        });
    for_each_change(changes, kSpent,
        [&](const OutPoint& output, const std::optional<SpentUtxo>&,
            const std::optional<SpentUtxo>&) { visit_spenders(output); });
}

/// The deposits of blocks that have fewer confirmations than before.
template <typename Visit>
void for_each_younger_deposit(const StateView& before, const StateView& state, Visit&& visit)
{
    const auto tip = bitcoin::tip(state).height.value;
    const auto needed = get(state, kParameters).confirmations;
    if (tip >= bitcoin::tip(before).height.value)
        return;
    const ChainHeight from{tip + 2 > needed ? tip + 2 - needed : 0};
    bitcoin::for_each_transaction(
        state, from, [&](const TransactionKey&, const KnownTransaction& known) {
            visit(OutPoint{known.txid, 1});
            return true;
        });
}

// Effects.

Broken check_effect_of(const StateView& state, const OutPoint& outpoint)
{
    const auto row = deposit(state, outpoint);
    if (!row)
        return std::nullopt;
    if (!is_minted(row->state))
    {
        if (row->effect == EffectId{})
            return std::nullopt;
        return "deposit " + text(outpoint) + " is not minted, but has an effect";
    }
    const auto effect = outbox::effect(state, row->effect);
    if (!effect || effect->kind != outbox::EffectKind::mint ||
        effect->state == outbox::EffectState::withdrawn)
        return "deposit " + text(outpoint) + " is minted, but has no mint effect";
    if (row->state == DepositState::shortfall && outbox::can_withdraw(state, row->effect))
        return "deposit " + text(outpoint) + " is a shortfall, but its mint can be taken back";
    if (effect->payload != encode_key(mint_of(outpoint, *row)))
        return "deposit " + text(outpoint) + " differs from what its mint effect asks for";
    return std::nullopt;
}

Broken check_backing(
    const StateView& state, const EffectId& id, const std::optional<outbox::EffectRow>& effect)
{
    if (!effect || effect->kind != outbox::EffectKind::mint ||
        effect->state == outbox::EffectState::withdrawn)
        return std::nullopt;
    const auto mint = decode_key<Mint>(effect->payload);
    if (!mint)
        return "mint effect " + to_hex(id.bytes) + " has no payload";
    const auto row = deposit(state, mint->deposit);
    if (!row || row->effect != id)
        return "mint effect " + to_hex(id.bytes) + " has no deposit";
    return std::nullopt;
}

// Outputs.

struct Wallet
{
    std::uint64_t value = 0;  // Modulo 2^64, as the total is.
    std::uint64_t count = 0;
};

Broken check_wallet(const Wallet& rows, const Totals& totals)
{
    Findings findings;
    findings.add(differ("unspent outputs", rows.count, totals.utxo_count));
    findings.add(differ("value of unspent outputs", rows.value, totals.utxo_value));
    return findings.first();
}

/// What outputs of known transactions pay the wallet. Those of one transaction are asked for one
/// after the other: it is decoded once, however many there are.
class Payments
{
    const StateView& m_state;
    std::optional<TransactionKey> m_place;
    btc::Transaction m_transaction;

public:
    explicit Payments(const StateView& state) : m_state{state} {}

    const StateView& state() const { return m_state; }

    /// The output's value, if it pays the wallet.
    std::optional<Sats> of(const TransactionKey& place, std::uint32_t index)
    {
        if (m_place != place)
        {
            m_transaction = decoded(*find(m_state, bitcoin::kTransactions, place));
            m_place = place;
        }
        if (index >= m_transaction.outputs.size())
            return std::nullopt;
        const auto& output = m_transaction.outputs[index];
        const auto wallet = get(m_state, kParameters).wallet_script;
        if (wallet.empty() || output.script_pubkey != wallet)
            return std::nullopt;
        return output.value;
    }
};

/// Whether an output's row is what the known transactions of the best chain make of it.
Broken check_output(Payments& payments, const OutPoint& outpoint)
{
    const auto& state = payments.state();
    const auto row = wallet_output(state, outpoint);
    const auto place = bitcoin::place_of(state, outpoint.txid);
    const auto value = place ? payments.of(*place, outpoint.index) : std::nullopt;
    const auto name = "output " + text(outpoint);
    if (find(state, kUtxos, outpoint) && find(state, kSpent, outpoint))
        return name + " is both spent and unspent";
    if (!row)
    {
        const bool is_missing = value && !is_forgotten(state, place->height);
        return is_missing ? Broken{name + " is missing"} : std::nullopt;
    }
    if (!is_forgotten(state, row->utxo.height))
    {
        if (!value)
            return name + " is not on the best chain";
        if (row->utxo != Utxo{*value, place->height, place->block})
            return name + " differs from what the best chain says";
    }
    const bool is_spent = bitcoin::spender_of(state, outpoint).has_value();
    if (is_spent && !row->spent_at)
        return name + " is spent on the best chain";
    if (!is_spent && row->spent_at && !is_forgotten(state, *row->spent_at))
        return name + " is not spent on the best chain";
    return std::nullopt;
}

/// The outpoints that a transaction creates or spends.
std::set<OutPoint> outpoints_of(const KnownTransaction& known)
{
    const auto transaction = decoded(known);
    std::set<OutPoint> outpoints;
    for (std::uint32_t i = 0; i < transaction.outputs.size(); ++i)
        outpoints.insert({known.txid, i});
    for (const auto& input : transaction.inputs)
        outpoints.insert(input.previous);
    return outpoints;
}
}  // namespace

std::optional<std::string> credited_is_confirmed_delta(
    const StateView& before, const Changes& changes)
{
    const Overlay state{before, changes};
    const auto old_totals = get(before, kTotals);
    Sums sums{old_totals.confirmed, old_totals.shortfall, old_totals.ignored,
        old_totals.wrong_network};  // The law held before.
    std::set<OutPoint> touched;
    for_each_change(changes, kDeposits,
        [&](const OutPoint& outpoint, const std::optional<Deposit>& old,
            const std::optional<Deposit>& now) {
            Sums gone;
            gone.add(old.value_or(Deposit{}));
            sums.add(now.value_or(Deposit{}));
            sums.subtract(gone);
            touched.insert(outpoint);
        });
    for_each_moved_transaction(state, changes, [&](const KnownTransaction& known) {
        touched.insert({known.txid, 1});
    });
    for_each_spender_of_moved_output(
        state, changes, [&](const OutPoint& outpoint) { touched.insert(outpoint); });
    for_each_younger_deposit(
        before, state, [&](const OutPoint& outpoint) { touched.insert(outpoint); });

    Findings findings;
    findings.add(check_sums(sums, get(state, kTotals)));
    for (const auto& outpoint : touched)
        findings.add(check_deposit(state, outpoint));
    return findings.first();
}

std::optional<std::string> credited_is_confirmed(const StateView& state)
{
    Sums sums;
    Findings findings;
    for_all(state, kDeposits, [&](const OutPoint& outpoint, const Deposit& row) {
        sums.add(row);
        findings.add(check_deposit(state, outpoint));
    });
    findings.add(check_sums(sums, get(state, kTotals)));
    return findings.first();
}

std::optional<std::string> effects_are_backed_delta(const StateView& before, const Changes& changes)
{
    const Overlay state{before, changes};
    Findings findings;
    for_each_change(changes, kDeposits,
        [&](const OutPoint& outpoint, const std::optional<Deposit>& old,
            const std::optional<Deposit>&) {
            findings.add(check_effect_of(state, outpoint));
            if (old)
                findings.add(check_backing(state, old->effect, outbox::effect(state, old->effect)));
        });
    for_each_change(changes, outbox::kEffects,
        [&](const EffectId& id, const std::optional<outbox::EffectRow>& old,
            const std::optional<outbox::EffectRow>& now) {
            findings.add(check_backing(state, id, now));
            const auto mint = old && old->kind == outbox::EffectKind::mint
                                  ? decode_key<Mint>(old->payload)
                                  : std::nullopt;
            if (mint)
                findings.add(check_effect_of(state, mint->deposit));
        });
    return findings.first();
}

std::optional<std::string> effects_are_backed(const StateView& state)
{
    Findings findings;
    for_all(state, kDeposits, [&](const OutPoint& outpoint, const Deposit&) {
        findings.add(check_effect_of(state, outpoint));
    });
    for_all(state, outbox::kEffects, [&](const EffectId& id, const outbox::EffectRow& effect) {
        findings.add(check_backing(state, id, effect));
    });
    return findings.first();
}

std::optional<std::string> utxo_value_delta(const StateView& before, const Changes& changes)
{
    const Overlay state{before, changes};
    const auto old_totals = get(before, kTotals);
    Wallet wallet{old_totals.utxo_value, old_totals.utxo_count};  // The law held before.
    std::set<OutPoint> touched;
    for_each_change(changes, kUtxos,
        [&](const OutPoint& outpoint, const std::optional<Utxo>& old,
            const std::optional<Utxo>& now) {
            wallet.value += now.value_or(Utxo{}).value.value() - old.value_or(Utxo{}).value.value();
            wallet.count += std::uint64_t{now.has_value()} - std::uint64_t{old.has_value()};
            touched.insert(outpoint);
        });
    for_each_change(changes, kSpent,
        [&](const OutPoint& outpoint, const std::optional<SpentUtxo>&,
            const std::optional<SpentUtxo>&) { touched.insert(outpoint); });
    for_each_moved_transaction(
        state, changes, [&](const KnownTransaction& known) { touched.merge(outpoints_of(known)); });

    Findings findings;
    findings.add(check_wallet(wallet, get(state, kTotals)));
    Payments payments{state};
    for (const auto& outpoint : touched)
        findings.add(check_output(payments, outpoint));
    return findings.first();
}

std::optional<std::string> utxo_value(const StateView& state)
{
    // An output that is met twice is checked twice: a set of all would not fit into memory.
    Wallet wallet;
    Findings findings;
    Payments payments{state};
    for_each(state, kUtxos, [&](const OutPoint& outpoint, const Utxo& utxo) {
        wallet.value += utxo.value.value();
        ++wallet.count;
        findings.add(check_output(payments, outpoint));
        return true;
    });
    for_all(state, kSpent, [&](const OutPoint& outpoint, const SpentUtxo&) {
        findings.add(check_output(payments, outpoint));
    });
    bitcoin::for_each_transaction(
        state, ChainHeight{}, [&](const TransactionKey&, const KnownTransaction& known) {
            for (const auto& outpoint : outpoints_of(known))
                findings.add(check_output(payments, outpoint));
            return true;
        });
    findings.add(check_wallet(wallet, get(state, kTotals)));
    return findings.first();
}
}  // namespace engine::peg
