#pragma once

#include "engine/core/changes.hpp"
#include "engine/core/read.hpp"
#include "engine/core/state.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace engine
{
/// A named property of the state that no event may break.
///
/// `delta` finds, in O(changes), whether changes to a state that keeps the law break it; it is
/// asked after every block. `full` looks at everything; it is asked at checkpoints and by verify.
/// The text says what is wrong, with numbers; nothing means that the law holds. A test holds the
/// two equal.
struct Law
{
    std::string_view name;
    std::optional<std::string> (*delta)(const StateView& before, const Changes& changes);
    std::optional<std::string> (*full)(const StateView& state);
};

/// Calls visit(key, before, after) for each changed row of a table; the last two are optional rows.
template <typename Table, typename F>
void for_each_change(const Changes& changes, const Table& table, F&& visit)
{
    using Row = typename Table::Row;
    const auto row = [&](const std::optional<ByteView>& raw) {
        return raw ? std::optional<Row>{decode_stored_row<Row>(table.name, *raw)} : std::nullopt;
    };
    for (auto i = changes.position(table.id, {}); i < changes.size(); ++i)
    {
        const auto& change = changes[i];
        if (change.table != table.id)
            break;
        visit(decode_stored_key<typename Table::Key>(table.name, change.key), row(change.before),
            row(change.after));
    }
}
}  // namespace engine
