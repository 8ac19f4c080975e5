#include "engine/runtime/compare_replays.hpp"

#include "engine/fold/modules.hpp"
#include "engine/runtime/catch_up.hpp"

namespace engine
{
namespace
{
Result<LogBlockHash, OperatorError> hash_at(const log::Log& log, LogHeight height)
{
    const auto bytes = log::read_block(log, height);
    if (!bytes)
        return Failure{from_log(bytes.error())};
    return log::block_hash(ByteView{*bytes});
}

Result<bool, OperatorError> is_same_at(
    const log::Log& here, const log::Log& there, LogHeight height)
{
    const auto a = hash_at(here, height);
    if (!a)
        return Failure{a.error()};
    const auto b = hash_at(there, height);
    if (!b)
        return Failure{b.error()};
    return *a == *b;
}

/// A block's hash binds all blocks before it, so the first that differs is found by halving.
Result<std::optional<LogHeight>, OperatorError> first_other_block(
    const log::Log& here, const log::Log& there, LogHeight to)
{
    std::uint64_t first = 0;           // At or above it is the first that differs.
    std::uint64_t end = to.value + 1;  // At or above `end` nothing is asked.
    while (first < end)
    {
        const auto middle = first + (end - first) / 2;
        const auto same = is_same_at(here, there, LogHeight{middle});
        if (!same)
            return Failure{same.error()};
        (*same ? first : end) = *same ? middle + 1 : middle;
    }
    return first > to.value ? std::nullopt : std::optional{LogHeight{first}};
}

/// The roots that a log has recorded, in order.
class RecordedRoots
{
    std::unique_ptr<log::BlockReader> m_reader;
    std::optional<log::KnownRoot> m_last;

public:
    explicit RecordedRoots(std::unique_ptr<log::BlockReader> reader) : m_reader{std::move(reader)}
    {}

    /// Nothing where the log ends.
    Result<std::optional<log::KnownRoot>, OperatorError> next()
    {
        for (;;)
        {
            const auto block = m_reader->next();
            if (!block)
                return Failure{from_log(block.error())};
            if (*block == nullptr)
                return std::optional<log::KnownRoot>{};
            const auto& known = (*block)->header().known_root;
            const bool is_next = known && (!m_last || known->height > m_last->height);
            if (is_next)
                return m_last = known;
        }
    }
};

Result<std::optional<LogFork::Roots>, OperatorError> first_other_root(
    RecordedRoots here, RecordedRoots there, LogHeight to)
{
    auto a = here.next();
    auto b = there.next();
    while (a && b && *a && *b && (*a)->height <= to && (*b)->height <= to)
    {
        const auto& [height, root] = **a;
        const auto& [other_height, other_root] = **b;
        if (height == other_height && root != other_root)
            return std::optional{LogFork::Roots{height, root, other_root}};
        const bool a_goes_on = height <= other_height;
        const bool b_goes_on = other_height <= height;
        if (a_goes_on)
            a = here.next();
        if (b_goes_on)
            b = there.next();
    }
    if (!a || !b)
        return Failure{a ? b.error() : a.error()};
    return std::optional<LogFork::Roots>{};
}

std::optional<Bytes> copy_of(const std::optional<ByteView>& row)
{
    return row ? std::optional{Bytes{row->begin(), row->end()}} : std::nullopt;
}
}  // namespace

Result<LogFork, OperatorError> compare_logs(
    const log::Log& here, const log::Log& there, LogHeight to)
{
    LogFork fork;
    const auto block = first_other_block(here, there, to);
    if (!block)
        return Failure{block.error()};
    fork.block = *block;
    if (!fork.block)
        return fork;
    auto a = here.reader(*fork.block);
    if (!a)
        return Failure{from_log(a.error())};
    auto b = there.reader(*fork.block);
    if (!b)
        return Failure{from_log(b.error())};
    const auto root =
        first_other_root(RecordedRoots{*std::move(a)}, RecordedRoots{*std::move(b)}, to);
    if (!root)
        return Failure{root.error()};
    fork.root = *root;
    return fork;
}

StateComparison compare_states(const RowSource& there, const StateView& here, std::size_t shown_max)
{
    StateComparison out;
    const auto tables = Modules::tables();
    out.rows = compare(there, here, tables, [&](const RowDifference& row) {
        ++out.differing;
        if (out.shown.size() < shown_max)
            out.shown.push_back({row.table, {row.key.begin(), row.key.end()}, copy_of(row.live),
                copy_of(row.stored), std::nullopt, std::nullopt});
        return true;
    });
    return out;
}

std::function<void(EventPlace, const Changes&)> note_writers(
    std::vector<DifferingRow>& rows, std::optional<EventPlace> DifferingRow::*written)
{
    return [&rows, written](EventPlace place, const Changes& changes) {
        for (auto& row : rows)
        {
            if (changes.find(row.table, row.key) != nullptr)
                row.*written = place;
        }
    };
}
}  // namespace engine
