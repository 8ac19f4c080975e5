#pragma once

#include "engine/domain/outbox/queries.hpp"
#include "engine/domain/outbox/rejects.hpp"
#include "engine/domain/peg/queries.hpp"
#include "engine/domain/peg/rejects.hpp"
#include "tests/support/rules.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
/// A peg on a chain that the test mines block by block. Every law is checked at every step.
class PegTest : public testing::Test
{
protected:
    static constexpr std::uint32_t kConfirmations = 3;

    Chain chain;
    std::optional<Rules> rules;
    btc::WatchList list;

    static peg::Genesis genesis()
    {
        peg::Genesis genesis;
        genesis.wallet_script = peg_wallet();
        genesis.confirmations = kConfirmations;
        genesis.minimum = *Sats::from(1'000);
        return genesis;
    }

    void start(const peg::Genesis& peg, std::uint32_t window = 144)
    {
        rules.emplace(chain_genesis(window), peg);
        list = bitcoin::watch_list(rules->state());
        rules->before_apply = [](const MemoryState& before, const Changes& changes) {
            auto after = before;
            after.apply(changes);
            for (const auto& law : peg::Module::kLaws)
            {
                EXPECT_EQ(law.delta(before, changes), std::nullopt) << law.name;
                EXPECT_EQ(law.full(after), std::nullopt) << law.name;
            }
        };
    }

    void SetUp() override { start(genesis()); }

    /// Mines a block and delivers everything about it.
    BlockHash add(const BlockHash& parent, std::vector<btc::Transaction> transactions = {})
    {
        const auto block = chain.mine(parent, std::move(transactions));
        deliver(block);
        return block;
    }
    BlockHash add_empty(BlockHash parent, std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i)
            parent = add(parent);
        return parent;
    }
    void deliver(const BlockHash& block)
    {
        for (const auto& fact : facts_of(chain.at(block), list))
            EXPECT_EQ((*rules)(fact), accepted);
    }

    std::optional<peg::Deposit> deposit(const btc::Transaction& transaction) const
    {
        return peg::deposit(rules->state(), {btc::txid(transaction), 1});
    }
    std::optional<peg::DepositState> state(const btc::Transaction& transaction) const
    {
        const auto row = deposit(transaction);
        return row ? std::optional{row->state} : std::nullopt;
    }
    std::uint16_t reason(const btc::Transaction& transaction) const
    {
        const auto row = deposit(transaction);
        return row ? row->reason : std::uint16_t{0xffff};
    }
    peg::Totals totals() const { return get(rules->state(), peg::kTotals); }

    std::optional<outbox::EffectState> effect_state(const EffectId& id) const
    {
        const auto row = outbox::effect(rules->state(), id);
        return row ? std::optional{row->state} : std::nullopt;
    }
    void take(const EffectId& id, std::uint32_t attempt = 1)
    {
        EXPECT_EQ((*rules)(outbox::EffectTaken{id, attempt, {1}}), accepted);
    }
    std::size_t mints() const
    {
        std::size_t count = 0;
        for_all(rules->state(), outbox::kEffects, [&](const EffectId&, const outbox::EffectRow& r) {
            count += r.kind == outbox::EffectKind::mint;
        });
        return count;
    }
};

using State = peg::DepositState;
}  // namespace engine::test
