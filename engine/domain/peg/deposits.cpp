#include "engine/domain/peg/deposits.hpp"

#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/domain/outbox/verbs.hpp"
#include "engine/domain/peg/parse.hpp"
#include "engine/domain/peg/queries.hpp"
#include "engine/domain/peg/rejects.hpp"

namespace engine::peg
{
namespace
{
/// The first rules that ask for a minimum.
constexpr RulesVersion kMinimumSince{2};

bool is_deep_enough(const StateView& state, const BlockHash& block)
{
    return bitcoin::confirmations(state, block) >= get(state, kParameters).confirmations;
}

bool is_confirmed(const StateView& state, const BlockHash& block)
{
    return is_deep_enough(state, block) && bitcoin::scan_is_complete(state, block, kOwner);
}

/// Whether the row says what was decided when the deposit was due. What its bytes alone decide is
/// decided for good.
bool is_decided(const Deposit& deposit)
{
    return deposit.state == DepositState::credited || deposit.reason == kBelowMinimum.code ||
           deposit.reason == kNotAllowed.code || deposit.reason == kTotalOverflow.code;
}

bool is_undecided(const Deposit& deposit)
{
    return deposit.state == DepositState::waiting ||
           (deposit.state == DepositState::shortfall && deposit.reason == 0);
}

bool has_place(const Deposit& deposit)
{
    return deposit.block != BlockHash{};
}

/// Whether no reorganisation can change the row any more.
bool is_final(const StateView& state, const Deposit& deposit)
{
    return has_place(deposit) && deposit.height < bitcoin::tip(state).kept_from;
}

// Every row is written and erased here: the counts, and the lists of those that wait and of the
// shortfalls, follow.

void count_ignored(Step& step, const Deposit& deposit, std::int64_t n)
{
    if (deposit.state != DepositState::ignored)
        return;
    auto totals = step.get(kTotals);
    totals.ignored += static_cast<std::uint64_t>(n);
    if (deposit.reason == kWrongNetwork.code)
        totals.wrong_network += static_cast<std::uint64_t>(n);
    step.put(kTotals, totals);
}

void erase(Step& step, const OutPoint& outpoint)
{
    const auto known = deposit(step.state(), outpoint);
    if (!known)
        return;
    count_ignored(step, *known, -1);
    step.erase(kDeposits, outpoint);
    step.erase(kWaiting, WaitingKey{known->height, outpoint});
    step.erase(kShortfalls, outpoint);
}

void write(Step& step, const OutPoint& outpoint, const Deposit& row)
{
    erase(step, outpoint);
    count_ignored(step, row, 1);
    step.put(kDeposits, outpoint, row);
    if (is_undecided(row) && has_place(row))
        step.put(kWaiting, WaitingKey{row.height, outpoint}, Present{});
    if (row.state == DepositState::shortfall)
        step.put(kShortfalls, outpoint, Present{});
}

// What the transaction alone says.

Deposit read_deposit(const StateView& state, const btc::Transaction& transaction,
    const Result<PegIn, Reject>& peg_in)
{
    Deposit deposit;
    const auto ignore = [&](const Reject& reason) {
        deposit.state = DepositState::ignored;
        deposit.reason = reason.code;
        return deposit;
    };
    const bool has_payment = transaction.outputs.size() > 1;
    if (has_payment)
        deposit.amount = transaction.outputs[1].value;
    if (!peg_in)
        return ignore(peg_in.error());
    deposit.recipient = peg_in->recipient;
    if (!has_payment)
        return ignore(kNoPayment);
    if (transaction.outputs[1].script_pubkey != get(state, kParameters).wallet_script)
        return ignore(kForeignWallet);
    if (deposit.amount == Sats{})
        return ignore(kNoAmount);
    return deposit;
}

// What depends on the chain.

/// Takes back what was decided: the chain no longer bears it out.
void reopen(Step& step, Deposit& deposit)
{
    const auto amount = deposit.amount.value();
    deposit.reason = 0;
    if (deposit.state != DepositState::credited)
    {
        deposit.state = DepositState::waiting;
        return;
    }
    auto totals = step.get(kTotals);
    totals.confirmed -= amount;
    if (outbox::can_withdraw(step.state(), deposit.effect))
    {
        outbox::withdraw(step, deposit.effect);
        totals.minted -= amount;
        deposit.effect = {};
        deposit.state = DepositState::waiting;
    }
    else
    {
        totals.shortfall += amount;
        deposit.state = DepositState::shortfall;
    }
    step.put(kTotals, totals);
}

/// Whether the wallet has, or had, what a transaction spends, as far as the log knows the best
/// chain: outputs from before its anchor are not known.
bool spends_wallet(const StateView& state, const btc::Transaction& transaction)
{
    const auto is_wallets = [&](const btc::Input& input) {
        return wallet_output(state, input.previous).has_value();
    };
    return std::any_of(transaction.inputs.begin(), transaction.inputs.end(), is_wallets);
}

/// Whether the bytes alone say that a deposit is none.
bool is_void(const Deposit& deposit)
{
    return deposit.state == DepositState::ignored && deposit.reason != kSpendsWallet.code &&
           !is_decided(deposit);
}

/// Brings a deposit in line with whose money it is, which may be told late: a block's transactions
/// come in any order.
void judge_origin(Step& step, Deposit& deposit, const btc::Transaction& transaction)
{
    const bool was_own = deposit.reason == kSpendsWallet.code;
    const bool is_own = spends_wallet(step.state(), transaction);
    if (is_own == was_own || is_void(deposit))
        return;
    if (was_own)
    {
        deposit.reason = 0;
        if (deposit.state == DepositState::ignored)
            deposit.state = DepositState::waiting;
        return;
    }
    if (deposit.state != DepositState::shortfall)
        reopen(step, deposit);
    deposit.reason = kSpendsWallet.code;
    if (deposit.state == DepositState::waiting)
        deposit.state = DepositState::ignored;
}

/// The transaction has left the best chain.
void take_off(Step& step, const OutPoint& outpoint, Deposit deposit)
{
    if (deposit.state != DepositState::shortfall)
        reopen(step, deposit);
    deposit.reason = 0;
    deposit.height = {};
    deposit.block = {};
    if (deposit.state == DepositState::shortfall)
        write(step, outpoint, deposit);
    else
        erase(step, outpoint);
}

/// The transaction stands in another block of the best chain.
void move(Step& step, const OutPoint& outpoint, Deposit deposit, const bitcoin::TransactionKey& to,
    const btc::Transaction& transaction)
{
    deposit.height = to.height;
    deposit.block = to.block;
    if (is_decided(deposit) && !is_confirmed(step.state(), to.block))
        reopen(step, deposit);
    judge_origin(step, deposit, transaction);
    write(step, outpoint, deposit);
}

/// Nothing has gone outside after all: the deposit is as if it had never been credited.
void take_back(Step& step, const OutPoint& outpoint, Deposit deposit)
{
    auto totals = step.get(kTotals);
    totals.minted -= deposit.amount.value();
    totals.shortfall -= deposit.amount.value();
    step.put(kTotals, totals);
    outbox::withdraw(step, deposit.effect);
    deposit.effect = {};
    deposit.state = deposit.reason == 0 ? DepositState::waiting : DepositState::ignored;
    if (has_place(deposit))
        write(step, outpoint, deposit);
    else
        erase(step, outpoint);
}

// What is decided when a deposit is due.

std::optional<Reject> why_not(const Step& step, const Deposit& deposit)
{
    const auto& context = step.context();
    if (context.rules >= kMinimumSince && deposit.amount < step.get(kParameters).minimum)
        return kBelowMinimum;
    if (!may_receive(step.state(), deposit.recipient, context.time))
        return kNotAllowed;
    if (deposit.amount.value() > UINT64_MAX - step.get(kTotals).minted)
        return kTotalOverflow;
    return std::nullopt;
}

void credit(Step& step, const OutPoint& outpoint, Deposit& deposit)
{
    auto totals = step.get(kTotals);
    if (deposit.state == DepositState::shortfall)
    {
        totals.shortfall -= deposit.amount.value();  // Its mint stands: there is no second.
    }
    else
    {
        totals.minted += deposit.amount.value();
        deposit.effect =
            outbox::open(step, outbox::EffectKind::mint, encode_key(mint_of(outpoint, deposit)));
    }
    totals.confirmed += deposit.amount.value();
    deposit.state = DepositState::credited;
    step.put(kTotals, totals);
}

void decide(Step& step, const OutPoint& outpoint, Deposit deposit)
{
    const auto reason =
        deposit.state == DepositState::waiting ? why_not(step, deposit) : std::nullopt;
    if (reason)
    {
        deposit.state = DepositState::ignored;
        deposit.reason = reason->code;
    }
    else
    {
        credit(step, outpoint, deposit);
    }
    write(step, outpoint, deposit);
}

std::vector<OutPoint> waiting_up_to(const StateView& state, std::uint32_t height)
{
    std::vector<OutPoint> due;
    for_each(state, kWaiting, [&](const WaitingKey& key, const Present&) {
        if (key.height.value <= height)
            due.push_back(key.outpoint);
        return key.height.value <= height;
    });
    return due;
}
}  // namespace

void follow_deposit(Step& step, const Txid& txid, const btc::Transaction& transaction)
{
    if (transaction.outputs.empty())
        return;
    const auto& state = step.state();
    const auto peg_in = parse_peg_in(transaction.outputs[0].script_pubkey, bitcoin::network(state));
    if (!peg_in)
        return;

    const OutPoint outpoint{txid, 1};
    const auto known = deposit(state, outpoint);
    if (known && is_final(state, *known))
        return;
    const auto place = bitcoin::place_of(state, txid);
    if (place && !known)
        return move(step, outpoint, read_deposit(state, transaction, *peg_in), *place, transaction);
    if (place && known->block != place->block)
        return move(step, outpoint, *known, *place, transaction);
    if (!place && known)
        take_off(step, outpoint, *known);
}

void judge_spenders(Step& step, const OutPoint& output)
{
    for (const auto& place : bitcoin::spenders_of(step.state(), output))
    {
        const auto known = step.find(bitcoin::kTransactions, place);
        ENSURE(known.has_value());
        const OutPoint outpoint{known->txid, 1};
        auto row = deposit(step.state(), outpoint);
        if (!row || row->block != place.block || is_final(step.state(), *row))
            continue;
        const auto transaction = btc::decode_transaction(known->bytes);
        ENSURE(transaction.has_value());  // It was decoded before it was kept.
        judge_origin(step, *row, *transaction);
        write(step, outpoint, *row);
    }
}

void decide_due(Step& step)
{
    const auto tip = bitcoin::tip(step.state()).height.value;
    const auto confirmations = step.get(kParameters).confirmations;
    if (tip + 1 < confirmations)
        return;
    for (const auto& outpoint : waiting_up_to(step.state(), tip + 1 - confirmations))
    {
        const auto due = deposit(step.state(), outpoint);
        ENSURE(due.has_value());
        if (is_confirmed(step.state(), due->block))
            decide(step, outpoint, *due);
    }
}

void take_back_shortfall(Step& step, const EffectId& mint)
{
    if (!outbox::can_withdraw(step.state(), mint))
        return;
    const auto effect = outbox::effect(step.state(), mint);
    if (effect->kind != outbox::EffectKind::mint)
        return;
    const auto asked = decode_key<Mint>(effect->payload);
    ENSURE(asked.has_value());
    const auto row = deposit(step.state(), asked->deposit);
    ENSURE(row.has_value());  // Each mint that was not taken back has its deposit.
    if (row->state == DepositState::shortfall)
        take_back(step, asked->deposit, *row);
}

void revisit_young(Step& step)
{
    const auto tip = bitcoin::tip(step.state()).height.value;
    const auto confirmations = step.get(kParameters).confirmations;
    const ChainHeight from{tip + 2 > confirmations ? tip + 2 - confirmations : 0};
    std::vector<std::pair<OutPoint, Deposit>> young;
    bitcoin::for_each_transaction(step.state(), from,
        [&](const bitcoin::TransactionKey& place, const bitcoin::KnownTransaction& transaction) {
            const OutPoint outpoint{transaction.txid, 1};
            const auto row = deposit(step.state(), outpoint);
            if (row && row->block == place.block && is_decided(*row))
                young.emplace_back(outpoint, *row);
            return true;
        });
    for (auto& [outpoint, row] : young)
    {
        reopen(step, row);
        write(step, outpoint, row);
    }
}
}  // namespace engine::peg
