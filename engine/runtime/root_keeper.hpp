#pragma once

#include "engine/crypto/secret_key.hpp"
#include "engine/log/block.hpp"
#include "engine/ports/executor.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/store/live_state.hpp"
#include "engine/store/state_store.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace engine
{
/// What is done with a state that stands, in RocksDB and in the tree, at one sealed root.
using RootTask = std::function<void(StateStore&, const StateMark&, const log::Seal&)>;

/// Keeps the newest rooted block: has its state hashed beside the folding, seals it, has it flushed
/// when it is time, and hands it to those who want the state at a root.
///
/// A rooted block is closed first, then hashed and durable in either order; then it is settled. The
/// next one may be rooted when this one is settled. Lane::fold owns this; hashing, flushing and
/// tasks run on Lane::root.
class RootKeeper
{
public:
    struct Parts
    {
        Executor& executor;
        StateStore& store;
        LiveState& state;
        const SecretKey& key;
        GenesisId genesis;
        std::function<void(const log::Seal&)> save_seal;  ///< On Lane::root, when one is made.
        std::function<void(Task)> post_fold;              ///< Posts a task to Lane::fold.
        std::function<void()> on_news;  ///< Something was hashed or flushed: there may be work.
        std::function<void(const std::string&)> on_failure;
    };

    struct Options
    {
        std::size_t flush_rows;
        std::size_t flush_bytes;
        std::int64_t flush_every_ms;
        bool last = false;  ///< No later block will ever be rooted.
    };

    /// Continues at a root that a log of this time has.
    RootKeeper(Parts parts, Options options, const RootedBlock& root, LogTime time,
        std::optional<log::Seal> seal);

    /// The newest root is known, its block durable and sealed.
    bool is_settled() const { return m_settled; }

    /// The last flush found the disk full. It is tried again; meanwhile rows gather in memory.
    bool lacks_room() const { return m_lacks_room; }

    /// A block that is closed now may be rooted.
    bool takes_next() const { return m_settled && !m_flushing; }

    LogTime time() const { return m_time; }
    const std::optional<log::KnownRoot>& known() const { return m_known; }
    const std::optional<log::KnownRoot>& newest_settled() const { return m_newest_settled; }
    const std::optional<log::Seal>& seal() const { return m_seal; }
    const std::optional<StateMark>& flushed() const { return m_flushed; }

    /// The newest seal, for the next block; each is carried once.
    std::optional<log::Seal> take_seal();

    /// A rooted block was closed: what changed since the one before is hashed.
    void closed(const log::BlockHeader& header);

    /// The newest rooted block is durable.
    void durable(const LogBlockHash& hash);

    /// Does what is due for a settled root: to be called once something may have settled it.
    void settle();

    /// Flushes at the newest root, then runs a task on Lane::root. With `at_least` not before a
    /// block of that height or a later one is rooted. Calls `refused` instead if it was stopped, or
    /// is before that.
    void at_root(RootTask task, std::function<void()> refused, LogHeight at_least);

    /// From now on everything is flushed as soon as it can be.
    void drain() { m_draining = true; }

    /// For the end of a drain: begins a flush if one is due.
    bool flush_rest();

    /// Nothing is done any more; those who wait are refused.
    void stop();

private:
    struct Waiting
    {
        LogHeight at_least;
        RootTask task;
        std::function<void()> refused;
    };

    void hashed(const StoreResult<StateRoot>& root);
    void make_seal();
    bool somebody_waits() const;
    bool should_flush() const;
    void flush();
    void was_flushed(const StoreResult<FlushReport>& report);
    void wait_for_room(const StoreError& error);
    void run_tasks();

    Parts m;
    Options m_options;

    LogHeight m_height;
    LogTime m_time;
    std::optional<LogBlockHash> m_hash;     // Once the block is durable.
    std::optional<log::KnownRoot> m_known;  // The newest root known.
    bool m_settled = false;
    std::optional<log::KnownRoot> m_newest_settled;

    bool m_flushing = false;
    bool m_lacks_room = false;
    bool m_pauses = false;  // Between two looks for room.
    LogTime m_last_flush;
    std::optional<StateMark> m_flushed;
    std::optional<log::Seal> m_seal;
    bool m_seal_is_carried = true;
    std::deque<Waiting> m_waiting;
    bool m_draining = false;
    bool m_stopped = false;
};
}  // namespace engine
