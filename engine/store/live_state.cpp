#include "engine/store/live_state.hpp"

#include "engine/base/check.hpp"

#include <algorithm>

namespace engine
{
namespace
{
// Work that every change of the state does for the memory bound: enough to keep up with what came
// in, too little to be noticed.
constexpr std::size_t kStepsPerApply = 1024;
constexpr std::size_t kStepsPerRow = 16;
constexpr std::size_t kBurialsPerApply = 64;

bool same(const std::optional<ByteView>& a, const std::optional<ByteView>& b)
{
    return a.has_value() == b.has_value() && (!a || equal(*a, *b));
}

/// Gives rows that come in key order to a visitor, merged with those of a source that they cover.
template <typename Iterator>
class MergingScan
{
    Iterator m_at;
    Iterator m_end;
    RowVisitor m_visit;
    bool m_wanted = true;

    void visit_live()
    {
        const LiveRow* row = *m_at++;
        if (m_wanted && row->present())
            m_wanted = m_visit(row->key(), *row->row());
    }

public:
    MergingScan(Iterator begin, Iterator end, RowVisitor visit)
      : m_at{begin}, m_end{end}, m_visit{visit}
    {}

    bool source_row(ByteView key, ByteView row)
    {
        while (m_wanted && m_at != m_end && less((*m_at)->key(), key))
            visit_live();
        if (!m_wanted)
            return false;
        if (m_at != m_end && equal((*m_at)->key(), key))
            visit_live();
        else
            m_wanted = m_visit(key, row);
        return m_wanted;
    }

    void finish()
    {
        while (m_wanted && m_at != m_end)
            visit_live();
    }
};

template <typename Iterator>
void merge(Iterator begin, Iterator end, const RowSource* source, TableId table, ByteView from,
    RowVisitor visit)
{
    MergingScan<Iterator> scan{begin, end, visit};
    if (source != nullptr)
    {
        source->scan(
            table, from, [&](ByteView key, ByteView row) { return scan.source_row(key, row); });
    }
    scan.finish();
}

std::vector<const LiveRow*> sorted_from(const HashIndex& rows, ByteView from)
{
    std::vector<const LiveRow*> out;
    rows.for_each([&](const LiveRow* row) {
        if (!less(row->key(), from))
            out.push_back(row);
    });
    std::sort(out.begin(), out.end(),
        [](const LiveRow* a, const LiveRow* b) { return less(a->key(), b->key()); });
    return out;
}
}  // namespace

LiveState::LiveState(
    std::span<const TableInfo> tables, const RowSource* source, LiveOptions options)
  : m_infos{tables.begin(), tables.end()},
    m_source{source},
    m_options{options},
    m_complete{options.complete || source == nullptr}
{
    std::sort(m_infos.begin(), m_infos.end(),
        [](const TableInfo& a, const TableInfo& b) { return a.id < b.id; });
    for (const auto& info : m_infos)
    {
        ENSURE(m_tables.empty() || m_tables.back().info.id != info.id);
        m_tables.push_back(LiveTable{info, {}, {}});
    }
}

LiveState::~LiveState() = default;

LiveTable& LiveState::table_of(TableId id) const
{
    const auto it = std::lower_bound(m_tables.begin(), m_tables.end(), id,
        [](const LiveTable& table, TableId wanted) { return table.info.id < wanted; });
    ENSURE(it != m_tables.end() && it->info.id == id);
    return *it;
}

LiveRow* LiveState::make(
    LiveTable& table, std::uint64_t hash, ByteView key, std::optional<ByteView> row) const
{
    auto* made = m_slabs.make(key, row);
    made->hash = hash;
    made->table = static_cast<std::uint16_t>(&table - m_tables.data());
    table.rows.insert(made);
    ++m_touched;
    return made;
}

/// Absences are kept as well: what the fold asks for twice is read once.
const LiveRow* LiveState::fetch(LiveTable& table, std::uint64_t hash, ByteView key) const
{
    ++m_fetches;
    const bool found = m_source->get(table.info.id, key, m_fetched);
    auto* row = make(table, hash, key, found ? std::optional{ByteView{m_fetched}} : std::nullopt);
    row->stored = found;
    return row;
}

std::optional<ByteView> LiveState::get(TableId id, ByteView key) const
{
    auto& table = table_of(id);
    const auto hash = place_of(key);
    if (auto* row = table.rows.find(hash, key))
    {
        row->referenced = true;
        return row->row();
    }
    return m_complete ? std::nullopt : fetch(table, hash, key)->row();
}

bool LiveState::is_in_memory(TableId id, ByteView key) const
{
    return m_complete || table_of(id).rows.find(place_of(key), key) != nullptr;
}

void LiveState::scan(TableId id, ByteView from, RowVisitor visit) const
{
    const auto& table = table_of(id);
    const auto* source = m_complete ? nullptr : m_source;
    if (table.info.ordered)
    {
        merge(table.order.begin(from), table.order.end(), source, id, from, visit);
        return;
    }
    const auto rows = sorted_from(table.rows, from);
    merge(rows.begin(), rows.end(), source, id, from, visit);
}

void LiveState::apply(const Changes& changes)
{
    for (std::size_t i = 0; i < changes.size(); ++i)
        set(changes[i].table, changes[i].key, changes[i].before, changes[i].after);
    after_change();
}

void LiveState::undo(const Changes& changes)
{
    for (std::size_t i = changes.size(); i-- > 0;)
        set(changes[i].table, changes[i].key, changes[i].after, changes[i].before);
    after_change();
}

void LiveState::set(TableId id, ByteView key, const std::optional<ByteView>& before,
    const std::optional<ByteView>& after)
{
    auto& table = table_of(id);
    const auto hash = place_of(key);
    auto* row = table.rows.find(hash, key);
    if (row == nullptr)
    {
        if (!before && !after)
            return;
        ENSURE(!before || !m_complete);
        row = make(table, hash, key, after);
        row->stored = before.has_value();
    }
    else
    {
        ENSURE(same(row->row(), before));
        row = write(table, row, after);
        ++m_touched;
    }
    mark_dirty(row);
    if (!row->present() && !row->stored)
        erase(table, row);  // Came and went between two freezes: nobody else knows it.
    else
        keep_order(table, row);
}

/// Writes in place, or moves the row to a block of its size.
LiveRow* LiveState::write(LiveTable& table, LiveRow* row, const std::optional<ByteView>& value)
{
    if (m_slabs.overwrite(row, value))
        return row;
    auto* moved = m_slabs.make(row->key(), value);
    moved->hash = row->hash;
    moved->table = row->table;
    moved->pinned_until = row->pinned_until;
    moved->list_index = row->list_index;
    moved->referenced = row->referenced;
    moved->stored = row->stored;
    moved->dirty = row->dirty;
    moved->buried = row->buried;
    moved->ordered = row->ordered;

    table.rows.replace(row, moved);
    if (row->ordered)
        table.order.replace(row, moved);
    if (row->list_index != LiveRow::kInNoList)
        list_entry(row) = moved;
    if (row->dirty)
        m_dirty_bytes += m_slabs.block_bytes(moved) - m_slabs.block_bytes(row);
    m_slabs.free(row);
    return moved;
}

LiveRow*& LiveState::list_entry(const LiveRow* row)
{
    if (row->dirty)
        return m_dirty[row->list_index];
    const auto it = std::lower_bound(m_graveyards.begin(), m_graveyards.end(), row->pinned_until,
        [](const Graveyard& yard, std::uint64_t wanted) { return yard.pinned_until < wanted; });
    ENSURE(it != m_graveyards.end() && it->pinned_until == row->pinned_until);
    return it->rows[row->list_index];
}

void LiveState::leave_list(LiveRow* row)
{
    if (row->dirty)
    {
        m_dirty_bytes -= m_slabs.block_bytes(row);
        m_dirty.back()->list_index = row->list_index;
        m_dirty[row->list_index] = m_dirty.back();
        m_dirty.pop_back();
    }
    else if (row->buried)
    {
        list_entry(row) = nullptr;
    }
    row->dirty = false;
    row->buried = false;
    row->list_index = LiveRow::kInNoList;
}

void LiveState::mark_dirty(LiveRow* row)
{
    if (row->dirty)
        return;
    leave_list(row);
    row->dirty = true;
    row->list_index = static_cast<std::uint32_t>(m_dirty.size());
    m_dirty.push_back(row);
    m_dirty_bytes += m_slabs.block_bytes(row);
}

void LiveState::keep_order(LiveTable& table, LiveRow* row)
{
    if (!table.info.ordered || row->ordered)
        return;
    table.order.insert(row);
    row->ordered = true;
}

void LiveState::erase(LiveTable& table, LiveRow* row)
{
    leave_list(row);
    if (row->ordered)
        table.order.erase(row);
    table.rows.erase(row);
    m_slabs.free(row);
}

FrozenSet LiveState::freeze(LogHeight height)
{
    ENSURE(m_graveyards.empty() || m_graveyards.back().pinned_until <= height.value);
    FrozenSet set{height};
    std::size_t bytes = 0;
    for (const auto* row : m_dirty)
        bytes += row->key_size + (row->present() ? row->row_size : 0);
    set.reserve(m_dirty.size(), bytes);
    Graveyard yard{height.value + 1, {}};
    for (auto* row : m_dirty)
    {
        set.add(m_tables[row->table].info.id, row->key(), row->row());
        row->dirty = false;
        row->list_index = LiveRow::kInNoList;
        row->pinned_until = yard.pinned_until;
        row->stored = true;
        if (row->present())
            continue;
        row->buried = true;
        row->list_index = static_cast<std::uint32_t>(yard.rows.size());
        yard.rows.push_back(row);
    }
    m_dirty.clear();
    m_dirty_bytes = 0;
    m_graveyards.push_back(std::move(yard));
    if (m_source == nullptr)
        flushed(height);
    return set;
}

void LiveState::flushed(LogHeight height)
{
    m_flushed = std::max(m_flushed, height.value + 1);
    if (m_source == nullptr)
        bury(SIZE_MAX);
}

/// Lets go of absences that the source shares.
void LiveState::bury(std::size_t count)
{
    while (!m_graveyards.empty() && m_graveyards.front().pinned_until <= m_flushed)
    {
        auto& rows = m_graveyards.front().rows;
        for (; !rows.empty() && count > 0; --count)
        {
            auto* row = rows.back();
            if (row != nullptr)
                erase(m_tables[row->table], row);
            rows.pop_back();
        }
        if (!rows.empty())
            return;
        m_graveyards.pop_front();
    }
}

void LiveState::after_change()
{
    bury(kBurialsPerApply + m_touched);
    if (m_source != nullptr && memory_bytes() > m_options.memory_bytes_max)
        evict(kStepsPerApply + kStepsPerRow * m_touched);
    m_touched = 0;
}

bool LiveState::may_be_evicted(const LiveRow* row) const
{
    return !row->dirty && !row->buried && row->pinned_until <= m_flushed;
}

/// Second chance: a row that was read since the clock passed stays for one more round.
void LiveState::evict(std::size_t steps)
{
    while (auto* row = m_slabs.next(steps))
    {
        if (!may_be_evicted(row))
            continue;
        if (row->referenced)
        {
            row->referenced = false;
            continue;
        }
        m_complete = m_complete && !row->present();
        erase(m_tables[row->table], row);
        if (memory_bytes() <= m_options.memory_bytes_max)
            return;
    }
}

std::size_t LiveState::rows_in_memory() const noexcept
{
    std::size_t count = 0;
    for (const auto& table : m_tables)
        count += table.rows.size();
    return count;
}

std::size_t LiveState::memory_bytes() const noexcept
{
    auto bytes = m_slabs.bytes_used();
    for (const auto& table : m_tables)
        bytes += table.rows.memory_bytes() + table.order.memory_bytes();
    return bytes;
}
}  // namespace engine
