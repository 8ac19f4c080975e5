#include "engine/domain/peg/transition.hpp"

#include "engine/bitcoin/script.hpp"
#include "engine/core/deadlines.hpp"
#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/bitcoin/verbs.hpp"
#include "engine/domain/peg/deposits.hpp"
#include "engine/domain/peg/parse.hpp"
#include "engine/domain/peg/queries.hpp"
#include "engine/domain/peg/rejects.hpp"
#include "engine/domain/peg/wallet.hpp"

namespace engine::peg
{
namespace
{
bool is_good(const Genesis& genesis)
{
    const auto& script = genesis.wallet_script;
    const bool can_be_spent = script.empty() || script[0] != btc::op::kReturn;
    return can_be_spent && genesis.confirmations > 0 &&
           genesis.confirmations <= bitcoin::kHeadersKept;
}

bool is_over(const Allowance& allowance, LogTime now)
{
    return allowance.until != LogTime{} && allowance.until <= now;
}

void follow_transaction(Step& step, const bitcoin::ChainChange& change)
{
    const auto transaction = btc::decode_transaction(change.transaction);
    ENSURE(transaction.has_value());  // It was decoded before it was kept.
    const auto moved = follow_wallet(step, change.txid, *transaction);
    follow_deposit(step, change.txid, *transaction);
    for (const auto& output : moved)
        judge_spenders(step, output);
}
}  // namespace

Verdict on_genesis(Step& step, const Genesis& genesis)
{
    if (!is_good(genesis))
        return Verdict{kBadGenesis}.with("confirmations", genesis.confirmations);

    step.put(kParameters, Parameters{genesis.wallet_script, genesis.confirmations, genesis.minimum,
                              genesis.allow_list_only});
    step.put(kTotals, Totals{});  // There from the start: the row can't tell what has been.
    if (genesis.wallet_script.empty())
        return accepted;  // Nobody can pay an unknown wallet: there is no peg.
    const auto start = bitcoin::first_height(step.state());
    bitcoin::add_watch_script(step, kOwner, genesis.wallet_script, start);
    for (const auto& prefix : peg_in_prefixes())
        bitcoin::add_watch_prefix(step, kOwner, prefix, start);
    return accepted;
}

Verdict transition(Step& step, const RecipientAllowed& event)
{
    if (find_fault(event.recipient, bitcoin::network(step.state())))
        return Verdict{kBadPrincipal}.with("version", event.recipient.version);
    const auto now = step.context().time;
    if (event.until != LogTime{} && event.until <= now)
        return kUntilInPast;

    // From here on it cannot fail.
    const auto known = step.find(kAllowed, event.recipient);
    if (known && known->until != LogTime{})
        clear_deadline(step, known->until, kAllowed, event.recipient);
    step.put(kAllowed, event.recipient, Allowance{event.until});
    if (event.until != LogTime{})
        set_deadline(step, event.until, kAllowed, event.recipient);
    return accepted;
}

Verdict transition(Step& step, const RecipientRemoved& event)
{
    const auto known = step.find(kAllowed, event.recipient);
    if (!known || is_over(*known, step.context().time))
        return kNotOnList;

    // From here on it cannot fail.
    if (known->until != LogTime{})
        clear_deadline(step, known->until, kAllowed, event.recipient);
    step.erase(kAllowed, event.recipient);
    return accepted;
}

void on_deadline(Step& step, TableId table, ByteView key)
{
    ENSURE(table == kAllowed.id);
    const auto recipient = decode_stored_key<Principal>(kAllowed.name, key);
    const auto known = step.find(kAllowed, recipient);
    if (known && is_over(*known, step.context().time))
        step.erase(kAllowed, recipient);
}

void on_chain(Step& step, const bitcoin::ChainChange& change)
{
    using Kind = bitcoin::ChainChange::Kind;
    switch (change.kind)
    {
        case Kind::block_connected:
            forget_spent(step);
            return decide_due(step);
        case Kind::block_disconnected:
            // The last block that the best chain has lost in height.
            if (change.height.value == bitcoin::tip(step.state()).height.value + 1)
                revisit_young(step);
            return;
        case Kind::transaction_connected:
            follow_transaction(step, change);
            return decide_due(step);
        case Kind::transaction_disconnected:
            return follow_transaction(step, change);
        case Kind::block_scanned:
            return decide_due(step);
        case Kind::window_exceeded:
            return;  // The outbox halts what can't be undone.
    }
}

void on_effect(Step& step, const EffectId& id)
{
    take_back_shortfall(step, id);
}
}  // namespace engine::peg
