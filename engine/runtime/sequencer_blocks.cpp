#include "engine/runtime/sequencer.hpp"

#include "engine/core/overlay.hpp"
#include "engine/domain/access/queries.hpp"
#include "engine/fold/fold.hpp"

#include <fmt/format.h>

// The way of a block: opened when an event enters it, closed when the disk is free for it, written,
// durable.

namespace engine
{
namespace
{
constexpr std::int64_t kRetryMs = 500;  // Between two looks for room on the disk.

const Bytes& block_opened()
{
    static const Bytes bytes = encode_event({EngineAuthor{}, BlockOpened{}});
    return bytes;
}

log::EventResult result_of(const Outcome& outcome)
{
    return {outcome.verdict.code(), static_cast<std::uint32_t>(outcome.effects.size())};
}
}  // namespace

// ---- The block to come ----

Context Sequencer::context_for(std::uint32_t index, const EventHash& hash, std::size_t bytes) const
{
    return {.genesis = m_genesis,
        .place = {m_open.header.height, index},
        .time = m_open.header.time,
        .rules = m_open.header.rules_version,
        .event = hash,
        .bytes = static_cast<std::uint32_t>(bytes)};
}

LogTime Sequencer::time_now() const
{
    return std::max(m.clock.now(), m_last_time);
}

/// Whether the next block may be of that time only by an operator's word.
bool Sequencer::is_too_far(LogTime time) const
{
    return time > access::clock_limit(m.state, m_last_time);
}

/// Fixes height, time and rules of the block to come, unless it is open already. A deadline that is
/// due opens it.
void Sequencer::prepare_block()
{
    if (m_is_open)
        return;
    auto& header = m_open.header;
    header.height = LogHeight{m_last_height.value + 1};
    header.rules_version = access::rules_at(m.state, header.height);
    const auto now = time_now();
    m_clock_stands = is_too_far(now);
    header.time = m_clock_stands ? m_last_time : now;
    if (has_due_deadline(m.state, header.time))
        open_block();
}

void Sequencer::open_block()
{
    ENSURE(!m_is_open);
    m_is_open = true;
    const auto hash = event_hash(block_opened());
    fold(m.state, context_for(0, hash, block_opened().size()), {EngineAuthor{}, BlockOpened{}},
        m_outcome);
    ENSURE(m_outcome.verdict.accepted());
    enter(block_opened(), hash);
}

/// Puts what was just folded into the open block and its changes into the state.
void Sequencer::enter(ByteView bytes, const EventHash& hash)
{
    m_open.add(bytes, hash, result_of(m_outcome));
    m_open.changes.merge(m_outcome.changes);
    m.state.apply(m_outcome.changes);
}

bool Sequencer::may_open() const
{
    return !m_failed && !m_draining && !m_options.held;
}

void Sequencer::open_if_due()
{
    const auto first = first_deadline(m.state);
    if (!m_is_open && may_open() && m.log.has_room() && first && *first <= m.clock.now())
        prepare_block();
    close_if_idle();
}

// ---- Closing and writing ----

/// A block may wait no longer for its root: the limits of changed rows and of time are reached.
bool Sequencer::must_root() const
{
    return m.state.dirty_rows() > m_options.changed_rows_max ||
           m.state.dirty_bytes() > m_options.changed_bytes_max ||
           m_open.header.time.value - m_roots.time().value > m_options.rooted_every_ms;
}

void Sequencer::close_if_idle()
{
    if (m_is_writing || m_open.empty() || m_failed)
        return;
    if (must_root() && !m_roots.is_settled())
        return;  // The root being hashed comes first.
    close_block();
}

void Sequencer::close_block()
{
    m_open.changes.drop_unchanged();
    if (const auto broken = broken_law())
        return fail(*broken);

    auto& header = m_open.header;
    header.previous = m_tip_hash;
    header.rooted = m_roots.takes_next() || (must_root() && m_roots.is_settled());
    header.known_root = m_roots.known();
    m_last_height = header.height;
    m_last_time = header.time;
    std::swap(m_open, m_writing);
    m_open.clear();
    m_is_open = false;
    m_is_writing = true;
    if (m_writing.header.rooted)
        m_roots.closed(m_writing.header);
    write();
}

std::optional<std::string> Sequencer::broken_law() const
{
    const Underlay before{m.state, m_open.changes};
    for (const auto& law : m_laws)
    {
        if (const auto broken = law.delta(before, m_open.changes))
            return fmt::format(
                "height {}: law {} is broken: {}", m_open.header.height.value, law.name, *broken);
    }
    return std::nullopt;
}

void Sequencer::write()
{
    m.executor.post(Lane::log, [this, seal = m_roots.take_seal()] {
        auto block = std::make_shared<log::EncodedBlock>(
            log::encode_block(m_writing.header, m_writing.events, seal));
        auto result = std::make_shared<log::LogResult<Done>>(m.log.append(block->bytes));
        post_fold([this, block, result] { written(*result, block); });
    });
}

void Sequencer::written(
    const log::LogResult<Done>& result, const std::shared_ptr<log::EncodedBlock>& block)
{
    if (result)
        return durable(*block);
    if (result.error().code != log::LogErrorCode::no_room)
        return fail(log::to_string(result.error()));
    if (m_draining)
        return fail(
            fmt::format("told to stop, with no room on the log's disk for block {}: nothing "
                        "of it was acknowledged",
                m_writing.header.height.value));
    prepare_log();
    m.executor.post_after(Lane::log, kRetryMs, [this, block] {
        auto again = std::make_shared<log::LogResult<Done>>(m.log.append(block->bytes));
        post_fold([this, block, again] { written(*again, block); });
    });
}

void Sequencer::durable(const log::EncodedBlock& block)
{
    m_tip = block.header;
    m_tip_hash = block.hash;
    if (m_tip.rooted)
        m_roots.durable(m_tip_hash);
    m_counts.events += m_tip.event_count;
    // Callers come first: should anything below fail, what is durable was not called unfinished.
    for (const auto& waiting : m_writing.waiting)
        give(waiting);
    const auto bytes = std::make_shared<const Bytes>(block.bytes);
    for (const auto& follower : m_followers)
        follower({m_tip, m_tip_hash, bytes, m_writing.changes});
    m_writing.clear();
    m_is_writing = false;

    m_roots.settle();
    prepare_log();
    pump();
    arm_idle_root();
    arm_deadline();
}

/// Gets the place for the blocks to come ready, in steps between the writes.
void Sequencer::prepare_log()
{
    const bool is_drained = m_draining && !m_drained;  // The log may be closed already.
    if (m_preparing_log || m_failed || is_drained)
        return;
    m_preparing_log = true;
    m.executor.post(Lane::log, [this] {
        auto result = std::make_shared<log::LogResult<log::Preparation>>(m.log.prepare_next());
        post_fold([this, result] {
            m_preparing_log = false;
            if (!*result)
                return fail(log::to_string(result->error()));
            switch (**result)
            {
                case log::Preparation::working:
                    return prepare_log();
                case log::Preparation::no_room:
                    return post_fold([this] { prepare_log(); }, kRetryMs);
                case log::Preparation::ready:
                    return pump();
            }
        });
    });
}

// ---- Time ----

/// An unrooted tip that nothing follows is rooted by an empty block.
void Sequencer::arm_idle_root()
{
    if (m_tip.rooted || m_failed || m_options.held)
        return;
    const auto root_if_idle = [this, height = m_tip.height] {
        if (m_tip.height == height && !m_is_writing && m_open.empty() && m_roots.takes_next() &&
            !m_failed)
            open_empty_block();
    };
    post_fold(root_if_idle, m_options.idle_root_ms);
}

/// The wall clock may jump while we wait, in either direction: so no wait is long, and every look
/// arms the next. One timer stands at a time, unless an earlier one is wanted.
void Sequencer::arm_deadline()
{
    constexpr std::int64_t kLookMs = 1'000;
    const auto first = first_deadline(m.state);
    if (!first || !may_open())
        return;
    const auto left = std::max<std::int64_t>(0, first->value - m.clock.now().value);
    const bool can_open =
        !m_is_open && !m_is_writing && m.log.has_room() && !is_too_far(time_now());
    const auto wait = left == 0 && !can_open ? kRetryMs : std::min(left, kLookMs);
    const auto wake = m.clock.monotonic_ms() + wait;
    if (m_deadline_wake && *m_deadline_wake <= wake)
        return;
    m_deadline_wake = wake;
    const auto look = [this, wake] {
        if (m_deadline_wake == wake)
            m_deadline_wake.reset();
        open_if_due();
        arm_deadline();
    };
    post_fold(look, wait);
}

void Sequencer::open_empty_block()
{
    prepare_block();
    if (!m_is_open)
        open_block();
    close_if_idle();
}
}  // namespace engine
