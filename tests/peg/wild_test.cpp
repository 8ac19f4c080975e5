#include "tests/peg/branches.hpp"
#include "tests/peg/fixture.hpp"

#include <rapidcheck/gtest.h>

// Chains that no node would build: one transaction in several blocks of a branch, outputs spent
// twice, inputs that never existed. Their facts are proved all the same, so they reach the rules.

namespace engine::test
{
namespace
{
/// Few transactions, so that they meet again and again.
std::vector<btc::Transaction> pool(Tape& tape)
{
    std::vector<btc::Transaction> list;
    std::vector<OutPoint> outpoints{coin(1), coin(2)};
    for (std::size_t i = 0; i < 6; ++i)
    {
        const auto from = outpoints[tape.below(outpoints.size())];
        const auto recipient = test_principal(static_cast<std::uint8_t>(i));
        const auto sats = tape.below(3) == 0 ? Sats::kMax : 1 + tape.below(3);
        if (tape.below(2) == 0)
            list.push_back(peg_in(from, sats, recipient));
        else
            list.push_back(spend({from, outpoints[tape.below(outpoints.size())]},
                {{*Sats::from(sats), peg_wallet()}, {*Sats::from(sats), script_of(3)}}));
        const auto txid = btc::txid(list.back());
        outpoints.push_back({txid, 0});
        outpoints.push_back({txid, 1});
    }
    return list;
}

RC_GTEST_PROP(PegWild, NoObservationBreaksALaw, ())
{
    const auto numbers =
        *rc::gen::container<std::vector<std::uint16_t>>(500, rc::gen::arbitrary<std::uint16_t>());
    Tape tape{numbers};
    const auto transactions = pool(tape);
    Chain chain;
    std::vector<BlockHash> blocks{chain.genesis()};
    for (auto count = 2 + tape.below(10); count > 0; --count)
    {
        const auto back = tape.below(3) == 0 ? tape.below(blocks.size()) : 0;
        std::vector<btc::Transaction> chosen;
        for (auto wanted = tape.below(4); wanted > 0; --wanted)
            chosen.push_back(transactions[tape.below(transactions.size())]);
        blocks.push_back(chain.mine(blocks[blocks.size() - 1 - back], chosen));
    }

    peg::Genesis genesis;
    genesis.wallet_script = peg_wallet();
    genesis.confirmations = 2;
    Rules rules{chain_genesis(3), genesis};
    const auto version = get(rules.state(), bitcoin::kWatch).version;
    rules.before_apply = [](const MemoryState& before, const Changes& changes) {
        auto after = before;
        after.apply(changes);
        for (const auto& law : peg::Module::kLaws)
        {
            const auto delta = law.delta(before, changes);
            const auto full = law.full(after);
            if (delta || full)
                RC_LOG() << law.name << ": delta " << delta.value_or("holds") << ", full "
                         << full.value_or("holds") << "\n";
            RC_ASSERT(!delta && !full);
        }
    };

    std::vector<bitcoin::Event> facts;
    for (const auto& block : blocks)
    {
        const auto& mined = chain.at(block);
        if (block == chain.genesis())
            continue;
        facts.push_back(header_seen(mined));
        for (std::uint32_t i = 1; i < mined.block.transactions.size(); ++i)
            facts.push_back(transaction_seen(mined, i));
        facts.push_back(bitcoin::BlockScanned{block, version});
    }
    if (tape.below(2) == 0)
        tape.shuffle(facts);
    for (std::size_t round = 0; round < 4; ++round)
    {
        for (const auto& fact : facts)
        {
            rules(fact).accepted();
            if (tape.below(6) != 1)
                continue;
            std::optional<std::pair<EffectId, std::uint32_t>> pending;
            outbox::for_each_open(
                rules.state(), [&](const EffectId& id, const outbox::EffectRow& row) {
                    if (row.state == outbox::EffectState::pending)
                        pending = {id, row.attempt + 1};
                    return !pending;
                });
            if (pending)
                rules(outbox::EffectTaken{pending->first, pending->second, {1}}).accepted();
            if (pending && tape.below(3) == 1)
                rules(outbox::EffectFailed{pending->first, pending->second, "no", false})
                    .accepted();
        }
    }
}

// More blocks than are kept: what is forgotten takes no law with it.
TEST(PegLong, LawsHoldWhileOldBlocksAreForgotten)
{
    Chain chain;
    peg::Genesis genesis;
    genesis.wallet_script = peg_wallet();
    genesis.confirmations = 3;
    Rules rules{chain_genesis(), genesis};
    auto list = bitcoin::watch_list(rules.state());
    std::size_t steps = 0;
    rules.before_apply = [&](const MemoryState& before, const Changes& changes) {
        for (const auto& law : peg::Module::kLaws)
            ASSERT_EQ(law.delta(before, changes), std::nullopt) << law.name;
        if (++steps % 500 != 0)
            return;
        auto after = before;
        after.apply(changes);
        for (const auto& law : peg::Module::kLaws)
            ASSERT_EQ(law.full(after), std::nullopt) << law.name;
    };

    auto tip = chain.genesis();
    std::vector<OutPoint> unspent;
    const auto deliver = [&](const BlockHash& block) {
        for (const auto& fact : facts_of(chain.at(block), list))
            rules(fact).accepted();
    };
    for (std::uint32_t i = 1; i <= bitcoin::kHeadersKept + 200; ++i)
    {
        std::vector<btc::Transaction> transactions{peg_in(coin(i), 1'000, test_principal(1))};
        if (unspent.size() > 3)
        {
            transactions.push_back(spend({unspent.front()}, {{*Sats::from(900), script_of(2)}}));
            unspent.erase(unspent.begin());
        }
        unspent.push_back({btc::txid(transactions[0]), 1});
        const auto parent = tip;
        tip = chain.mine(parent, transactions);
        if (i % 50 == 0)
            deliver(chain.mine(parent, {transactions[0]}));  // Seen first, and left again.
        deliver(tip);
        if (i % 50 == 0)
        {
            tip = chain.mine(tip);
            deliver(tip);
        }
    }
    for (const auto& law : peg::Module::kLaws)
        EXPECT_EQ(law.full(rules.state()), std::nullopt) << law.name;
    EXPECT_EQ(get(rules.state(), peg::kTotals).confirmed, 1'000u * (bitcoin::kHeadersKept + 198));
    EXPECT_EQ(get(rules.state(), peg::kTotals).utxo_count, unspent.size());
}
}  // namespace
}  // namespace engine::test
