#pragma once

#include "engine/core/state.hpp"

namespace engine
{
/// Rows that stand somewhere else: in RocksDB. What the live tables ask on a miss, and what
/// comparisons read. Throws StoreFailure when a row can't be read.
class RowSource
{
public:
    virtual ~RowSource() = default;

    /// Copies the row under a key into `row`. False: there is none.
    virtual bool get(TableId table, ByteView key, Bytes& row) const = 0;

    /// Visits the rows of a table from a key on (included), in key order, until the visitor says
    /// no. One consistent view; the bytes stay valid during the visit.
    virtual void scan(TableId table, ByteView from, RowVisitor visit) const = 0;
};
}  // namespace engine
