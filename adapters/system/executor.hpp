#pragma once

#include "engine/ports/executor.hpp"

#include <cstddef>
#include <memory>

namespace engine
{
/// Threads: several for Lane::check, and one for each of the other lanes.
class ThreadExecutor final : public Executor
{
    struct State;
    std::unique_ptr<State> m_state;

public:
    /// `check_threads` of 0 stands for the number of processors.
    explicit ThreadExecutor(std::size_t check_threads = 0);

    /// Stops if nobody has.
    ~ThreadExecutor() override;

    void post(Lane lane, Task task) override;
    void post_after(Lane lane, std::int64_t delay_ms, Task task) override;
    void wait_until(const std::function<bool()>& done) override;

    /// Runs what was posted and what that posts, drops timers that are not due, ends the threads.
    /// Tasks posted afterwards are dropped. Not to be called from a task.
    void stop();
};
}  // namespace engine
