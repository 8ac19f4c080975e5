#include "adapters/bitcoin/follower.hpp"

#include <chrono>
#include <utility>

namespace engine::bitcoind
{
Follower::Follower(Node& node, BitcoinIntake& intake, const Clock& clock, FollowerSettings settings,
    std::function<void(const std::optional<FollowFault>&)> on_change)
  : m_settings{settings},
    m_clock{clock},
    m_sync{node, intake, settings.sync,
        [this](std::int64_t milliseconds) { return pause(milliseconds); },
        [this](const SyncReport& report, ChainHeight height) {
            const std::lock_guard lock{m_mutex};
            look_at_node(report);
            m_health.our_height = height;
            enter(FollowerState::catching_up);
        }},
    m_on_change{std::move(on_change)}
{
    m_health.since = m_clock.now();
    m_thread = std::thread{[this] { run(); }};
}

Follower::~Follower()
{
    stop();
}

void Follower::wake()
{
    const std::lock_guard lock{m_mutex};
    m_woken = true;
    m_changed.notify_all();
}

void Follower::stop()
{
    {
        const std::lock_guard lock{m_mutex};
        m_stopping = true;
        m_changed.notify_all();
    }
    m_sync.interrupt();
    if (m_thread.joinable())
        m_thread.join();
    const std::lock_guard lock{m_mutex};
    enter(FollowerState::stopped);
}

FollowerHealth Follower::health() const
{
    const std::lock_guard lock{m_mutex};
    return m_health;
}

void Follower::run()
{
    BackOff back_off{m_settings.retry_first_ms, m_settings.retry_most_ms};
    for (;;)
    {
        const auto result = m_sync.run_once();
        if (!result && result.error().kind == FollowFaultKind::stopping)
            return;
        note(result);
        if (result)
        {
            back_off.reset();
            wait_for_news();
        }
        else if (!pause(back_off.next()))
            return;

        const std::lock_guard lock{m_mutex};
        if (m_stopping)
            return;
        m_woken = false;
    }
}

void Follower::note(const Result<SyncReport, FollowFault>& result)
{
    if (note_health(result) && m_on_change)
        m_on_change(result ? std::nullopt : std::optional{result.error()});
}

/// Whether something else is the matter than before.
bool Follower::note_health(const Result<SyncReport, FollowFault>& result)
{
    const std::lock_guard lock{m_mutex};
    const auto before = m_health.last_error ? m_health.last_error->code : std::string{};
    if (result)
    {
        m_health.last_error.reset();
        m_health.errors_in_row = 0;
        look_at_node(*result);
        m_health.our_height = result->node_height;
        enter(FollowerState::following);
        return !before.empty();
    }
    m_health.last_error = result.error();
    ++m_health.errors_in_row;
    enter(FollowerState::waiting);
    return before != m_health.last_error->code;
}

void Follower::look_at_node(const SyncReport& report)
{
    if (m_health.node_tip != report.node_tip)
    {
        m_health.node_tip = report.node_tip;
        m_health.node_tip_since = m_clock.now();
    }
    m_health.engine_height = report.engine_height;
    m_health.node_height = report.node_height;
    m_health.node_headers = report.node_headers;
    m_health.node_syncing = report.node_syncing;
}

void Follower::enter(FollowerState state)
{
    if (m_health.state == state)
        return;
    m_health.state = state;
    m_health.since = m_clock.now();
}

/// False when the follower stops.
bool Follower::pause(std::int64_t milliseconds)
{
    std::unique_lock lock{m_mutex};
    m_changed.wait_for(
        lock, std::chrono::milliseconds{milliseconds}, [this] { return m_stopping; });
    return !m_stopping;
}

void Follower::wait_for_news()
{
    std::unique_lock lock{m_mutex};
    m_changed.wait_for(lock, std::chrono::milliseconds{m_settings.poll_ms},
        [this] { return m_stopping || m_woken; });
}
}  // namespace engine::bitcoind
