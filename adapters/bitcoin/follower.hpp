#pragma once

#include "adapters/bitcoin/health.hpp"
#include "adapters/bitcoin/sync.hpp"
#include "engine/ports/clock.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace engine::bitcoind
{
struct FollowerSettings
{
    SyncSettings sync;
    std::int64_t poll_ms = 5'000;  ///< Between looks at the node when nothing wakes the follower.
    std::int64_t retry_first_ms = 100;
    std::int64_t retry_most_ms = 10'000;
};

/// Follows a node on a thread of its own for as long as it lives. A node that is away, starting,
/// restarted with another cookie, or wrong is tried again with growing pauses, for ever; what is
/// the matter is in the health.
class Follower
{
    const FollowerSettings m_settings;
    const Clock& m_clock;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_stopping = false;
    bool m_woken = false;
    FollowerHealth m_health;
    std::deque<BlockHash> m_left;  // The node's best blocks before this one.
    Sync m_sync;
    std::function<void(const std::optional<FollowFault>&)> m_on_change;
    std::thread m_thread;

public:
    /// Starts. Everything referred to must outlive the follower.
    /// `on_change` hears from the follower's thread when it comes into trouble, into another, and
    /// out of it: what the matter is, or nothing.
    Follower(Node& node, BitcoinIntake& intake, const Clock& clock, FollowerSettings settings,
        std::function<void(const std::optional<FollowFault>&)> on_change = {});
    ~Follower();
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    /// Looks at the node now: a block was announced, or the watch list has changed. Any thread.
    void wake();

    /// Ends the pass under way and the thread. The node can't be called afterwards.
    void stop();

    FollowerHealth health() const;

private:
    void run();
    bool pause(std::int64_t milliseconds);
    void wait_for_news();
    void note(const Result<SyncReport, FollowFault>& result);
    bool note_health(const Result<SyncReport, FollowFault>& result);
    // Under the lock:
    void look_at_node(const SyncReport& report);
    void note_tip(const BlockHash& tip);
    void enter(FollowerState state);
};
}  // namespace engine::bitcoind
