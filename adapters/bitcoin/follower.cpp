#include "adapters/bitcoin/follower.hpp"

#include "engine/base/check.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace engine::bitcoind
{
namespace
{
constexpr std::size_t kKept = 8;

template <typename T>
void keep_newest(std::deque<T>& all, const T& newest)
{
    all.push_back(newest);
    if (all.size() > kKept)
        all.pop_front();
}

/// A text that stays, so that it can be kept.
std::string_view known_kind(const FollowFault& fault)
{
    const auto* found = std::find(std::begin(kFaultKinds), std::end(kFaultKinds), kind_of(fault));
    ENSURE(found != std::end(kFaultKinds));
    return *found;
}
}  // namespace

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
    for (const auto kind : kFaultKinds)
        m_health.faults[kind] = 0;
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
    ++m_health.faults[known_kind(result.error())];
    enter(FollowerState::waiting);
    return before != m_health.last_error->code;
}

void Follower::look_at_node(const SyncReport& report)
{
    if (m_health.node_tip != report.node_tip)
        note_tip(report.node_tip);
    m_health.engine_height = report.engine_height;
    m_health.node_height = report.node_height;
    m_health.node_headers = report.node_headers;
    m_health.node_syncing = report.node_syncing;
}

void Follower::note_tip(const BlockHash& tip)
{
    const auto now = m_clock.now();
    if (std::find(m_left.begin(), m_left.end(), tip) != m_left.end())
    {
        ++m_health.tip_returns;
        keep_newest(m_health.returned, now);
    }
    ++m_health.tip_changes;
    keep_newest(m_left, m_health.node_tip);
    m_health.node_tip = tip;
    m_health.node_tip_since = now;
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
