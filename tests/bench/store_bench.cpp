// What a row costs in the state, one thread: in the live tables, in the tree, on the disk. Rows of
// 64 bytes under keys of 32. Run on a quiet machine; the disk is the one that holds the temporary
// directory.

#include "adapters/system/disk.hpp"
#include "engine/store/full_root.hpp"
#include "engine/store/live_state.hpp"
#include "engine/store/state_store.hpp"
#include "tests/ports/temporary_directory.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <random>

namespace engine
{
namespace
{
constexpr TableId kHashed{0x0101};
constexpr TableId kSorted{0x0102};
constexpr std::array kTables{
    TableInfo{kHashed, "hashed", false}, TableInfo{kSorted, "sorted", true}};
constexpr std::size_t kRowSize = 64;
constexpr std::uint64_t kRowsPerBlock = 100;

/// The i-th key: in no order, and never twice.
Bytes key_of(std::uint64_t i)
{
    Bytes key(32);
    const auto scattered = i * 0x9e3779b97f4a7c15;
    for (std::size_t byte = 0; byte < 8; ++byte)
    {
        key[byte] = static_cast<std::uint8_t>(scattered >> (8 * byte));
        key[8 + byte] = static_cast<std::uint8_t>(i >> (8 * byte));
    }
    return key;
}

/// Keys of rows that are there, at random.
std::vector<Bytes> some_keys(std::uint64_t rows)
{
    std::mt19937_64 random{1};
    std::vector<Bytes> keys;
    for (int i = 0; i < 100'000; ++i)
        keys.push_back(key_of(random() % rows));
    return keys;
}

void insert(LiveState& state, TableId table, std::uint64_t from, std::uint64_t count)
{
    const Bytes row(kRowSize, 1);
    Changes changes;
    for (std::uint64_t i = from; i < from + count; ++i)
    {
        changes.set(table, key_of(i), std::nullopt, row);
        if (changes.size() < kRowsPerBlock)
            continue;
        state.apply(changes);
        changes.clear();
    }
    state.apply(changes);
}

TableId table_of(const benchmark::State& state)
{
    return state.range(0) == 0 ? kHashed : kSorted;
}

void live_insert(benchmark::State& state)
{
    for (auto _ : state)
    {
        LiveState live{kTables};
        insert(live, table_of(state), 0, 100'000);
    }
    state.SetItemsProcessed(state.iterations() * 100'000);
}
BENCHMARK(live_insert)->ArgName("sorted")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void live_get(benchmark::State& state)
{
    const auto rows = static_cast<std::uint64_t>(state.range(1));
    LiveState live{kTables};
    insert(live, table_of(state), 0, rows);
    const auto keys = some_keys(rows);
    std::size_t i = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(live.get(table_of(state), keys[++i % keys.size()]));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(live_get)
    ->ArgNames({"sorted", "rows"})
    ->Args({0, 10'000})
    ->Args({0, 1'000'000})
    ->Args({1, 1'000'000});

/// Blocks of 100 changed rows: what apply takes, without what the fold does to make them.
void live_update(benchmark::State& state)
{
    constexpr std::uint64_t kRows = 1'000'000;
    LiveState live{kTables};
    insert(live, kHashed, 0, kRows);
    const auto keys = some_keys(kRows);
    const Bytes row(kRowSize, 2);
    std::size_t i = 0;
    Changes changes;
    for (auto _ : state)
    {
        state.PauseTiming();
        changes.clear();
        for (std::uint64_t n = 0; n < kRowsPerBlock; ++n)
        {
            const auto& key = keys[++i % keys.size()];
            if (changes.find(kHashed, key) == nullptr)
                changes.set(kHashed, key, live.get(kHashed, key), row);
        }
        state.ResumeTiming();
        live.apply(changes);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRowsPerBlock));
}
BENCHMARK(live_update);

void live_scan(benchmark::State& state)
{
    LiveState live{kTables};
    insert(live, kSorted, 0, 100'000);
    for (auto _ : state)
    {
        std::size_t bytes = 0;
        live.scan(kSorted, {}, [&](ByteView, ByteView row) { return (bytes += row.size()) > 0; });
        benchmark::DoNotOptimize(bytes);
    }
    state.SetItemsProcessed(state.iterations() * 100'000);
}
BENCHMARK(live_scan)->Unit(benchmark::kMillisecond);

/// A state on disk with the live tables over it.
struct Stored
{
    TemporaryDirectory directory;
    PosixDisk disk;
    std::unique_ptr<StateStore> store;
    std::unique_ptr<LiveState> live;
    std::uint64_t rows;
    std::uint64_t height = 1;

    explicit Stored(std::uint64_t count) : rows{count}
    {
        store = std::move(*StateStore::open(disk, directory / "state", {}));
        live = std::make_unique<LiveState>(kTables, store.get(),
            LiveOptions{.memory_bytes_max = std::size_t{4} << 30, .complete = true});
        insert(*live, kHashed, 0, rows);
        root();
        flush();
    }
    void change(const std::vector<Bytes>& keys, std::uint64_t count)
    {
        Changes changes;
        const Bytes row(kRowSize, static_cast<std::uint8_t>(height));
        for (std::uint64_t i = 0; i < count; ++i)
            changes.set(kHashed, keys[i], live->get(kHashed, keys[i]), row);
        live->apply(changes);
    }
    void root()
    {
        benchmark::DoNotOptimize(store->take(live->freeze(LogHeight{height})).has_value());
    }
    void flush()
    {
        benchmark::DoNotOptimize(store->flush(LogHeight{height}, {}).has_value());
        live->flushed(LogHeight{height++});
    }
};

/// Roots of so many changed rows in a state of so many.
void root(benchmark::State& state)
{
    Stored stored{static_cast<std::uint64_t>(state.range(1))};
    const auto count = static_cast<std::uint64_t>(state.range(0));
    const auto keys = some_keys(stored.rows);
    for (auto _ : state)
    {
        state.PauseTiming();
        stored.change(keys, count);
        state.ResumeTiming();
        stored.root();
        state.PauseTiming();
        stored.flush();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(root)
    ->ArgNames({"changed", "rows"})
    ->Args({100, 10'000})
    ->Args({100, 1'000'000})
    ->Args({10'000, 1'000'000})
    ->Unit(benchmark::kMicrosecond);

void flush(benchmark::State& state)
{
    Stored stored{static_cast<std::uint64_t>(state.range(1))};
    const auto count = static_cast<std::uint64_t>(state.range(0));
    const auto keys = some_keys(stored.rows);
    for (auto _ : state)
    {
        state.PauseTiming();
        stored.change(keys, count);
        stored.root();
        state.ResumeTiming();
        stored.flush();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(flush)
    ->ArgNames({"changed", "rows"})
    ->Args({100, 1'000'000})
    ->Args({50'000, 1'000'000})
    ->Unit(benchmark::kMillisecond);

void stored_get(benchmark::State& state)
{
    const Stored stored{1'000'000};
    const auto keys = some_keys(stored.rows);
    Bytes row;
    std::size_t i = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(stored.store->get(kHashed, keys[++i % keys.size()], row));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(stored_get);

void stored_get_absent(benchmark::State& state)
{
    const Stored stored{1'000'000};
    Bytes row;
    std::uint64_t i = stored.rows;
    for (auto _ : state)
        benchmark::DoNotOptimize(stored.store->get(kHashed, key_of(++i), row));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(stored_get_absent);

void checkpoint(benchmark::State& state)
{
    const Stored stored{static_cast<std::uint64_t>(state.range(0))};
    std::uint64_t i = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(
            stored.store->checkpoint(stored.directory / ("checkpoints/" + std::to_string(++i)))
                .has_value());
}
BENCHMARK(checkpoint)->ArgName("rows")->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void root_from_the_rows_alone(benchmark::State& state)
{
    const Stored stored{1'000'000};
    for (auto _ : state)
        benchmark::DoNotOptimize(full_root(*stored.store).rows);
    state.SetItemsProcessed(state.iterations() * 1'000'000);
}
BENCHMARK(root_from_the_rows_alone)->Unit(benchmark::kMillisecond);
}  // namespace
}  // namespace engine

BENCHMARK_MAIN();
