#pragma once

// Random logs that go through the fold: events of one module, by authors who may write them, among
// the facts of a random chain with peg-ins, so that every module has something to work on.

#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/domain/probe/attestation.hpp"
#include "engine/fold/fold.hpp"
#include "tests/support/arbitrary_event.hpp"
#include "tests/support/genesis.hpp"
#include "tests/support/memory_state.hpp"

#include <rapidcheck.h>

namespace engine::test
{
/// An event as it was folded, and what came out.
struct FoldedEvent
{
    Context context;
    Event event;
    Outcome outcome;
};

/// Makes events one after the other and folds them onto a state in memory.
class RandomLog
{
    MemoryState m_state;
    Chain m_chain;
    std::vector<BlockHash> m_tips;
    btc::WatchList m_watch;
    std::vector<bitcoin::Event> m_facts;  // Waiting to be told, in order or not.
    std::uint64_t m_sequence = 0;
    std::uint32_t m_coins = 0;
    Context m_context;

public:
    RandomLog()
    {
        m_context.genesis = GenesisId{{9}};
        m_context.time = kLogTime;
        m_tips = {m_chain.genesis()};
        fold_next({EngineAuthor{}, regtest_genesis(kLogTime)});
    }

    const MemoryState& state() const { return m_state; }

    /// Folds one more event: of the module M, or what makes time and the chain go on.
    template <typename M>
    FoldedEvent next()
    {
        switch (*rc::gen::weightedElement<int>({{6, 0}, {3, 1}, {1, 2}}))
        {
            case 0:
                return fold_next(event_of<M>());
            case 1:
                return fold_next(fact());
            default:
                open_block();
                return fold_next({EngineAuthor{}, BlockOpened{}});
        }
    }

    /// Folds an event at the next place.
    FoldedEvent fold_next(Event event)
    {
        m_context.event = EventHash{};
        m_context.event.bytes[0] = static_cast<std::uint8_t>(m_sequence);
        m_context.event.bytes[1] = static_cast<std::uint8_t>(m_sequence >> 8);
        m_context.bytes = 100;
        FoldedEvent folded{m_context, std::move(event), {}};
        fold(m_state, m_context, folded.event, folded.outcome);
        m_state.apply(folded.outcome.changes);
        if (enters_the_log(folded.outcome.fate))
            ++m_context.place.index;
        return folded;
    }

private:
    void open_block()
    {
        ++m_context.place.height.value;
        m_context.place.index = 0;
        m_context.time.value += *rc::gen::element<std::int64_t>(0, 1, 1'000, 600'000);
    }

    template <typename M>
    Event event_of()
    {
        auto body = *rc::gen::arbitrary<typename M::Event>();
        if constexpr (std::is_same_v<typename M::Event, outbox::Event>)
            aim(body);
        if constexpr (std::is_same_v<typename M::Event, probe::Event>)
            sign(body);
        if constexpr (std::is_same_v<typename M::Event, bitcoin::Event>)
            return fact();
        return {author_for(body), std::move(body)};
    }

    template <typename... Kinds>
    Author author_for(const std::variant<Kinds...>& body)
    {
        const auto allowed = std::visit([](const auto& kind) { return authors(kind); }, body);
        if (*rc::gen::inRange(0, 20) == 0)
            return *rc::gen::arbitrary<Author>();
        if (includes(allowed, Authors::operators))
            return Authorization{public_key(key_of(kOperatorKey)), ++m_sequence,
                LogTime{m_context.time.value + 1}, {}};
        if (includes(allowed, Authors::engine))
            return EngineAuthor{};
        return Origin{kBitcoinSource, 0, {}, {}};
    }

    /// Points an event of the outbox at an effect that exists, if there is one.
    void aim(outbox::Event& event)
    {
        std::vector<std::pair<EffectId, std::uint32_t>> open;
        outbox::for_each_open(m_state, [&](const EffectId& id, const outbox::EffectRow& row) {
            open.emplace_back(id, row.attempt);
            return true;
        });
        if (open.empty())
            return;
        const auto [id, attempt] = *rc::gen::elementOf(open);
        std::visit(
            [&, id = id, attempt = attempt](auto& kind) {
                if constexpr (requires { kind.id; })
                    kind.id = id;
                if constexpr (requires {
                                  kind.attempt;
                                  kind.bytes;
                              })
                    kind.attempt = attempt + 1;
            },
            event);
    }

    /// Gives attesters one of a few keys, and attestations a signature of one of them.
    static void sign(probe::Event& event)
    {
        const auto key = key_of(*rc::gen::inRange<std::uint8_t>(1, 3));
        if (auto* set = std::get_if<probe::AttesterSet>(&event))
            set->key = public_key(key);
        if (auto* attested = std::get_if<probe::Attested>(&event))
            attested->signature =
                schnorr_sign(key, probe::attestation_message(*attested).bytes, {});
    }

    Event fact()
    {
        if (m_facts.empty())
            grow_chain();
        const auto i = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(m_facts.size(), 2));
        auto body = m_facts[i];
        if (*rc::gen::inRange(0, 5) != 0)  // Sometimes it is told again later.
            m_facts.erase(m_facts.begin() + static_cast<std::ptrdiff_t>(i));
        return {Origin{kBitcoinSource, 0, {}, {}}, std::move(body)};
    }

    void grow_chain()
    {
        m_watch = bitcoin::watch_list(m_state);
        const auto& parent = *rc::gen::elementOf(m_tips);
        std::vector<btc::Transaction> transactions;
        if (*rc::gen::arbitrary<bool>())
        {
            ++m_coins;
            transactions.push_back(peg_in(
                coin(m_coins), 5'000, test_principal(static_cast<std::uint8_t>(m_coins % 3))));
        }
        const auto block = m_chain.mine(parent, std::move(transactions));
        m_tips.push_back(block);
        if (m_tips.size() > 4)
            m_tips.erase(m_tips.begin());
        for (auto& fact : facts_of(m_chain.at(block), m_watch))
            m_facts.push_back(std::move(fact));
    }
};
}  // namespace engine::test
