#pragma once

#include "engine/store/state_store.hpp"

#include <algorithm>
#include <cstddef>

namespace engine
{
/// What a bound on the memory of rows means for what stands beside them. Everything here grows with
/// the bound and with nothing else: not with the state, nor with the log.
struct MemoryPlan
{
    std::size_t rows = 0;         ///< LiveOptions::memory_bytes_max.
    std::size_t block_cache = 0;  ///< Of RocksDB: data, index and filter blocks.
    std::size_t tree_cache = 0;   ///< Unchanged pages of the tree.
    std::size_t flush_bytes = 0;  ///< Of changed rows: with more they are flushed.
    std::size_t changed_bytes =
        0;  ///< Of rows changed since a root: with more, events wait for it.

    StoreOptions store(StoreOptions options = {}) const
    {
        options.block_cache_bytes = block_cache;
        options.tree_cache_bytes = tree_cache;
        return options;
    }
};

/// The caches get a quarter of the bound each, as long as more would be of use; changed rows, which
/// can't be evicted, a sixteenth, for they stand in memory up to three times with their pages of
/// the tree.
constexpr MemoryPlan memory_plan(std::size_t memory_bytes)
{
    constexpr std::size_t kCacheMost = std::size_t{256} << 20;
    constexpr std::size_t kCacheLeast = std::size_t{1} << 20;
    constexpr std::size_t kFlushLeast = std::size_t{256} << 10;
    const auto cache = std::clamp(memory_bytes / 4, kCacheLeast, kCacheMost);
    const auto flush = std::max(memory_bytes / 16, kFlushLeast);
    return {memory_bytes, cache, cache, flush, 4 * flush};
}
}  // namespace engine
