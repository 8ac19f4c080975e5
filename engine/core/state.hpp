#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/function_ref.hpp"
#include "engine/core/table.hpp"

#include <optional>

namespace engine
{
/// Sees a row; says whether it wants the next one.
using RowVisitor = FunctionRef<bool(ByteView key, ByteView row)>;

/// Reads derived state, as bytes. The only way for the fold to see the past.
class StateView
{
public:
    virtual ~StateView() = default;

    /// The row under a key. The bytes stay valid until the state changes.
    virtual std::optional<ByteView> get(TableId table, ByteView key) const = 0;

    /// Visits the rows of a table from a key on (included), in key order, until the visitor says
    /// no. Cheap on ordered tables only. The state must not change meanwhile.
    virtual void scan(TableId table, ByteView from, RowVisitor visit) const = 0;
};
}  // namespace engine
