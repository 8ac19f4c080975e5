#pragma once

#include "engine/base/check.hpp"
#include "engine/base/small_bytes.hpp"
#include "engine/core/row_codec.hpp"
#include "engine/core/state.hpp"

#include <optional>

namespace engine
{
/// Decodes a stored row or key. Bytes that don't decode were not written by this engine.
template <Described V>
V decode_stored_row(std::string_view table, ByteView raw)
{
    auto row = decode_row<V>(raw);
    if (!row)
        state_corrupted(table);
    return *std::move(row);
}

template <typename K>
K decode_stored_key(std::string_view table, ByteView raw)
{
    auto key = decode_key<K>(raw);
    if (!key)
        state_corrupted(table);
    return *std::move(key);
}

/// The row under a key of a table, or nothing.
template <typename Table>
std::optional<typename Table::Row> find(
    const StateView& state, const Table& table, const typename Table::Key& key)
{
    SmallBytes<> raw_key;
    encode_value(raw_key, key);
    const auto raw = state.get(table.id, raw_key.view());
    if (!raw)
        return std::nullopt;
    return decode_stored_row<typename Table::Row>(table.name, *raw);
}

template <typename Table>
bool contains(const StateView& state, const Table& table, const typename Table::Key& key)
{
    SmallBytes<> raw_key;
    encode_value(raw_key, key);
    return state.get(table.id, raw_key.view()).has_value();
}

template <typename V>
V get(const StateView& state, const Cell<V>& cell)
{
    const auto raw = state.get(cell.id, {});
    return raw ? decode_stored_row<V>(cell.name, *raw) : V{};
}

/// Visits the rows of an ordered table from a key on, in key order, until the visitor returns
/// false.
template <typename K, typename V, typename From, typename F>
void for_each_from(
    const StateView& state, const OrderedTable<K, V>& table, const From& from, F&& visit)
{
    SmallBytes<> raw_from;
    encode_value(raw_from, from);
    state.scan(table.id, raw_from.view(), [&](ByteView key, ByteView row) {
        return visit(decode_stored_key<K>(table.name, key), decode_stored_row<V>(table.name, row));
    });
}

/// Visits the rows of an ordered table in key order, until the visitor returns false.
template <typename K, typename V, typename F>
void for_each(const StateView& state, const OrderedTable<K, V>& table, F&& visit)
{
    for_each_from(state, table, Unit{}, visit);
}

/// Visits every row of any table, in key order: for laws over the whole state, never for rules.
template <typename Table, typename F>
void for_all(const StateView& state, const Table& table, F&& visit)
{
    state.scan(table.id, {}, [&](ByteView key, ByteView row) {
        visit(decode_stored_key<typename Table::Key>(table.name, key),
            decode_stored_row<typename Table::Row>(table.name, row));
        return true;
    });
}
}  // namespace engine
