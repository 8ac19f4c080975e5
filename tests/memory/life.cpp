// One life of a node whose state is many times what it may keep in memory, and folds of its log.
//
//   memory_life live DATA MEMORY EVENTS      makes the log and folds it, with the sequencer
//   memory_life replay DATA MEMORY SCRATCH   folds it again, every recorded root compared
//   memory_life compare DATA MEMORY SCRATCH  folds it with the bound and without, in lockstep
//
// MEMORY is in bytes, as state.memory_bytes. Lines on stdout: `at EVENTS SECONDS` for how far it
// is, and what came out at the end.

#include "adapters/system/clock.hpp"
#include "adapters/system/disk.hpp"
#include "adapters/system/executor.hpp"
#include "adapters/system/random.hpp"
#include "engine/base/hex.hpp"
#include "engine/store/memory_plan.hpp"
#include "tests/memory/work.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <future>
#include <semaphore>

namespace engine::test
{
namespace
{
constexpr std::uint64_t kSegment = std::uint64_t{4}
                                   << 20;  // Opening a log reads two, one at a time.
constexpr std::uint8_t kLoadKey = 8;       // Of an operator who has said nothing yet.
constexpr std::size_t kBatch = 500;
constexpr std::ptrdiff_t kBatchesAhead = 8;
constexpr std::uint64_t kTellEvery = 20'000;  // Events.

void tell(std::uint64_t events, const SystemClock& clock, std::int64_t begun)
{
    fmt::print("at {} {:.2f}\n", events, static_cast<double>(clock.monotonic_ms() - begun) / 1e3);
    std::fflush(stdout);
}

NodeOptions node_options(const std::string& data, std::size_t memory)
{
    NodeOptions options;
    options.directory = data;
    options.holder = "memory_life";
    options.segment_bytes = kSegment;
    options.memory_bytes_max = memory;
    options.store = memory_plan(memory).store();
    options.checkpoint_every = 50;
    options.checkpoints_kept = 2;
    return options;
}

/// Tells the node everything, so much at once that it never waits and never queues much.
void submit_all(Sequencer& sequencer, Work& work, std::uint64_t events, const SystemClock& clock)
{
    std::counting_semaphore<kBatchesAhead> room{kBatchesAhead};
    std::atomic<std::uint64_t> bad{0};
    const auto begun = clock.monotonic_ms();
    for (std::uint64_t done = 0; done < events; done += kBatch)
    {
        std::vector<Bytes> batch;
        for (std::size_t i = 0; i < kBatch; ++i)
            batch.push_back(work.next());
        const auto count_bad = [&bad](const std::vector<Receipt>& all) {
            for (const auto& receipt : all)
                bad += receipt.status != Receipt::Status::applied;
        };
        room.acquire();
        sequencer.submit({{work.allowance(clock.now())}, Door::callers, count_bad});
        sequencer.submit(
            {std::move(batch), Door::sources, [&, count_bad](const std::vector<Receipt>& all) {
                 count_bad(all);
                 room.release();
             }});
        if (done % kTellEvery == 0)
            tell(done, clock, begun);
    }
    for (std::ptrdiff_t i = 0; i < kBatchesAhead; ++i)
        room.acquire();
    tell(events, clock, begun);
    if (bad != 0)
        give_up(fmt::format("{} events were not applied", bad.load()));
}

void live(const std::string& data, std::size_t memory, std::uint64_t events)
{
    PosixDisk disk;
    SystemClock clock;
    SystemRandom random;
    auto genesis = regtest_genesis(clock.now());
    std::get<access::Genesis>(genesis.modules).operators.push_back(public_key(key_of(kLoadKey)));
    const auto made = create_log(disk, data, genesis, "memory_life", kSegment);
    if (!made)
        give_up(to_string(made.error()));
    ThreadExecutor executor;
    auto node = Node::open(
        {disk, executor, clock, random}, node_options(data, memory), key_of(kSequencerKey));
    if (!node)
        give_up(to_string(node.error()));
    (*node)->sequencer().on_failure([](const std::string& why) { give_up(why); });
    (*node)->start();
    Work work{*made, events / 2};
    submit_all((*node)->sequencer(), work, events, clock);
    std::promise<SequencerStatus> status;
    executor.post(Lane::fold, [&] { status.set_value((*node)->sequencer().status()); });
    const auto last = status.get_future().get();
    std::promise<void> stopped;
    (*node)->stop([&] { stopped.set_value(); });
    stopped.get_future().wait();
    executor.stop();
    fmt::print("rows in memory {} bytes {} height {}\n", last.rows_in_memory, last.memory_bytes,
        last.height.value);
}

std::unique_ptr<log::SegmentLog> open_log(Disk& disk, const log::DataDirectory& directory)
{
    auto log = log::SegmentLog::open(disk, directory);
    if (!log)
        give_up(log::to_string(log.error()));
    return *std::move(log);
}

void replay(const log::Log& log, Disk& disk, const std::string& scratch, std::size_t memory)
{
    const SystemClock clock;
    auto store = StateStore::open(disk, scratch, memory_plan(memory).store());
    if (!store)
        give_up(to_string(store.error()));
    ThreadExecutor executor;
    CatchUpOptions options;
    options.memory_bytes_max = memory;
    options.sealed = LogHeight{UINT64_MAX};
    options.every_root = true;
    options.executor = &executor;
    const auto begun = clock.monotonic_ms();
    std::uint64_t told = 0;
    const auto done =
        catch_up(log, **store, options, [&](const log::Progress&, const Refolder& folded) {
            if (folded.events() < told)
                return;
            tell(folded.events(), clock, begun);
            told += kTellEvery;
        });
    if (!done)
        give_up(to_string(done.error()));
    const auto stored = (*store)->memory();
    fmt::print("rows {} root {} roots compared {}\n", (*store)->top().rows,
        to_hex(done->root.root.bytes), done->roots_checked);
    fmt::print(
        "memory of live rows {} block cache {} table readers {} memtables {} tree {} "
        "pending {}\n",
        done->state->memory_bytes(), stored.block_cache, stored.table_readers, stored.memtables,
        stored.tree, stored.pending);
}

int run(int argc, char** argv)
{
    const std::string_view what = argc == 5 ? argv[1] : "";
    const std::string data = argc == 5 ? argv[2] : "";
    const auto memory = argc == 5 ? std::strtoull(argv[3], nullptr, 10) : 0;
    if (what == "live")
    {
        live(data, memory, std::strtoull(argv[4], nullptr, 10));
        return 0;
    }
    if (what != "replay" && what != "compare")
        give_up("usage: live DATA MEMORY EVENTS | replay DATA MEMORY SCRATCH | compare ...");
    PosixDisk disk;
    auto directory = log::DataDirectory::own(disk, data, "memory_life");
    if (!directory)
        give_up(log::to_string(directory.error()));
    const auto log = open_log(disk, *directory);
    if (what == "replay")
        replay(*log, disk, argv[4], memory);
    else
        compare_in_lockstep(*log, disk, argv[4], memory);
    return 0;
}
}  // namespace
}  // namespace engine::test

int main(int argc, char** argv)
{
    return engine::test::run(argc, argv);
}
