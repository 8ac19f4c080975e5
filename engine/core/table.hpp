#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <tuple>

namespace engine
{
/// The number of a table, and its key prefix on disk. High byte: module. Never reused.
struct TableId
{
    std::uint16_t value = 0;

    constexpr std::uint8_t module() const noexcept { return static_cast<std::uint8_t>(value >> 8); }

    friend constexpr auto operator<=>(TableId, TableId) = default;
};

/// A map from K to V that is only looked up. Rules can't iterate it.
template <typename K, typename V>
struct HashTable
{
    using Key = K;
    using Row = V;
    static constexpr bool kOrdered = false;

    TableId id;
    std::string_view name;
};

/// A map from K to V that can be scanned in key order.
template <typename K, typename V>
struct OrderedTable
{
    using Key = K;
    using Row = V;
    static constexpr bool kOrdered = true;

    TableId id;
    std::string_view name;
};

/// The key of a table with a single row.
struct Unit
{
    static constexpr auto describe() { return std::tuple{}; }
    friend constexpr auto operator<=>(const Unit&, const Unit&) = default;
};

/// A single V in derived state, which starts as its default value.
template <typename V>
struct Cell
{
    using Key = Unit;
    using Row = V;
    static constexpr bool kOrdered = false;

    TableId id;
    std::string_view name;
};

/// The row of a table that only says that its key is there.
struct Present
{
    static constexpr auto describe() { return std::tuple{}; }
    friend constexpr bool operator==(const Present&, const Present&) = default;
};

/// What the store, the tools and the proofs must know of a table.
struct TableInfo
{
    TableId id;
    std::string_view name;
    bool ordered = false;
};

template <typename T>
constexpr TableInfo info(const T& table)
{
    return {table.id, table.name, T::kOrdered};
}
}  // namespace engine
