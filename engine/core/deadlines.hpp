#pragma once

#include "engine/core/step.hpp"

namespace engine
{
/// A row that wants to be looked at when the log time has come: (time, table, key) is the order.
struct DeadlineKey
{
    LogTime time;
    std::uint16_t table = 0;
    KeyRest key;

    static constexpr auto describe()
    {
        return fields(field("time", &DeadlineKey::time), field("table", &DeadlineKey::table),
            field("key", &DeadlineKey::key));
    }
    friend auto operator<=>(const DeadlineKey&, const DeadlineKey&) = default;
};

inline constexpr OrderedTable<DeadlineKey, Present> kDeadlines{TableId{0x0001}, "core.deadlines"};

/// Asks for `on_deadline` of the module that owns the table, at the first block at or after `time`.
/// The time must lie strictly after the log time of the step.
template <typename Table>
void set_deadline(Step& step, LogTime time, const Table& table, const typename Table::Key& key)
{
    ENSURE(time > step.context().time);
    step.put(kDeadlines, DeadlineKey{time, table.id.value, {encode_key(key)}}, Present{});
}

/// Takes a deadline back. No harm if it has been taken.
template <typename Table>
void clear_deadline(Step& step, LogTime time, const Table& table, const typename Table::Key& key)
{
    step.erase(kDeadlines, DeadlineKey{time, table.id.value, {encode_key(key)}});
}
}  // namespace engine
