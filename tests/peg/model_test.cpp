#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/domain/peg/queries.hpp"
#include "engine/domain/peg/rejects.hpp"
#include "tests/peg/branches.hpp"
#include "tests/support/rules.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::test
{
namespace
{
constexpr std::uint32_t kConfirmations = 3;
constexpr std::uint64_t kMinimum = 2;  // Deposits are of 1 to 5 satoshis.

peg::Genesis peg_genesis()
{
    peg::Genesis genesis;
    genesis.wallet_script = peg_wallet();
    genesis.confirmations = kConfirmations;
    genesis.minimum = *Sats::from(kMinimum);
    genesis.allow_list_only = true;
    return genesis;
}

/// Rules with the recipient of good deposits allowed; the laws are checked at every step.
Rules new_rules()
{
    Rules rules{chain_genesis(), peg_genesis()};
    rules.context().rules = RulesVersion{2};
    RC_ASSERT(rules(peg::RecipientAllowed{test_principal(kAllowedRecipient), {}}).accepted());
    rules.before_apply = [](const MemoryState& before, const Changes& changes) {
        auto after = before;
        after.apply(changes);
        const auto check = [&](const auto& laws) {
            for (const auto& law : laws)
            {
                const auto delta = law.delta(before, changes);
                const auto full = law.full(after);
                if (delta || full)
                    RC_LOG() << law.name << ": delta " << delta.value_or("holds") << ", full "
                             << full.value_or("holds") << "\n";
                RC_ASSERT(!delta);
                RC_ASSERT(!full);
            }
        };
        check(bitcoin::Module::kLaws);
        check(outbox::Module::kLaws);
        check(peg::Module::kLaws);
    };
    return rules;
}

struct Standing
{
    peg::DepositState state{};
    std::uint16_t reason = 0;
    std::uint64_t amount = 0;
    ChainHeight height;

    friend bool operator==(const Standing&, const Standing&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Standing& s)
    {
        return out << name(s.state) << " " << s.reason << " " << s.amount << " at "
                   << s.height.value;
    }
};

std::map<OutPoint, Standing> deposits_of(const StateView& state)
{
    std::map<OutPoint, Standing> out;
    for_all(state, peg::kDeposits, [&](const OutPoint& outpoint, const peg::Deposit& row) {
        out[outpoint] = {row.state, row.reason, row.amount.value(), row.height};
    });
    return out;
}

std::map<OutPoint, std::uint64_t> utxos_of(const StateView& state)
{
    std::map<OutPoint, std::uint64_t> out;
    peg::for_each_utxo(state, [&](const OutPoint& outpoint, const peg::Utxo& utxo) {
        out[outpoint] = utxo.value.value();
        return true;
    });
    return out;
}

/// What the model's deposits must look like under a tip.
std::map<OutPoint, Standing> standings(const ModelPeg& model, ChainHeight tip)
{
    using peg::DepositState;
    std::map<OutPoint, Standing> out;
    for (const auto& [outpoint, deposit] : model.deposits)
    {
        const bool is_due = tip.value - deposit.height.value + 1 >= kConfirmations;
        Standing standing{DepositState::waiting, 0, deposit.amount, deposit.height};
        const auto ignored = [&](const Reject& reason) {
            standing.state = DepositState::ignored;
            standing.reason = reason.code;
        };
        const bool is_small = deposit.amount < kMinimum;
        switch (deposit.worth)
        {
            case Worth::credit:
                if (is_due && is_small)
                    ignored(peg::kBelowMinimum);
                else
                    standing.state = is_due ? DepositState::credited : DepositState::waiting;
                break;
            case Worth::not_allowed:
                if (is_due)
                    ignored(is_small ? peg::kBelowMinimum : peg::kNotAllowed);
                break;
            case Worth::wrong_network:
                ignored(peg::kWrongNetwork);
                break;
            case Worth::foreign:
                ignored(peg::kForeignWallet);
                break;
            case Worth::nothing:
                ignored(peg::kNoAmount);
                break;
            case Worth::own:
                ignored(peg::kSpendsWallet);
        }
        out[outpoint] = standing;
    }
    return out;
}

/// Delivers facts again and again, as a follower does that is told of gaps, until nothing is left
/// to accept.
void deliver_all(Rules& rules, const std::vector<bitcoin::Event>& facts)
{
    for (bool moved = true; moved;)
    {
        moved = false;
        for (const auto& fact : facts)
            moved = rules(fact).accepted() || moved;
    }
}

/// Every row of peg, with effect ids left out: they name places in the log.
std::map<OutPoint, peg::Deposit> rows_without_effects(const StateView& state)
{
    std::map<OutPoint, peg::Deposit> out;
    for_all(state, peg::kDeposits, [&](const OutPoint& outpoint, peg::Deposit row) {
        row.effect = {};
        out[outpoint] = row;
    });
    return out;
}

/// The other rows of peg, as they are stored.
std::map<std::pair<std::uint16_t, Bytes>, Bytes> other_rows(const MemoryState& state)
{
    auto rows = state.rows();
    std::erase_if(rows, [](const auto& row) {
        return TableId{row.first.first}.module() != peg::Module::kNumber ||
               row.first.first == peg::kDeposits.id.value;
    });
    return rows;
}

std::size_t open_mints(const StateView& state)
{
    std::size_t count = 0;
    for_all(state, outbox::kEffects, [&](const EffectId&, const outbox::EffectRow& row) {
        count +=
            row.kind == outbox::EffectKind::mint && row.state != outbox::EffectState::withdrawn;
    });
    return count;
}

const auto kTapes =
    rc::gen::container<std::vector<std::uint16_t>>(600, rc::gen::arbitrary<std::uint16_t>());

RC_GTEST_PROP(PegModel, TheWinningBranchAloneDecidesWhateverTheOrder, ())
{
    const auto numbers = *kTapes;
    Tape tape{numbers};
    const Branches branches{tape, 3 + tape.below(10)};
    auto rules = new_rules();
    const auto version = get(rules.state(), bitcoin::kWatch).version;
    auto facts = branches.facts(branches.blocks(), version);

    tape.shuffle(facts);
    auto some = facts;
    some.resize(tape.below(facts.size() + 1));  // The rest is delivered later.
    deliver_all(rules, some);
    tape.shuffle(facts);
    deliver_all(rules, facts);

    RC_ASSERT(bitcoin::tip(rules.state()).block == branches.winner());
    const auto& expected = branches.expected();
    RC_ASSERT(deposits_of(rules.state()) == standings(expected, branches.tip_height()));
    RC_ASSERT(utxos_of(rules.state()) == expected.utxos);
    const auto totals = get(rules.state(), peg::kTotals);
    RC_ASSERT(totals.shortfall == 0u);
    RC_ASSERT(totals.minted == totals.confirmed);
    const auto count = [&](auto&& counts) {
        const auto rows = deposits_of(rules.state());
        return static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), counts));
    };
    RC_ASSERT(totals.ignored == count([](const auto& row) {
        return row.second.state == peg::DepositState::ignored;
    }));
    RC_ASSERT(totals.wrong_network ==
              count([](const auto& row) { return row.second.reason == peg::kWrongNetwork.code; }));

    // The same as if nothing but the winning branch had ever been seen.
    auto alone = new_rules();
    deliver_all(alone, branches.facts(branches.chain().path_to(branches.winner()), version));
    RC_ASSERT(rows_without_effects(rules.state()) == rows_without_effects(alone.state()));
    RC_ASSERT(other_rows(rules.state()) == other_rows(alone.state()));
    RC_ASSERT(open_mints(rules.state()) == open_mints(alone.state()));
}

RC_GTEST_PROP(PegModel, WhatWasTakenIsMintedOnceAndBooked, ())
{
    const auto numbers = *kTapes;
    Tape tape{numbers};
    const Branches branches{tape, 3 + tape.below(12)};
    auto rules = new_rules();
    const auto version = get(rules.state(), bitcoin::kWatch).version;
    auto facts = branches.facts(branches.blocks(), version);
    std::map<OutPoint, EffectId> taken;

    const auto take_some = [&] {
        std::vector<std::pair<EffectId, outbox::EffectRow>> open;
        outbox::for_each_open(rules.state(), [&](const EffectId& id, const outbox::EffectRow& row) {
            if (row.state == outbox::EffectState::pending)
                open.emplace_back(id, row);
            return true;
        });
        for (const auto& [id, row] : open)
        {
            if (tape.below(2) == 0)
                continue;
            RC_ASSERT(rules(outbox::EffectTaken{id, row.attempt + 1, {1}}).accepted());
            const auto mint = decode_key<peg::Mint>(row.payload);
            RC_ASSERT(mint.has_value());
            RC_ASSERT(taken.emplace(mint->deposit, id).second);  // Never a second mint.
        }
    };

    if (tape.below(2) == 0)
        tape.shuffle(facts);
    for (bool moved = true; moved;)
    {
        moved = false;
        for (const auto& fact : facts)
        {
            moved = rules(fact).accepted() || moved;
            if (tape.below(4) == 1)
                take_some();
        }
    }

    const auto& expected = branches.expected();
    const auto wanted = standings(expected, branches.tip_height());
    std::uint64_t minted = 0;
    for_all(rules.state(), peg::kDeposits, [&](const OutPoint& outpoint, const peg::Deposit& row) {
        const auto it = wanted.find(outpoint);
        const bool is_confirmed =
            it != wanted.end() && it->second.state == peg::DepositState::credited;
        if (taken.contains(outpoint))
            RC_ASSERT(row.effect == taken.at(outpoint));
        if (row.state == peg::DepositState::credited)
            RC_ASSERT(is_confirmed);
        if (row.state == peg::DepositState::shortfall)
            RC_ASSERT(!is_confirmed && taken.contains(outpoint));
        if (is_minted(row.state))
            minted += row.amount.value();
    });
    for (const auto& [outpoint, id] : taken)  // What went outside stays in the books.
        RC_ASSERT(is_minted(peg::deposit(rules.state(), outpoint)->state));
    RC_ASSERT(get(rules.state(), peg::kTotals).minted == minted);
    RC_ASSERT(utxos_of(rules.state()) == expected.utxos);
}
}  // namespace
}  // namespace engine::test
