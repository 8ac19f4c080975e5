#pragma once

#include "engine/store/live_state.hpp"
#include "engine/store/state_store.hpp"
#include "tests/store/world.hpp"

#include <memory>
#include <string>

namespace engine::test
{
/// A state as a node has it: live tables over a store, and the model beside them.
struct Node
{
    Disk& disk;
    std::string directory;
    std::unique_ptr<StateStore> store;
    std::unique_ptr<LiveState> live;
    MemoryState model;
    std::uint64_t height = 0;

    Node(Disk& d, std::string path, std::size_t memory = 4096) : disk{d}, directory{std::move(path)}
    {
        open(memory);
    }

    void open(std::size_t memory = 4096)
    {
        live.reset();
        store.reset();
        store = must(StateStore::open(disk, directory, small_store()));
        const auto mark = store->stands_at();
        height = mark ? mark->height.value : height;
        live = std::make_unique<LiveState>(
            kTables, store.get(), LiveOptions{.memory_bytes_max = memory, .complete = !mark});
    }

    void fold(const std::vector<Write>& writes) { fold(changes_of(model, writes)); }
    void fold(const Changes& changes)
    {
        live->apply(changes);
        model.apply(changes);
    }
    StateRoot root() { return must(store->take(live->freeze(LogHeight{++height}))); }
    StoreResult<FlushReport> try_flush()
    {
        auto report = store->flush(LogHeight{height}, block_hash(height));
        if (report)
            live->flushed(LogHeight{height});
        return report;
    }
    FlushReport flush() { return must(try_flush()); }

    void put(std::string_view key, std::string_view row)
    {
        fold(Writer{model}.put(kCoins, key, row).changes());
    }
    StateRoot put_and_flush(std::string_view key, std::string_view row)
    {
        put(key, row);
        const auto made = root();
        flush();
        return made;
    }
};
}  // namespace engine::test
