// Durable append and fold, and replay, against SQLite doing the same work on the same disk in the
// same run. The events are observations of one source that is taken on trust, which the genesis of
// this benchmark alone declares: signatures would be all that is measured otherwise.
//
//   bench_engine [EVENTS [BATCH]]        default: 300,000 events, 1,000 a batch

#include "adapters/system/clock.hpp"
#include "adapters/system/disk.hpp"
#include "adapters/system/executor.hpp"
#include "adapters/system/random.hpp"
#include "engine/domain/probe/state.hpp"
#include "engine/runtime/create_log.hpp"
#include "engine/runtime/node.hpp"
#include "engine/store/memory_plan.hpp"
#include "tests/support/genesis.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <semaphore>

#include <unistd.h>
#include <ctime>

namespace engine::test
{
namespace
{
using Seconds = std::chrono::duration<double>;

double time_of(const std::function<void()>& work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return Seconds{std::chrono::steady_clock::now() - begin}.count();
}

double seconds_of(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

[[noreturn]] void fail(const std::string& why)
{
    fmt::print(stderr, "bench_engine: {}\n", why);
    std::exit(1);
}

struct Work
{
    std::uint64_t events = 300'000;
    std::size_t batch = 1'000;

    /// Every 50th id comes twice: the second is ignored.
    static std::uint64_t number(std::uint64_t i) { return i % 50 == 49 ? i - 1 : i; }

    static probe::Probed probe(std::uint64_t i)
    {
        auto probed = std::get<probe::Probed>(probe_of(number(i), number(i) % 1'000));
        probed.account = number(i) * 2'654'435'761ULL % 100'000;
        return probed;
    }
};

struct Totals
{
    std::uint64_t count = 0;
    std::uint64_t amount = 0;
    friend bool operator==(const Totals&, const Totals&) = default;
};

/// A way of replaying, and what it took.
struct Replay
{
    const char* name = "";
    bool beside = true;  ///< With the lanes; otherwise in turn, on one thread.
    bool every_root = false;
    bool full = false;                          ///< Validated again, and every law asked.
    std::size_t memory = std::size_t{1} << 30;  ///< What rows may take.
    double seconds = 0;
    double thread_cpu = 0;     ///< Of the folding thread.
    double process_cpu = 0;    ///< Of all threads.
    std::uint64_t misses = 0;  ///< Rows that were asked for and not in memory.
};

struct Measured
{
    double append = 0;
    double replay = 0;  ///< SQLite's.
    double replay_cpu = 0;
    std::vector<Replay> replays{{.name = "replay"}, {.name = "replay, one thread", .beside = false},
        {.name = "replay, every root", .every_root = true},
        {.name = "replay, full", .every_root = true, .full = true},
        {.name = "replay, full, one thread", .beside = false, .every_root = true, .full = true},
        {.name = "replay, rows in 4 MiB", .memory = std::size_t{4} << 20},
        {.name = "replay, rows in 16 MiB", .memory = std::size_t{16} << 20}};
    Totals totals;
    Totals replayed;
};

// ---- The engine ----

std::vector<std::vector<Bytes>> observations(const Work& work)
{
    std::vector<std::vector<Bytes>> batches;
    for (std::uint64_t i = 0; i < work.events; ++i)
    {
        if (i % work.batch == 0)
            batches.emplace_back();
        Event event{Origin{kTrustedSource, i, {}, {}}, probe::Event{Work::probe(i)}};
        batches.back().push_back(encode_event(event));
    }
    return batches;
}

Totals totals_of(const StateView& state)
{
    const auto totals = get(state, probe::kTotals);
    return {totals.count, totals.amount};
}

Totals run_replay(const log::Log& log, Disk& disk, const std::string& scratch, Replay& replay)
{
    std::filesystem::remove_all(scratch);
    auto store = StateStore::open(disk, scratch, memory_plan(replay.memory).store());
    ThreadExecutor executor;
    CatchUpOptions options;
    options.memory_bytes_max = replay.memory;
    options.sealed = LogHeight{UINT64_MAX};
    options.every_root = replay.every_root;
    options.validate_all = options.laws = replay.full;
    options.executor = replay.beside ? &executor : nullptr;
    Totals totals;
    const auto thread = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    const auto process = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    replay.seconds = time_of([&] {
        auto done = catch_up(log, **store, options);
        if (!done)
            fail(to_string(done.error()));
        totals = totals_of(*done->state);
        replay.misses = done->state->fetches();
    });
    replay.thread_cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID) - thread;
    replay.process_cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - process;
    return totals;
}

Measured run_engine(const Work& work, const std::string& home)
{
    PosixDisk disk;
    SystemClock clock;
    SystemRandom random;
    const auto data = home + "/engine";
    if (const auto made = create_log(disk, data, regtest_genesis(clock.now()), "bench"); !made)
        fail(to_string(made.error()));
    NodeOptions options;
    options.directory = data;
    options.holder = "bench";
    Measured out;
    auto batches = observations(work);
    {
        ThreadExecutor executor;
        auto node = Node::open({disk, executor, clock, random}, options, key_of(kSequencerKey));
        if (!node)
            fail(to_string(node.error()));
        (*node)->start();
        out.append = time_of([&] {
            std::counting_semaphore<16> room{16};
            std::atomic<std::uint64_t> bad{0};
            for (auto& batch : batches)
            {
                room.acquire();
                (*node)->sequencer().submit(
                    {std::move(batch), Door::sources, [&](const std::vector<Receipt>& receipts) {
                         for (const auto& r : receipts)
                             bad += r.status != Receipt::Status::applied &&
                                    r.status != Receipt::Status::ignored;
                         room.release();
                     }});
            }
            for (int i = 0; i < 16; ++i)
                room.acquire();
            if (bad != 0)
                fail(fmt::format("{} events were not taken", bad.load()));
        });
        std::promise<void> read;
        (*node)->sequencer().read([&](const DurableView& view) {
            out.totals = totals_of(view.state);
            read.set_value();
        });
        read.get_future().wait();
        std::promise<void> stopped;
        (*node)->stop([&] { stopped.set_value(); });
        stopped.get_future().wait();
        executor.stop();
    }
    auto directory = log::DataDirectory::own(disk, data, "bench");
    auto log = log::SegmentLog::open(disk, *directory);
    for (auto& replay : out.replays)
        out.replayed = run_replay(**log, disk, home + "/scratch", replay);
    return out;
}

// ---- SQLite ----

class Database
{
    sqlite3* m_db = nullptr;

public:
    explicit Database(const std::string& path)
    {
        if (sqlite3_open(path.c_str(), &m_db) != SQLITE_OK)
            fail("sqlite can't open " + path);
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() { sqlite3_close(m_db); }

    void execute(const std::string& sql)
    {
        if (sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            fail(fmt::format("sqlite: {}: {}", sql, sqlite3_errmsg(m_db)));
    }
    sqlite3_stmt* prepare(const char* sql)
    {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(m_db, sql, -1, &statement, nullptr) != SQLITE_OK)
            fail(fmt::format("sqlite: {}: {}", sql, sqlite3_errmsg(m_db)));
        return statement;
    }
};

/// The same tables and the same rule: an id counts once, its amount goes to its account.
class Projection
{
    Database& m_db;
    sqlite3_stmt* m_see;
    sqlite3_stmt* m_add;
    Totals m_totals;

public:
    explicit Projection(Database& db) : m_db{db}
    {
        m_db.execute(
            "create table if not exists accounts(id integer primary key, n, amount);"
            "create table if not exists seen(id blob primary key) without rowid");
        m_see = m_db.prepare("insert or ignore into seen values(?) returning 1");
        m_add = m_db.prepare(
            "insert into accounts values(?, 1, ?) on conflict(id) do update set "
            "n = n + 1, amount = amount + excluded.amount");
    }
    Projection(const Projection&) = delete;
    Projection& operator=(const Projection&) = delete;
    ~Projection()
    {
        sqlite3_finalize(m_see);
        sqlite3_finalize(m_add);
    }

    void fold(const probe::Probed& probed)
    {
        sqlite3_bind_blob(m_see, 1, probed.id.bytes.data(), 32, SQLITE_STATIC);
        const bool is_first = sqlite3_step(m_see) == SQLITE_ROW;
        sqlite3_reset(m_see);
        if (!is_first)
            return;
        sqlite3_bind_int64(m_add, 1, static_cast<sqlite3_int64>(probed.account));
        sqlite3_bind_int64(m_add, 2, static_cast<sqlite3_int64>(probed.amount));
        sqlite3_step(m_add);
        sqlite3_reset(m_add);
        ++m_totals.count;
        m_totals.amount += probed.amount;
    }

    const Totals& totals() const { return m_totals; }
};

Measured run_sqlite(const Work& work, const std::string& home)
{
    Measured out;
    const auto batches = observations(work);
    Database db{home + "/peer.sqlite"};
    db.execute(
        "pragma journal_mode=wal; pragma synchronous=full; pragma cache_size=-262144;"
        "create table events(position integer primary key, payload blob)");
    {
        Projection projection{db};
        auto* append = db.prepare("insert into events values(?, ?)");
        out.append = time_of([&] {
            std::uint64_t i = 0;
            for (const auto& batch : batches)
            {
                db.execute("begin");
                for (const auto& bytes : batch)
                {
                    sqlite3_bind_int64(append, 1, static_cast<sqlite3_int64>(i));
                    sqlite3_bind_blob(
                        append, 2, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
                    sqlite3_step(append);
                    sqlite3_reset(append);
                    projection.fold(Work::probe(i++));
                }
                db.execute("commit");
            }
        });
        sqlite3_finalize(append);
        out.totals = projection.totals();
    }
    db.execute("pragma synchronous=off; drop table accounts; drop table seen");
    const auto cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    out.replay = time_of([&] {
        Projection projection{db};
        auto* read = db.prepare("select position, payload from events order by position");
        db.execute("begin");
        while (sqlite3_step(read) == SQLITE_ROW)
            projection.fold(Work::probe(static_cast<std::uint64_t>(sqlite3_column_int64(read, 0))));
        sqlite3_finalize(read);
        db.execute("commit");
        out.replayed = projection.totals();
    });
    out.replay_cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    return out;
}

void print(const char* what, double ours, double theirs, std::uint64_t events)
{
    const auto n = static_cast<double>(events);
    fmt::print("{:<28} {:>12.0f} {:>12.0f} {:>8.2f}\n", what, n / ours, n / theirs, theirs / ours);
}

int run(const Work& work)
{
    const auto home =
        std::filesystem::temp_directory_path() / fmt::format("refold-bench-{}", std::rand());
    std::filesystem::create_directories(home);
    const auto engine = run_engine(work, home);
    const auto sqlite = run_sqlite(work, home);
    std::filesystem::remove_all(home);
    if (engine.totals != sqlite.totals || engine.replayed != engine.totals ||
        sqlite.replayed != sqlite.totals)
        fail("the totals differ: the two did not do the same work");

    fmt::print("{} events, batches of {}; {} counted, sum {}; SQLite {}\n", work.events, work.batch,
        engine.totals.count, engine.totals.amount, sqlite3_libversion());
    fmt::print("{:<28} {:>12} {:>12} {:>8}\n", "events a second", "engine", "SQLite", "ratio");
    print("durable append and fold", engine.append, sqlite.append, work.events);
    for (const auto& replay : engine.replays)
        print(replay.name, replay.seconds, sqlite.replay, work.events);

    // Waiting for other programs is not in these: they hold on a machine that has much to do.
    fmt::print("\n{:<28} {:>12} {:>12}\n", "CPU microseconds an event", "fold thread", "all");
    const auto per_event = 1e6 / static_cast<double>(work.events);
    for (const auto& replay : engine.replays)
        fmt::print("{:<28} {:>12.2f} {:>12.2f}\n", replay.name, replay.thread_cpu * per_event,
            replay.process_cpu * per_event);
    fmt::print("{:<28} {:>12.2f}\n", "SQLite, replay", sqlite.replay_cpu * per_event);

    // A row that is not in memory is read from the state on disk, on the folding thread.
    const auto unbounded = engine.replays.front().seconds;
    fmt::print("\n{:<28} {:>12} {:>12} {:>8}\n", "memory of rows", "misses", "misses/s", "speed");
    for (const auto& replay : engine.replays)
    {
        if (replay.memory == Replay{}.memory && &replay != &engine.replays.front())
            continue;
        fmt::print("{:<28} {:>12} {:>12.0f} {:>8.2f}\n", replay.name, replay.misses,
            static_cast<double>(replay.misses) / replay.seconds, unbounded / replay.seconds);
    }
    return 0;
}
}  // namespace
}  // namespace engine::test

int main(int argc, char** argv)
{
    engine::test::Work work;
    if (argc > 1)
        work.events = std::strtoull(argv[1], nullptr, 10);
    if (argc > 2)
        work.batch = static_cast<std::size_t>(std::strtoull(argv[2], nullptr, 10));
    std::srand(static_cast<unsigned>(::getpid()));
    return engine::test::run(work);
}
