#pragma once

#include "engine/runtime/catch_up.hpp"
#include "tests/sim/disk.hpp"
#include "tests/support/memory_log.hpp"

namespace engine::test
{
/// What a fold of a whole log from nothing says.
struct Replayed
{
    std::string error;  ///< Empty: none.
    std::uint64_t roots_checked = 0;
    LogHeight rooted;  ///< The newest rooted height.
    StateRoot root;    ///< Its root.
};

/// Folds a log as closely as it can be: every event validated, every law asked about every block,
/// every recorded root computed.
inline Replayed replay_fully(const log::Log& log)
{
    sim::SimDisk disk{1};
    StoreOptions small{.deterministic = true};
    small.block_cache_bytes = 1 << 20;
    const auto store = StateStore::open(disk, "/scratch", small);
    if (!store)
        throw std::runtime_error{to_string(store.error())};
    CatchUpOptions options;
    options.every_root = true;
    options.validate_all = true;
    options.laws = true;
    const auto done = catch_up(log, **store, options);
    if (!done)
        return {to_string(done.error()), 0, {}, {}};
    return {{}, done->roots_checked, done->root.height, done->root.root};
}
}  // namespace engine::test
