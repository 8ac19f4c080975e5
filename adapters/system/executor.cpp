#include "adapters/system/executor.hpp"

#include "engine/base/check.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace engine
{
namespace
{
using Instant = std::chrono::steady_clock::time_point;

struct Timer
{
    Instant due;
    std::uint64_t number = 0;  // Timers due at one instant run in the order they were set.
    Task task;
};

bool later(const Timer& a, const Timer& b)
{
    return a.due != b.due ? a.due > b.due : a.number > b.number;
}

/// The tasks of one lane: a queue, and a heap of those that are not due yet.
struct Queue
{
    std::deque<Task> ready;
    std::vector<Timer> timers;
    std::condition_variable changed;
};

void move_due(Queue& queue, Instant now)
{
    while (!queue.timers.empty() && queue.timers.front().due <= now)
    {
        std::pop_heap(queue.timers.begin(), queue.timers.end(), later);
        queue.ready.push_back(std::move(queue.timers.back().task));
        queue.timers.pop_back();
    }
}
}  // namespace

/// One mutex for all lanes: tasks are blocks and batches, so it is taken thousands of times a
/// second, not millions.
struct ThreadExecutor::State
{
    std::mutex mutex;
    std::condition_variable idle;
    std::condition_variable ended_task;
    std::array<Queue, kLanes> queues;
    std::vector<std::thread> threads;
    std::uint64_t timers_set = 0;
    std::size_t running = 0;
    bool draining = false;
    bool ended = false;

    Queue& queue(Lane lane) { return queues.at(static_cast<std::size_t>(lane)); }

    bool is_idle() const
    {
        return running == 0 && std::all_of(queues.begin(), queues.end(),
                                   [](const Queue& q) { return q.ready.empty(); });
    }

    void wait(Queue& queue, std::unique_lock<std::mutex>& lock)
    {
        if (queue.timers.empty())
        {
            queue.changed.wait(lock);
            return;
        }
        const auto due = queue.timers.front().due;  // A copy: the heap may change meanwhile.
        queue.changed.wait_until(lock, due);
    }

    void run_one(Queue& queue, std::unique_lock<std::mutex>& lock)
    {
        auto task = std::move(queue.ready.front());
        queue.ready.pop_front();
        ++running;
        lock.unlock();
        task();
        task = nullptr;  // What it owns ends here, outside the lock.
        lock.lock();
        --running;
        ended_task.notify_all();
        if (is_idle())
            idle.notify_all();
    }

    void work(Queue& queue)
    {
        std::unique_lock lock{mutex};
        while (!ended)
        {
            move_due(queue, std::chrono::steady_clock::now());
            if (queue.ready.empty())
                wait(queue, lock);
            else
                run_one(queue, lock);
        }
    }
};

ThreadExecutor::ThreadExecutor(std::size_t check_threads) : m_state{std::make_unique<State>()}
{
    auto& state = *m_state;
    const auto processors = std::max<std::size_t>(1, std::thread::hardware_concurrency());
    const auto checkers = check_threads == 0 ? processors : check_threads;
    for (const auto lane : {Lane::fold, Lane::log, Lane::root, Lane::effects, Lane::audit})
        state.threads.emplace_back([&state, lane] { state.work(state.queue(lane)); });
    for (std::size_t i = 0; i < checkers; ++i)
        state.threads.emplace_back([&state] { state.work(state.queue(Lane::check)); });
}

ThreadExecutor::~ThreadExecutor()
{
    stop();
}

void ThreadExecutor::post(Lane lane, Task task)
{
    const std::lock_guard lock{m_state->mutex};
    if (m_state->ended)
        return;
    auto& queue = m_state->queue(lane);
    queue.ready.push_back(std::move(task));
    queue.changed.notify_one();
}

void ThreadExecutor::post_after(Lane lane, std::int64_t delay_ms, Task task)
{
    const std::lock_guard lock{m_state->mutex};
    if (m_state->draining)
        return;
    const auto delay = std::chrono::milliseconds{std::max<std::int64_t>(0, delay_ms)};
    auto& queue = m_state->queue(lane);
    queue.timers.push_back(
        {std::chrono::steady_clock::now() + delay, m_state->timers_set++, std::move(task)});
    std::push_heap(queue.timers.begin(), queue.timers.end(), later);
    queue.changed.notify_all();  // Whoever waits may wait too long for this one.
}

void ThreadExecutor::wait_until(const std::function<bool()>& done)
{
    std::unique_lock lock{m_state->mutex};
    while (!done())
    {
        ENSURE(!m_state->ended);  // Nobody is left to do it.
        m_state->ended_task.wait(lock);
    }
}

void ThreadExecutor::stop()
{
    for (const auto& thread : m_state->threads)
        ENSURE(thread.get_id() != std::this_thread::get_id());  // Would wait for itself.

    std::vector<std::thread> threads;
    std::vector<Timer> dropped;  // Destroyed outside the lock: a task's captures may post.
    {
        std::unique_lock lock{m_state->mutex};
        m_state->draining = true;
        for (auto& queue : m_state->queues)
        {
            std::move(queue.timers.begin(), queue.timers.end(), std::back_inserter(dropped));
            queue.timers.clear();
        }
        m_state->idle.wait(lock, [this] { return m_state->is_idle(); });
        m_state->ended = true;
        for (auto& queue : m_state->queues)
            queue.changed.notify_all();
        threads.swap(m_state->threads);
    }
    for (auto& thread : threads)
        thread.join();
}
}  // namespace engine
