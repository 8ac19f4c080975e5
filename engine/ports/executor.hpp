#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace engine
{
/// Where a task runs. Tasks of one lane run one at a time, in the order they were posted; lanes run
/// beside each other in production and in a seeded order in the simulator.
enum class Lane : std::uint8_t
{
    fold,     ///< Owns the state: sequencer, reads, completions.
    log,      ///< Writes and syncs the log.
    root,     ///< Hashes net changes into the tree and flushes them to RocksDB.
    check,    ///< Stateless validation. May run several tasks at once.
    effects,  ///< Acts outside, and may wait long for it: executors of effects.
    audit,    ///< Looks at a whole state that stands still, and may take minutes: full laws.
};

inline constexpr std::size_t kLanes = 6;

using Task = std::function<void()>;

/// Runs tasks. The engine starts no thread of its own and, once it runs, waits on nothing: it posts
/// work here, and the work posts its completion back. A fold of the past, which is one long piece
/// of work of its caller's thread, waits here for what it has posted.
class Executor
{
public:
    virtual ~Executor() = default;

    virtual void post(Lane lane, Task task) = 0;

    /// Runs a task on a lane, not before `delay_ms` milliseconds have passed.
    virtual void post_after(Lane lane, std::int64_t delay_ms, Task task) = 0;

    /// Waits until `done` says so; it is asked again whenever a task has ended, from any thread.
    /// Tasks that are not posted yet can't make it so: only for what tasks posted before will do.
    /// Never called from a task. An executor of one thread runs its tasks meanwhile.
    virtual void wait_until(const std::function<bool()>& done) = 0;
};
}  // namespace engine
