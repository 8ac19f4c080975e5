#pragma once

#include "engine/ports/executor.hpp"
#include "tests/sim/clock.hpp"
#include "tests/sim/random.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <map>

namespace engine::sim
{
/// One thread that plays all lanes. The seed decides whose task comes next; the order within a lane
/// stays, except on Lane::check, where tasks run beside each other and so may end in any order.
/// Time passes only when no task is ready: then it jumps to the next timer.
class SimExecutor final : public Executor
{
    struct Timer
    {
        Lane lane;
        Task task;
    };

    SimClock& m_clock;
    SimRandom m_random;
    std::array<std::deque<Task>, kLanes> m_ready;
    std::array<bool, kLanes> m_held{};
    std::multimap<std::int64_t, Timer> m_timers;  // By monotonic time; equal ones in order.
    std::uint64_t m_tasks_run = 0;

public:
    SimExecutor(SimClock& clock, std::uint64_t seed) : m_clock{clock}, m_random{seed} {}

    void post(Lane lane, Task task) override;
    void post_after(Lane lane, std::int64_t delay_ms, Task task) override;

    /// Runs ready tasks, in the seed's order, for as long as it takes.
    void wait_until(const std::function<bool()>& done) override;

    /// Runs one ready task. False when none is ready.
    bool run_one();

    /// Runs until no task is ready; timers that are not due stay.
    void run_ready();

    /// Runs `ms` milliseconds of simulated time, timers included.
    void run_for(std::int64_t ms);

    /// Runs until `done` says so or nothing is left to wait for, at most `ms_max` of simulated
    /// time. Returns what `done` says at the end.
    bool run_until(const std::function<bool()>& done, std::int64_t ms_max);

    /// A lane that stands still: its task takes long. Others go on.
    void hold(Lane lane) { m_held.at(static_cast<std::size_t>(lane)) = true; }
    void let_go(Lane lane) { m_held.at(static_cast<std::size_t>(lane)) = false; }

    /// Forgets everything that was posted: the process was killed.
    void kill();

    std::size_t ready_count() const;
    std::uint64_t tasks_run() const { return m_tasks_run; }

private:
    void move_due();
    bool advance_to_timer(std::int64_t until);
    Task take(std::deque<Task>& queue, bool any_order);
};
}  // namespace engine::sim
