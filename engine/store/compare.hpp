#pragma once

#include "engine/store/row_source.hpp"

#include <span>

namespace engine
{
/// A row that two states disagree about. Absent: that state has no such row.
struct RowDifference
{
    TableId table;
    ByteView key;
    std::optional<ByteView> stored;
    std::optional<ByteView> live;
};

/// Says whether it wants the next difference.
using DifferenceVisitor = FunctionRef<bool(const RowDifference&)>;

/// Compares two states row by row, in order of (table, key), and returns the number of rows
/// compared. Throws StoreFailure when a row can't be read.
std::uint64_t compare(const RowSource& stored, const StateView& live,
    std::span<const TableInfo> tables, DifferenceVisitor visit);

/// A state as a source of rows: to compare two replays, or to lay live tables over another state.
class ViewSource final : public RowSource
{
    const StateView& m_view;

public:
    explicit ViewSource(const StateView& view) : m_view{view} {}

    bool get(TableId table, ByteView key, Bytes& row) const override;
    void scan(TableId table, ByteView from, RowVisitor visit) const override;
};
}  // namespace engine
