#include "engine/store/compare.hpp"

#include <algorithm>
#include <vector>

namespace engine
{
namespace
{
struct Row
{
    Bytes key;
    Bytes row;
};

/// Walks over a source's table by reading a piece at a time, so that it can be merged with a scan.
class Cursor
{
    static constexpr std::size_t kPiece = 4096;

    const RowSource& m_source;
    TableId m_table;
    std::vector<Row> m_piece;
    std::size_t m_at = 0;
    bool m_more = true;

    void read_from(const Bytes& from)
    {
        m_piece.clear();
        m_at = 0;
        m_source.scan(m_table, from, [&](ByteView key, ByteView row) {
            m_piece.push_back({{key.begin(), key.end()}, {row.begin(), row.end()}});
            return m_piece.size() < kPiece;
        });
        m_more = m_piece.size() == kPiece;
    }

public:
    Cursor(const RowSource& source, TableId table) : m_source{source}, m_table{table}
    {
        read_from({});
    }

    const Row* row() const { return m_at < m_piece.size() ? &m_piece[m_at] : nullptr; }

    void next()
    {
        if (++m_at < m_piece.size() || !m_more)
            return;
        auto after = m_piece.back().key;
        after.push_back(0);  // The first key behind it.
        read_from(after);
    }
};

class Comparison
{
    DifferenceVisitor m_visit;
    std::uint64_t m_compared = 0;
    bool m_wanted = true;

    void report(const RowDifference& difference) { m_wanted = m_wanted && m_visit(difference); }

    void only_stored(TableId table, Cursor& stored)
    {
        ++m_compared;
        report({table, stored.row()->key, ByteView{stored.row()->row}, std::nullopt});
        stored.next();
    }

    bool live_row(TableId table, Cursor& stored, ByteView key, ByteView row)
    {
        while (m_wanted && stored.row() != nullptr && less(stored.row()->key, key))
            only_stored(table, stored);
        if (!m_wanted)
            return false;
        ++m_compared;
        if (stored.row() == nullptr || !equal(stored.row()->key, key))
        {
            report({table, key, std::nullopt, row});
            return m_wanted;
        }
        if (!equal(stored.row()->row, row))
            report({table, key, ByteView{stored.row()->row}, row});
        stored.next();
        return m_wanted;
    }

public:
    explicit Comparison(DifferenceVisitor visit) : m_visit{visit} {}

    void table(const RowSource& source, const StateView& live, TableId id)
    {
        if (!m_wanted)
            return;
        Cursor stored{source, id};
        live.scan(
            id, {}, [&](ByteView key, ByteView row) { return live_row(id, stored, key, row); });
        while (m_wanted && stored.row() != nullptr)
            only_stored(id, stored);
    }

    std::uint64_t compared() const { return m_compared; }
};
}  // namespace

std::uint64_t compare(const RowSource& stored, const StateView& live,
    std::span<const TableInfo> tables, DifferenceVisitor visit)
{
    std::vector<TableId> ids;
    for (const auto& table : tables)
        ids.push_back(table.id);
    std::sort(ids.begin(), ids.end());

    Comparison comparison{visit};
    for (const auto id : ids)
        comparison.table(stored, live, id);
    return comparison.compared();
}

bool ViewSource::get(TableId table, ByteView key, Bytes& row) const
{
    const auto found = m_view.get(table, key);
    if (found)
        row.assign(found->begin(), found->end());
    return found.has_value();
}

void ViewSource::scan(TableId table, ByteView from, RowVisitor visit) const
{
    m_view.scan(table, from, visit);
}
}  // namespace engine
