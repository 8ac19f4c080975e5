#include "tests/sim/executor.hpp"

#include "engine/base/check.hpp"

#include <algorithm>

namespace engine::sim
{
void SimExecutor::post(Lane lane, Task task)
{
    m_ready.at(static_cast<std::size_t>(lane)).push_back(std::move(task));
}

void SimExecutor::post_after(Lane lane, std::int64_t delay_ms, Task task)
{
    const auto due = m_clock.monotonic_ms() + std::max<std::int64_t>(0, delay_ms);
    m_timers.emplace(due, Timer{lane, std::move(task)});
}

void SimExecutor::wait_until(const std::function<bool()>& done)
{
    while (!done())
        ENSURE(run_one());  // Otherwise nobody is left to do it.
}

std::size_t SimExecutor::ready_count() const
{
    std::size_t count = 0;
    for (const auto& queue : m_ready)
        count += queue.size();
    return count;
}

void SimExecutor::move_due()
{
    while (!m_timers.empty() && m_timers.begin()->first <= m_clock.monotonic_ms())
    {
        auto timer = std::move(m_timers.begin()->second);
        m_timers.erase(m_timers.begin());
        post(timer.lane, std::move(timer.task));
    }
}

Task SimExecutor::take(std::deque<Task>& queue, bool any_order)
{
    if (any_order)
        std::swap(queue.front(), queue[m_random.below(queue.size())]);
    auto task = std::move(queue.front());
    queue.pop_front();
    return task;
}

bool SimExecutor::run_one()
{
    move_due();
    std::array<std::size_t, kLanes> lanes{};
    std::size_t count = 0;
    for (std::size_t lane = 0; lane < m_ready.size(); ++lane)
    {
        if (!m_ready[lane].empty() && !m_held[lane])
            lanes[count++] = lane;
    }
    if (count == 0)
        return false;

    const auto lane = lanes[m_random.below(count)];
    const auto task = take(m_ready[lane], lane == static_cast<std::size_t>(Lane::check));
    ++m_tasks_run;
    task();
    return true;
}

void SimExecutor::run_ready()
{
    while (run_one())
    {}
}

bool SimExecutor::advance_to_timer(std::int64_t until)
{
    if (m_timers.empty() || m_timers.begin()->first > until)
        return false;
    m_clock.advance(std::max<std::int64_t>(0, m_timers.begin()->first - m_clock.monotonic_ms()));
    return true;
}

void SimExecutor::run_for(std::int64_t ms)
{
    const auto until = m_clock.monotonic_ms() + ms;
    do
        run_ready();
    while (advance_to_timer(until));
    m_clock.advance(std::max<std::int64_t>(0, until - m_clock.monotonic_ms()));
}

bool SimExecutor::run_until(const std::function<bool()>& done, std::int64_t ms_max)
{
    const auto until = m_clock.monotonic_ms() + ms_max;
    while (!done())
    {
        if (!run_one() && !advance_to_timer(until))
            return done();
    }
    return true;
}

void SimExecutor::kill()
{
    for (auto& queue : m_ready)
        queue.clear();
    m_timers.clear();
}
}  // namespace engine::sim
