#pragma once

#include "engine/store/state_store.hpp"

#include <span>

namespace engine
{
/// The root and the number of rows, computed from the rows alone, without the tree's pages: what
/// the height row and the pages are checked against.
///
/// Takes 64 bytes of memory a row up to the bound; beyond it the rows are read several times, each
/// time for a part of the key hashes.
TreeTop full_root(const StateStore& store, std::size_t memory_bytes_max = std::size_t{1} << 30);

/// The same over any state, of the tables that are named.
TreeTop full_root(const StateView& state, std::span<const TableInfo> tables,
    std::size_t memory_bytes_max = std::size_t{1} << 30);
}  // namespace engine
