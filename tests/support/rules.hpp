#pragma once

// The bitcoin and peg modules on a state in memory, without the fold: what an event does to rows.

#include "engine/core/outcome.hpp"
#include "engine/core/step.hpp"
#include "engine/domain/bitcoin/module.hpp"
#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/module.hpp"
#include "engine/domain/peg/module.hpp"
#include "tests/support/chain.hpp"
#include "tests/support/memory_state.hpp"

#include <functional>

namespace engine::test
{
/// Applies events of bitcoin, peg and outbox, hands changes of the chain and of effects on as
/// the fold does, and checks that a refusal leaves no trace. Each event is at a place of its own.
class Rules
{
    MemoryState m_state;
    Context m_context;
    Outcome m_outcome;

    static void tell(Step& step, const bitcoin::ChainChange& change)
    {
        const auto concerns = [&](std::uint8_t module) {
            return change.owner == 0 || change.owner == module;
        };
        if (concerns(outbox::Module::kNumber))
            outbox::Module::on_chain(step, change);
        if (concerns(peg::Module::kNumber))
            peg::Module::on_chain(step, change);
    }

    template <typename Event>
    static Verdict act(Step& step, const Event& event)
    {
        const auto verdict = transition(step, event);
        if constexpr (std::is_constructible_v<outbox::Event, Event> && requires { event.id; })
        {
            if (verdict.accepted())
                peg::Module::on_effect(step, event.id);
        }
        return verdict;
    }
    static Verdict act(Step& step, const bitcoin::HeaderSeen& e) { return act_on_chain(step, e); }
    static Verdict act(Step& step, const bitcoin::TransactionSeen& e)
    {
        return act_on_chain(step, e);
    }
    static Verdict act(Step& step, const bitcoin::BlockScanned& e) { return act_on_chain(step, e); }
    template <typename... Kinds>
    static Verdict act(Step& step, const std::variant<Kinds...>& event)
    {
        return std::visit([&](const auto& kind) { return act(step, kind); }, event);
    }

    template <typename Event>
    static Verdict act_on_chain(Step& step, const Event& event)
    {
        std::vector<bitcoin::ChainChange> changes;
        const auto verdict = transition(step, event, changes);
        for (const auto& change : changes)
            tell(step, change);
        return verdict;
    }

public:
    Rules(const bitcoin::Genesis& bitcoin, const peg::Genesis& peg)
    {
        m_context.time = kLogTime;
        const auto verdict = run([&](Step& step) {
            const auto first = bitcoin::Module::on_genesis(step, bitcoin);
            return first.accepted() ? peg::Module::on_genesis(step, peg) : first;
        });
        ENSURE(verdict.accepted());
    }

    /// Runs one step of its own and applies what it did.
    Verdict run(const std::function<Verdict(Step&)>& rule)
    {
        m_outcome.clear();
        Step step{m_state, m_context, m_outcome};
        m_outcome.verdict = rule(step);
        ENSURE(m_outcome.verdict.accepted() || step.is_untouched());
        m_outcome.changes.drop_unchanged();
        before_apply(m_state, m_outcome.changes);
        m_state.apply(m_outcome.changes);
        ++m_context.place.height.value;
        return m_outcome.verdict;
    }

    template <typename Event>
    Verdict operator()(const Event& event)
    {
        return run([&](Step& step) { return act(step, event); });
    }

    MemoryState& state() noexcept { return m_state; }
    const MemoryState& state() const noexcept { return m_state; }
    const Outcome& outcome() const noexcept { return m_outcome; }
    Context& context() noexcept { return m_context; }

    /// Sees every step's changes before they are applied.
    std::function<void(const MemoryState&, const Changes&)> before_apply = [](const MemoryState&,
                                                                               const Changes&) {};
};
}  // namespace engine::test
