#include "engine/runtime/root_keeper.hpp"

#include "engine/crypto/schnorr.hpp"
#include "engine/runtime/logging.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace engine
{
namespace
{
constexpr std::int64_t kRoomPauseMs = 1'000;  // Between two looks for room on the state's disk.
}

RootKeeper::RootKeeper(Parts parts, Options options, const RootedBlock& root, LogTime time,
    std::optional<log::Seal> seal)
  : m{std::move(parts)},
    m_options{options},
    m_height{root.height},
    m_time{time},
    m_hash{root.hash},
    m_known{log::KnownRoot{root.height, root.root}},
    m_newest_settled{m_known},
    m_last_flush{time},
    m_flushed{m.store.stands_at()},
    m_seal{std::move(seal)}
{}

std::optional<log::Seal> RootKeeper::take_seal()
{
    return std::exchange(m_seal_is_carried, true) ? std::nullopt : m_seal;
}

void RootKeeper::closed(const log::BlockHeader& header)
{
    m_height = header.height;
    m_time = header.time;
    m_hash.reset();
    m_settled = false;
    auto frozen = std::make_shared<FrozenSet>(m.state.freeze(m_height));
    m.executor.post(Lane::root, [this, frozen] {
        auto root = std::make_shared<StoreResult<StateRoot>>(m.store.take(std::move(*frozen)));
        m.post_fold([this, root] { hashed(*root); });
    });
}

void RootKeeper::hashed(const StoreResult<StateRoot>& root)
{
    if (!root)
        return m.on_failure(to_string(root.error()));
    m_known = log::KnownRoot{m_height, *root};
    settle();
    m.on_news();
}

void RootKeeper::durable(const LogBlockHash& hash)
{
    m_hash = hash;
}

void RootKeeper::settle()
{
    const bool is_known = m_known && m_known->height == m_height;
    if (m_settled || !is_known || !m_hash || m_stopped)
        return;
    m_settled = true;
    m_newest_settled = m_known;
    make_seal();
    if (should_flush())
        flush();
    run_tasks();
}

void RootKeeper::make_seal()
{
    if (m_seal && m_seal->height == m_height)
        return;
    log::Seal seal{m_height, *m_hash, m_known->root, {}};
    seal.signature = schnorr_sign(m.key, log::seal_message(m.genesis, seal).bytes, {});
    m_seal = seal;
    m_seal_is_carried = false;
    if (m.save_seal)
        m.executor.post(Lane::root, [this, seal] { m.save_seal(seal); });
}

bool RootKeeper::somebody_waits() const
{
    return std::any_of(m_waiting.begin(), m_waiting.end(),
        [this](const Waiting& waiting) { return waiting.at_least <= m_height; });
}

bool RootKeeper::should_flush() const
{
    const bool has_news = !m_flushed || m_flushed->height < m_height;
    const bool is_time = m.store.pending_rows() >= m_options.flush_rows ||
                         m.store.pending_bytes() >= m_options.flush_bytes ||
                         m_time.value - m_last_flush.value >= m_options.flush_every_ms;
    return !m_flushing && !m_pauses && has_news &&
           (is_time || somebody_waits() || m_draining || m_lacks_room);
}

void RootKeeper::flush()
{
    m_flushing = true;
    m.executor.post(Lane::root, [this, height = m_height, hash = *m_hash] {
        auto report = std::make_shared<StoreResult<FlushReport>>(m.store.flush(height, hash));
        m.post_fold([this, report] { was_flushed(*report); });
    });
}

void RootKeeper::was_flushed(const StoreResult<FlushReport>& report)
{
    m_flushing = false;
    if (!report && report.error().code == StoreErrorCode::no_room)
        return wait_for_room(report.error());
    if (!report)
        return m.on_failure(to_string(report.error()));
    m_lacks_room = false;
    m_flushed = report->mark;
    m_last_flush = m_time;
    m.state.flushed(m_flushed->height);
    run_tasks();
    m.on_news();
}

/// The state is a cache of the log: a flush that finds no room loses nothing and is tried again.
void RootKeeper::wait_for_room(const StoreError& error)
{
    if (!m_lacks_room)
        logging::warning("state", "no room to flush", {{"where", error.where}, {"why", error.why}});
    m_lacks_room = true;
    m_pauses = true;
    m.executor.post_after(Lane::fold, kRoomPauseMs, [this] {
        m.post_fold([this] {
            m_pauses = false;
            if (m_settled && !m_stopped && should_flush())
                flush();
        });
    });
    m.on_news();
}

bool RootKeeper::flush_rest()
{
    if (!should_flush())
        return false;
    flush();
    return true;
}

void RootKeeper::at_root(RootTask task, std::function<void()> refused, LogHeight at_least)
{
    if (m_stopped)
        return refused();
    m_waiting.push_back(
        {m_options.last ? LogHeight{0} : at_least, std::move(task), std::move(refused)});
    run_tasks();
}

void RootKeeper::run_tasks()
{
    if (m_waiting.empty() || !takes_next() || m_stopped)
        return;
    if (should_flush())
        return flush();
    for (auto& waiting : std::exchange(m_waiting, {}))
    {
        if (waiting.at_least > m_height)
            m_waiting.push_back(std::move(waiting));
        else
            m.executor.post(Lane::root, [this, task = std::move(waiting.task), mark = *m_flushed,
                                            seal = *m_seal] { task(m.store, mark, seal); });
    }
}

void RootKeeper::stop()
{
    m_stopped = true;
    for (const auto& waiting : std::exchange(m_waiting, {}))
        waiting.refused();
}
}  // namespace engine
