#pragma once

#include "engine/core/changes.hpp"
#include "engine/core/state.hpp"
#include "engine/store/frozen_set.hpp"
#include "engine/store/live_table.hpp"
#include "engine/store/row_source.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace engine
{
struct LiveOptions
{
    /// What rows in memory may take, their indexes included. Dirty and frozen rows are never
    /// evicted and may exceed it, and so may what one block touches.
    std::size_t memory_bytes_max = std::size_t{1} << 30;

    /// The state that begins here has no row outside memory: misses ask nobody. Stays true until a
    /// row is evicted. A state without a source is always complete.
    bool complete = false;

    /// Of the hash that places rows in memory; results don't depend on it. From a random source, so
    /// that nobody can choose keys that collide.
    std::uint64_t hash_seed = 0x5265666f6c640001;
};

/// The live tables: the newest folded state. Belongs to the folding thread.
///
/// A row that is not in memory is fetched from the source and kept as a clean row. Clean rows are
/// evicted to the bound by apply() alone, so what get() returned stays valid until the state
/// changes. Rows stay where they are until they change themselves.
///
/// Reads throw StoreFailure if the source can't be read. Another exception ends the state's use.
class LiveState final : public StateView
{
    std::vector<TableInfo> m_infos;
    mutable RowSlabs m_slabs;
    mutable std::vector<LiveTable> m_tables;  // In the order of m_infos: by table id.
    const RowSource* m_source;
    LiveOptions m_options;
    bool m_complete;

    /// Absences that a freeze took: gone from memory once they are gone from the source.
    struct Graveyard
    {
        std::uint64_t pinned_until = 0;
        std::vector<LiveRow*> rows;  // Null: came back.
    };

    std::vector<LiveRow*> m_dirty;
    std::size_t m_dirty_bytes = 0;       // Of their blocks.
    std::deque<Graveyard> m_graveyards;  // By height.
    std::uint64_t m_flushed = 0;         // One past the newest flushed height; 0: none.
    mutable std::size_t m_touched = 0;   // Rows made or changed since the last apply().
    mutable Bytes m_fetched;
    mutable std::uint64_t m_fetches = 0;

public:
    /// Every table that the rules use must be named, in any order. The source may be absent: then
    /// the state starts empty, everything stays in memory, and nothing is evicted.
    LiveState(std::span<const TableInfo> tables, const RowSource* source, LiveOptions options);
    explicit LiveState(std::span<const TableInfo> tables) : LiveState{tables, nullptr, {}} {}
    ~LiveState() override;
    LiveState(const LiveState&) = delete;
    LiveState& operator=(const LiveState&) = delete;

    std::optional<ByteView> get(TableId table, ByteView key) const override;

    /// Whether get() would answer without asking the source.
    bool is_in_memory(TableId table, ByteView key) const;

    /// Rows in memory merged with the source's. On a hash table the keys are collected and sorted
    /// first: for laws over the whole state, never for rules.
    void scan(TableId table, ByteView from, RowVisitor visit) const override;

    /// Makes the after-images the state. Each before-image must be the row as it is.
    void apply(const Changes& changes);

    /// Takes back what the last apply() of these changes did.
    void undo(const Changes& changes);

    /// Cuts the rows that changed since the previous freeze. They can't be evicted before
    /// flushed() reports this height or a later one. O(rows changed).
    FrozenSet freeze(LogHeight height);

    /// The source stands at this height now, and answers with its rows.
    void flushed(LogHeight height);

    /// How many rows changed since the last freeze: what the next one will cut.
    std::size_t dirty_rows() const noexcept { return m_dirty.size(); }

    /// The memory of these rows.
    std::size_t dirty_bytes() const noexcept { return m_dirty_bytes; }

    /// How often a row was not in memory and the source was asked.
    std::uint64_t fetches() const noexcept { return m_fetches; }

    /// How many rows are in memory, known absences included.
    std::size_t rows_in_memory() const noexcept;
    std::size_t memory_bytes() const noexcept;
    bool is_complete() const noexcept { return m_complete; }
    std::span<const TableInfo> tables() const noexcept { return m_infos; }

private:
    LiveTable& table_of(TableId id) const;
    std::uint64_t place_of(ByteView key) const { return place_hash(m_options.hash_seed, key); }
    LiveRow* make(
        LiveTable& table, std::uint64_t hash, ByteView key, std::optional<ByteView> row) const;
    const LiveRow* fetch(LiveTable& table, std::uint64_t hash, ByteView key) const;
    void set(TableId id, ByteView key, const std::optional<ByteView>& before,
        const std::optional<ByteView>& after);
    LiveRow* write(LiveTable& table, LiveRow* row, const std::optional<ByteView>& value);
    LiveRow*& list_entry(const LiveRow* row);
    void leave_list(LiveRow* row);
    void mark_dirty(LiveRow* row);
    void keep_order(LiveTable& table, LiveRow* row);
    void erase(LiveTable& table, LiveRow* row);
    void after_change();
    void bury(std::size_t count);
    void evict(std::size_t steps);
    bool may_be_evicted(const LiveRow* row) const;
};
}  // namespace engine
