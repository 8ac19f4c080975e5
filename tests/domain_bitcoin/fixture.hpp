#pragma once

#include "engine/domain/bitcoin/module.hpp"
#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/bitcoin/rejects.hpp"
#include "engine/domain/bitcoin/verbs.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "tests/support/chain.hpp"
#include "tests/support/memory_state.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
/// The bitcoin module alone, on a chain that the test mines block by block.
class BitcoinTest : public testing::Test
{
protected:
    static constexpr std::uint8_t kOwner = 3;
    static constexpr std::uint8_t kOtherOwner = 9;

    Chain chain;
    MemoryState state;
    Context context;
    std::vector<bitcoin::ChainChange> changes;  // Of the last event.
    bool checks_laws = true;                    // In full after every event: slow on long chains.
    Outcome outcome;                            // Keeps the bytes that they show.

    template <typename Rule>
    Verdict run(Rule&& rule)
    {
        outcome.clear();
        changes.clear();
        Step step{state, context, outcome};
        const auto verdict = rule(step);
        EXPECT_TRUE(verdict.accepted() || step.is_untouched());
        outcome.changes.drop_unchanged();
        const auto law = bitcoin::Module::kLaws[0];
        EXPECT_EQ(law.delta(state, outcome.changes), std::nullopt);
        state.apply(outcome.changes);
        if (checks_laws)
        {
            EXPECT_EQ(law.full(state), std::nullopt);
        }
        ++context.place.height.value;
        return verdict;
    }

    Verdict operator()(const bitcoin::Event& event)
    {
        return std::visit(
            [&](const auto& kind) {
                return run([&](Step& step) { return transition(step, kind, changes); });
            },
            event);
    }

    void start(const bitcoin::Genesis& genesis)
    {
        state = {};
        outcome.clear();
        EXPECT_EQ(run([&](Step& step) { return bitcoin::on_genesis(step, genesis); }), accepted);
    }
    void SetUp() override
    {
        context.time = kLogTime;
        start(chain_genesis());
    }

    void watch(const Bytes& script, std::uint32_t from = 1, std::uint8_t owner = kOwner)
    {
        EXPECT_EQ(run([&](Step& step) {
            bitcoin::add_watch_script(step, owner, script, ChainHeight{from});
            return accepted;
        }),
            accepted);
    }

    Verdict header(const BlockHash& block) { return (*this)(header_seen(chain.at(block))); }
    Verdict transaction(const BlockHash& block, std::uint32_t index = 1)
    {
        return (*this)(transaction_seen(chain.at(block), index));
    }
    Verdict scanned(const BlockHash& block, std::uint32_t version)
    {
        return (*this)(bitcoin::BlockScanned{block, version});
    }

    /// Mines a block and delivers its header.
    BlockHash add(const BlockHash& parent, std::vector<btc::Transaction> transactions = {})
    {
        const auto block = chain.mine(parent, std::move(transactions));
        EXPECT_EQ(header(block), accepted);
        return block;
    }
    BlockHash add_empty(BlockHash parent, std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i)
            parent = add(parent);
        return parent;
    }

    bitcoin::Tip tip() const { return bitcoin::tip(state); }

    /// The last event's changes as text: "-b2" block of height 2 disconnected, "+t2.1>3"
    /// transaction 1 of the block at height 2 connected, for module 3.
    std::string story() const
    {
        using Kind = bitcoin::ChainChange::Kind;
        std::string out;
        for (const auto& change : changes)
        {
            const auto height = std::to_string(change.height.value);
            const auto place =
                height + "." + std::to_string(change.index) + ">" + std::to_string(change.owner);
            if (!out.empty())
                out += ' ';
            switch (change.kind)
            {
                case Kind::block_connected:
                    out += "+b" + height;
                    break;
                case Kind::block_disconnected:
                    out += "-b" + height;
                    break;
                case Kind::transaction_connected:
                    out += "+t" + place;
                    break;
                case Kind::transaction_disconnected:
                    out += "-t" + place;
                    break;
                case Kind::block_scanned:
                    out += "s" + height + ">" + std::to_string(change.owner);
                    break;
                case Kind::window_exceeded:
                    out += "!" + height;
                    break;
            }
        }
        return out;
    }
};

inline btc::Transaction pay(std::uint32_t number, const Bytes& script, std::uint64_t sats = 500)
{
    return spend({coin(number)}, {{*Sats::from(sats), script}});
}
}  // namespace engine::test
