#pragma once

#include "engine/base/check.hpp"
#include "engine/core/claim.hpp"
#include "engine/core/context.hpp"
#include "engine/core/outcome.hpp"
#include "engine/core/overlay.hpp"
#include "engine/core/read.hpp"

namespace engine
{
/// The work of one event: reads the state before it, keeps its writes to itself.
class Step
{
    const Context& m_context;
    const StateView& m_before;
    Outcome& m_outcome;
    Overlay m_state;
    ClaimMemo* m_memo;

    void set(TableId table, ByteView key, std::optional<ByteView> row);

public:
    /// Works on a cleared outcome, whose memory is reused from event to event. Answers to claims
    /// are looked up in the memo, if there is one.
    Step(const StateView& before, const Context& context, Outcome& outcome,
        ClaimMemo* memo = nullptr);

    const Context& context() const noexcept { return m_context; }

    /// The state with the writes of this step in it, for the queries of any module.
    const StateView& state() const noexcept { return m_state; }

    template <typename Table>
    std::optional<typename Table::Row> find(
        const Table& table, const typename Table::Key& key) const
    {
        return engine::find(m_state, table, key);
    }

    template <typename Table>
    bool contains(const Table& table, const typename Table::Key& key) const
    {
        return engine::contains(m_state, table, key);
    }

    template <typename V>
    V get(const Cell<V>& cell) const
    {
        return engine::get(m_state, cell);
    }

    template <typename Table>
    void put(const Table& table, const typename Table::Key& key, const typename Table::Row& row)
    {
        SmallBytes<> raw_key;
        SmallBytes<> raw_row;
        encode_value(raw_key, key);
        encode_row(raw_row, row);
        set(table.id, raw_key.view(), raw_row.view());
    }

    template <typename V>
    void put(const Cell<V>& cell, const V& value)
    {
        put(cell, Unit{}, value);
    }

    template <typename Table>
    void erase(const Table& table, const typename Table::Key& key)
    {
        SmallBytes<> raw_key;
        encode_value(raw_key, key);
        set(table.id, raw_key.view(), std::nullopt);
    }

    /// Whether a claim holds: as kept, if it was answered before; else worked out here and kept.
    template <Claim C>
    bool check(const C& claim) const
    {
        if (m_memo == nullptr)
            return claim.holds();
        const auto id = claim.id();
        if (const auto known = m_memo->find(id))
            return *known;
        const bool holds = claim.holds();
        m_memo->keep(id, holds);
        return holds;
    }

    /// Asks the outside for something. Its id is H(genesis, height, index, ordinal): the same in
    /// every fold of the same log. Modules call it through the outbox, which keeps the row.
    EffectId emit(std::uint16_t kind);

    /// The effects that this step has asked for so far.
    const std::vector<Effect>& effects() const noexcept { return m_outcome.effects; }

    /// Whether this step has written anything yet. Rules decide before they act.
    bool is_untouched() const noexcept
    {
        return m_outcome.changes.empty() && m_outcome.effects.empty();
    }
};
}  // namespace engine
