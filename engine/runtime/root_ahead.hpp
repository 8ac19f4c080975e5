#pragma once

#include "engine/ports/executor.hpp"
#include "engine/runtime/rooted_block.hpp"
#include "engine/store/state_store.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <optional>

namespace engine
{
/// Hashes what changed into state roots, and flushes it, on Lane::root beside the fold. Without an
/// executor it is done at once. What comes out is asked for by the folding thread, in order.
class RootAhead
{
    struct Job
    {
        FrozenSet set;
        RootedBlock block;
        bool wants_flush = false;
        std::size_t rows = 0;
        std::size_t bytes = 0;
        std::optional<StoreError> error;
        std::atomic<bool> is_done = false;
    };

    StateStore& m_store;
    Executor* m_executor;
    std::deque<std::unique_ptr<Job>> m_jobs;  // By height, those that nobody has asked for.
    std::size_t m_rows = 0;                   // In their sets, as they were cut.
    std::size_t m_bytes = 0;
    bool m_failed = false;  // Of Lane::root.

public:
    /// Both outlive this; the executor may be absent.
    RootAhead(StateStore& store, Executor* executor) : m_store{store}, m_executor{executor} {}

    /// Waits for what is under way.
    ~RootAhead() { wait(); }
    RootAhead(const RootAhead&) = delete;
    RootAhead& operator=(const RootAhead&) = delete;

    /// The set that was cut behind a rooted block; afterwards it and those before it are flushed,
    /// if that is wanted.
    void take(FrozenSet set, LogHeight height, const LogBlockHash& hash, bool wants_flush);

    /// What has come of a set.
    struct Taken
    {
        RootedBlock block;
        bool was_flushed = false;
    };

    /// The next set that is done; nothing if none is. An error ends it: nothing else is done.
    StoreResult<std::optional<Taken>> next();

    /// Waits until everything is done that was given.
    void wait();

    /// How many rows wait to be hashed or asked for.
    std::size_t rows() const { return m_rows; }
    std::size_t bytes() const { return m_bytes; }
    std::size_t sets() const { return m_jobs.size(); }

private:
    void run(Job& job);
};
}  // namespace engine
