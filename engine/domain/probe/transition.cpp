#include "engine/domain/probe/transition.hpp"

#include "engine/domain/probe/attestation.hpp"
#include "engine/domain/probe/rejects.hpp"
#include "engine/domain/probe/state.hpp"

namespace engine::probe
{
namespace
{
Verdict count(Step& step, const Probed& event)
{
    auto totals = step.get(kTotals);
    if (!totals.enabled)
        return kDisabled;
    if (step.contains(kSeenIds, event.id))
        return kSeen;
    if (event.amount > UINT64_MAX - totals.amount)
        return Verdict{kOverflow}.with("amount", event.amount).with("sum", totals.amount);

    // From here on counting cannot fail: no account exceeds the sum.
    auto account = step.find(kAccounts, event.account).value_or(Account{});
    ++account.count;
    account.amount += event.amount;
    ++totals.count;
    totals.amount += event.amount;
    step.put(kTotals, totals);
    step.put(kAccounts, event.account, account);
    step.put(kSeenIds, event.id, Present{});
    return accepted;
}
}  // namespace

void on_genesis(Step& step, const Genesis& genesis)
{
    if (genesis.enabled)
        step.put(kTotals, Totals{.enabled = true});
}

Verdict transition(Step& step, const Probed& event)
{
    return count(step, event);
}

Verdict transition(Step& step, const AttesterSet& event)
{
    if (!step.get(kTotals).enabled)
        return kDisabled;
    step.put(kAttesters, event.account, Attester{event.key});
    return accepted;
}

Verdict transition(Step& step, const Attested& event)
{
    const auto attester = step.find(kAttesters, event.account);
    if (!attester)
        return Verdict{kNoAttester}.with("account", event.account);
    if (!step.check(SignedBy{attester->key, attestation_message(event), event.signature}))
        return kNotAttested;
    return count(step, {event.id, event.account, event.amount});
}
}  // namespace engine::probe
