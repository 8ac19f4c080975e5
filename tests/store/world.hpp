#pragma once

// What the tests of the store share: a few tables, random changes to them, and the model that every
// store is held against.

#include "engine/core/changes.hpp"
#include "engine/store/live_state.hpp"
#include "engine/store/proof_check.hpp"
#include "engine/store/state_store.hpp"
#include "tests/support/memory_state.hpp"

#include <rapidcheck.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace engine::test
{
inline constexpr TableId kCoins{0x0101};  // Looked up.
inline constexpr TableId kDue{0x0102};    // Scanned.
inline constexpr TableId kNames{0x0303};  // Scanned.

inline constexpr std::array kTables{TableInfo{kNames, "names", true},
    TableInfo{kCoins, "coins", false}, TableInfo{kDue, "due", true}};

inline ByteView bytes(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string text(ByteView view)
{
    return {view.begin(), view.end()};
}

/// A block of changes to a state, each with the row as it was.
class Writer
{
    const StateView& m_state;
    Changes m_changes;

public:
    explicit Writer(const StateView& state) : m_state{state} {}

    Writer& put(TableId table, ByteView key, std::optional<ByteView> row)
    {
        const auto* mine = m_changes.find(table, key);
        m_changes.set(table, key, mine != nullptr ? mine->after : m_state.get(table, key), row);
        return *this;
    }
    Writer& put(TableId table, std::string_view key, std::string_view row)
    {
        return put(table, bytes(key), bytes(row));
    }
    Writer& erase(TableId table, std::string_view key)
    {
        return put(table, bytes(key), std::nullopt);
    }
    const Changes& changes() const { return m_changes; }
};

/// One random write: few keys, so that they collide; rows of all sizes, and often none.
struct Write
{
    std::uint8_t table = 0;
    std::uint8_t key = 0;
    std::uint8_t size = 0;
    std::uint8_t fill = 0;
    bool gone = false;

    TableId id() const { return kTables[table % kTables.size()].id; }
    Bytes key_bytes() const
    {
        // Lengths differ, so that keys are prefixes of one another.
        return Bytes(static_cast<std::size_t>(key % 5), static_cast<std::uint8_t>(key / 5));
    }
    std::optional<Bytes> row() const
    {
        if (gone)
            return std::nullopt;
        return Bytes(static_cast<std::size_t>(size % 4 == 3 ? size * 40 : size), fill);
    }
};

inline rc::Gen<Write> any_write()
{
    return rc::gen::build<Write>(rc::gen::set(&Write::table), rc::gen::set(&Write::key),
        rc::gen::set(&Write::size), rc::gen::set(&Write::fill),
        rc::gen::set(&Write::gone, rc::gen::weightedElement<bool>({{2, false}, {1, true}})));
}

inline Changes changes_of(const StateView& state, const std::vector<Write>& writes)
{
    Writer writer{state};
    for (const auto& write : writes)
    {
        const auto row = write.row();
        writer.put(
            write.id(), write.key_bytes(), row ? std::optional{ByteView{*row}} : std::nullopt);
    }
    return writer.changes();
}

using AllRows = std::vector<std::tuple<std::uint16_t, Bytes, Bytes>>;

inline AllRows rows_of(const StateView& state)
{
    AllRows rows;
    for (const auto id : {kCoins, kDue, kNames})
    {
        state.scan(id, {}, [&](ByteView key, ByteView row) {
            rows.emplace_back(
                id.value, Bytes{key.begin(), key.end()}, Bytes{row.begin(), row.end()});
            return true;
        });
    }
    return rows;
}

/// The root as the README defines it, by the shortest way there is.
StateRoot naive_root(const MemoryState& state);

/// A directory of its own for a test, gone afterwards.
struct TemporaryDirectory
{
    std::string path;

    TemporaryDirectory();
    ~TemporaryDirectory() { std::filesystem::remove_all(path); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
};

/// The value of a result that must have one.
template <typename T>
T must(StoreResult<T> result)
{
    if (!result)
        throw std::runtime_error{to_string(result.error())};
    return *std::move(result);
}

inline LogBlockHash block_hash(std::uint64_t height)
{
    LogBlockHash hash;
    hash.bytes[0] = static_cast<std::uint8_t>(height);
    hash.bytes[31] = 0xbb;
    return hash;
}

inline StoreOptions small_store()
{
    return {.read_only = false,
        .deterministic = true,
        .block_cache_bytes = 1 << 20,
        .tree_cache_bytes = 16 << 10};
}
}  // namespace engine::test
