#include "engine/runtime/sequencer.hpp"

#include "engine/core/overlay.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/domain/access/queries.hpp"
#include "engine/fold/fold.hpp"

#include <fmt/format.h>

#include <exception>

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

Sequencer::Sequencer(Parts parts, SequencerOptions options, const Refolder& folded,
    RootedBlock root, std::optional<log::Seal> seal)
  : m{parts},
    m_options{options},
    m_genesis{folded.genesis_id()},
    m_constants{folded.constants()},
    m_validator{m_constants, m_genesis},
    m_laws{Modules::laws()},
    m_last_height{folded.last()->height},
    m_last_time{folded.last()->time},
    m_tip{*folded.last()},
    m_tip_hash{folded.last_hash()},
    m_rooted{root.height},
    m_rooted_time{folded.last()->time},
    m_rooted_hash{root.hash},
    m_known{log::KnownRoot{root.height, root.root}},
    m_last_flush{folded.last()->time},
    m_flushed{parts.store.stands_at()},
    m_seal{std::move(seal)}
{}

/// Posts a task that may fold. Whatever it throws (a state that can't be read, no memory) stops the
/// engine before anything more is written.
void Sequencer::post_fold(Task task, std::int64_t delay_ms)
{
    auto guarded = [this, task = std::move(task)] {
        try
        {
            task();
        }
        catch (const std::exception& e)
        {
            fail(e.what());
        }
    };
    if (delay_ms > 0)
        m.executor.post_after(Lane::fold, delay_ms, std::move(guarded));
    else
        m.executor.post(Lane::fold, std::move(guarded));
}

// ---- In ----

void Sequencer::submit(Submission submission)
{
    post_fold([this, submission = std::make_shared<Submission>(std::move(submission))] {
        enqueue(std::move(*submission));
    });
}

/// Why nothing can be taken in now, if that is so.
std::optional<Receipt> Sequencer::turned_away() const
{
    if (m_failed || m_draining)
        return Receipt{
            Receipt::Status::stopping, {}, {}, m_failed.value_or("the engine is stopping")};
    if (m_options.held)
        return Receipt{Receipt::Status::busy, {}, {}, *m_options.held};
    if (!m.log.has_room())
        return Receipt{Receipt::Status::busy, {}, {}, "there is no room left on the log's disk"};
    if (m_queue.size() >= m_options.queue_max)
        return Receipt{Receipt::Status::busy, {}, {}, "too many submissions wait already"};
    return std::nullopt;
}

void Sequencer::enqueue(Submission submission)
{
    auto incoming = std::make_shared<Incoming>();
    incoming->answer =
        std::make_shared<PendingAnswer>(submission.events.size(), std::move(submission.answer));
    if (const auto away = turned_away())
    {
        for (std::size_t i = 0; i < submission.events.size(); ++i)
            incoming->answer->set(i, *away);
        return;
    }
    m_queue.push_back(incoming);
    const auto rules = access::rules_at(m.state, LogHeight{m_last_height.value + 1});
    m.executor.post(Lane::check, [this, incoming, rules, door = submission.door,
                                     events = std::make_shared<std::vector<Bytes>>(
                                         std::move(submission.events))] {
        auto checked = m_validator.check(std::move(*events), door, rules);
        post_fold([this, incoming,
                      checked = std::make_shared<std::vector<CheckedEvent>>(std::move(checked))] {
            incoming->events = std::move(*checked);
            look_ahead(incoming);
        });
    });
}

/// Has the claims of a submission answered, and its rows read, before it is folded.
void Sequencer::look_ahead(const std::shared_ptr<Incoming>& incoming)
{
    const auto ready = [this, incoming] {
        incoming->ready = true;
        pump();
    };
    const auto ahead = std::make_shared<Ahead>(m.state, m_claims, incoming->events);
    if (ahead->is_nothing())
        return ready();
    m.executor.post(Lane::check, [this, ahead, ready] {
        ahead->work(m.store);
        post_fold([this, ahead, ready] {
            ahead->keep_in(m_claims);
            ready();
        });
    });
}

void Sequencer::pump()
{
    while (!m_queue.empty() && m_queue.front()->ready && !m_failed)
    {
        auto& incoming = *m_queue.front();
        while (incoming.next < incoming.events.size() && can_fold())
            sequence(incoming, incoming.next++);
        if (incoming.next < incoming.events.size())
            break;
        m_queue.pop_front();
    }
    close_if_idle();
    finish_drain();
}

/// Whether the open block takes another event now. If not, the sources wait: their submissions stay
/// in the queue.
bool Sequencer::can_fold() const
{
    const bool hashing = !m_settled;
    return !m_failed && m_open.size < m_options.block_bytes_max &&
           m_open.events.size() < m_options.block_events_max &&
           !(hashing && m.state.dirty_rows() >= m_options.changed_rows_max);
}

void Sequencer::sequence(Incoming& incoming, std::size_t index)
{
    const auto& checked = incoming.events[index];
    if (const auto* invalid = std::get_if<Invalid>(&checked.event))
    {
        ++m_counts.invalid;
        incoming.answer->set(index, {Receipt::Status::invalid, {}, {}, invalid->what});
        return;
    }
    judge(incoming, index, std::get<Event>(checked.event), checked);
}

void Sequencer::judge(
    Incoming& incoming, std::size_t index, const Event& event, const CheckedEvent& checked)
{
    prepare_block();
    const auto* access_event = std::get_if<access::Event>(&event.body);
    const bool is_jump =
        access_event && std::holds_alternative<access::ClockJumpAllowed>(*access_event);
    if (m_clock_stands && !is_jump)
    {
        answer(incoming.answer, index,
            {Receipt::Status::busy, {}, {},
                "the machine's clock is too far ahead of the log: an operator must allow the "
                "jump"});
        return;
    }
    const auto next = m_is_open ? static_cast<std::uint32_t>(m_open.events.size()) : 1;
    fold(m.state, context_for(next, checked.hash, checked.bytes.size()), event, m_outcome,
        &m_claims);
    auto receipt = receipt_of(event, checked);
    if (enters_the_log(m_outcome.fate))
    {
        if (!m_is_open)
        {
            const Outcome outcome = m_outcome;  // Opening folds BlockOpened, which changes nothing.
            open_block();
            m_outcome = outcome;
        }
        receipt.place = EventPlace{m_open.header.height, next};
        enter(checked.bytes, checked.hash);
    }
    answer(incoming.answer, index, std::move(receipt));
}

Receipt Sequencer::receipt_of(const Event& event, const CheckedEvent& checked) const
{
    Receipt receipt;
    receipt.verdict = m_outcome.verdict;
    switch (m_outcome.fate)
    {
        case Fate::applied:
            receipt.status = Receipt::Status::applied;
            break;
        case Fate::ignored:
            receipt.status = Receipt::Status::ignored;
            break;
        case Fate::refused:
            receipt.status = Receipt::Status::refused;
            break;
        case Fate::outside:
            receipt.status = receipt.verdict == Verdict{kDuplicate} ? Receipt::Status::duplicate
                             : receipt.verdict == Verdict{kGap}     ? Receipt::Status::gap
                                                                    : Receipt::Status::busy;
            if (const auto* author = std::get_if<Authorization>(&event.author))
                receipt.place = access::place_of(m.state, author->key, checked.hash);
            break;
    }
    return receipt;
}

/// Answers now if everything folded so far is durable; with the block that it rests on otherwise.
void Sequencer::answer(
    const std::shared_ptr<PendingAnswer>& answer, std::size_t index, Receipt receipt)
{
    count(receipt);
    if (!m_open.empty())
        m_open.waiting.push_back({answer, index, std::move(receipt)});
    else if (m_is_writing)
        m_writing.waiting.push_back({answer, index, std::move(receipt)});
    else
        answer->set(index, std::move(receipt));
}

void Sequencer::count(const Receipt& receipt)
{
    switch (receipt.status)
    {
        case Receipt::Status::applied:
            ++m_counts.applied;
            break;
        case Receipt::Status::ignored:
            ++m_counts.ignored;
            break;
        case Receipt::Status::refused:
            ++m_counts.refused;
            break;
        case Receipt::Status::duplicate:
            ++m_counts.duplicates;
            break;
        case Receipt::Status::gap:
            ++m_counts.gaps;
            break;
        case Receipt::Status::busy:
        case Receipt::Status::invalid:
        case Receipt::Status::stopping:
            break;
    }
}

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

/// Fixes height, time and rules of the block to come, unless it is open already. A deadline that is
/// due opens it.
void Sequencer::prepare_block()
{
    if (m_is_open)
        return;
    auto& header = m_open.header;
    header.height = LogHeight{m_last_height.value + 1};
    header.rules_version = access::rules_at(m.state, header.height);
    const auto now = std::max(m.clock.now(), m_last_time);
    m_clock_stands = now > access::clock_limit(m.state, m_last_time);
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
           m_open.header.time.value - m_rooted_time.value > m_options.rooted_every_ms;
}

/// The previous rooted height's root is known, recorded in this header, and its block durable.
bool Sequencer::can_root() const
{
    return m_settled && !m_flushing;
}

void Sequencer::close_if_idle()
{
    if (m_is_writing || m_open.empty() || m_failed)
        return;
    if (must_root() && !m_settled)
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
    header.rooted = can_root() || (must_root() && m_settled);
    header.known_root = m_known;
    m_last_height = header.height;
    m_last_time = header.time;
    std::swap(m_open, m_writing);
    m_open.clear();
    m_is_open = false;
    m_is_writing = true;
    if (m_writing.header.rooted)
        hash_changes();
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

/// Hands the changes since the last rooted height to Lane::root.
void Sequencer::hash_changes()
{
    m_rooted = m_writing.header.height;
    m_rooted_time = m_writing.header.time;
    m_rooted_hash.reset();
    m_settled = false;
    auto frozen = std::make_shared<FrozenSet>(m.state.freeze(m_rooted));
    m.executor.post(Lane::root, [this, frozen] {
        auto root = std::make_shared<StoreResult<StateRoot>>(m.store.take(std::move(*frozen)));
        post_fold([this, root] { rooted(std::move(*root)); });
    });
}

void Sequencer::write()
{
    const auto seal = m_seal_is_carried ? std::nullopt : m_seal;
    m_seal_is_carried = true;
    m.executor.post(Lane::log, [this, seal] {
        auto block = std::make_shared<log::EncodedBlock>(
            log::encode_block(m_writing.header, m_writing.events, seal));
        auto result = std::make_shared<log::LogResult<Done>>(m.log.append(block->bytes));
        post_fold([this, block, result] { written(std::move(*result), block); });
    });
}

void Sequencer::written(log::LogResult<Done> result, std::shared_ptr<log::EncodedBlock> block)
{
    if (result)
        return durable(*block);
    if (result.error().code != log::LogErrorCode::no_room)
        return fail(log::to_string(result.error()));
    prepare_log();
    m.executor.post_after(Lane::log, kRetryMs, [this, block] {
        auto again = std::make_shared<log::LogResult<Done>>(m.log.append(block->bytes));
        post_fold([this, block, again] { written(std::move(*again), block); });
    });
}

void Sequencer::durable(const log::EncodedBlock& block)
{
    m_tip = block.header;
    m_tip_hash = block.hash;
    if (m_tip.rooted)
        m_rooted_hash = m_tip_hash;
    m_counts.events += m_tip.event_count;
    const auto bytes = std::make_shared<const Bytes>(block.bytes);
    for (const auto& follower : m_followers)
        follower({m_tip, m_tip_hash, bytes, m_writing.changes});
    auto waiting = std::move(m_writing.waiting);
    m_writing.clear();
    m_is_writing = false;

    settle_root();
    for (auto& w : waiting)
        w.answer->set(w.index, std::move(w.receipt));
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

// ---- Roots ----

void Sequencer::rooted(StoreResult<StateRoot> root)
{
    if (!root)
        return fail(to_string(root.error()));
    m_known = log::KnownRoot{m_rooted, *root};
    settle_root();
    pump();
    arm_idle_root();
}

/// Once the newest rooted block is both hashed and durable: seals it, and flushes if it is time.
void Sequencer::settle_root()
{
    const bool is_known = m_known && m_known->height == m_rooted;
    if (m_settled || !is_known || !m_rooted_hash || m_failed)
        return;
    m_settled = true;
    make_seal();
    if (should_flush())
        flush();
    run_at_root();
}

void Sequencer::make_seal()
{
    if (m_seal && m_seal->height == m_rooted)
        return;
    log::Seal seal{m_rooted, *m_rooted_hash, m_known->root, {}};
    seal.signature = schnorr_sign(m.key, log::seal_message(m_genesis, seal).bytes, {});
    m_seal = seal;
    m_seal_is_carried = false;
    if (m.save_seal)
        m.executor.post(Lane::root, [this, seal] { m.save_seal(seal); });
}

bool Sequencer::somebody_waits() const
{
    return std::any_of(m_at_root.begin(), m_at_root.end(),
        [this](const WaitingAtRoot& waiting) { return waiting.at_least <= m_rooted; });
}

bool Sequencer::should_flush() const
{
    const bool has_news = !m_flushed || m_flushed->height < m_rooted;
    const bool is_time = m.store.pending_rows() >= m_options.flush_rows ||
                         m_rooted_time.value - m_last_flush.value >= m_options.flush_every_ms;
    return !m_flushing && has_news && (is_time || somebody_waits() || m_draining);
}

void Sequencer::flush()
{
    m_flushing = true;
    m.executor.post(Lane::root, [this, height = m_rooted, hash = *m_rooted_hash] {
        auto report = std::make_shared<StoreResult<FlushReport>>(m.store.flush(height, hash));
        post_fold([this, report] { flushed(std::move(*report)); });
    });
}

void Sequencer::flushed(StoreResult<FlushReport> report)
{
    m_flushing = false;
    if (!report)
        return fail(to_string(report.error()));
    m_flushed = report->mark;
    m_last_flush = m_rooted_time;
    m.state.flushed(m_flushed->height);
    run_at_root();
    pump();
    arm_idle_root();
}

void Sequencer::at_root(RootTask task, LogHeight at_least)
{
    // Of a log that no block is added to nothing later is ever rooted.
    m_at_root.push_back({m_options.held ? LogHeight{0} : at_least, std::move(task)});
    run_at_root();
}

void Sequencer::run_at_root()
{
    if (m_at_root.empty() || !m_settled || m_flushing || m_failed)
        return;
    if (should_flush())
        return flush();
    for (auto& waiting : std::exchange(m_at_root, {}))
    {
        if (waiting.at_least > m_rooted)
            m_at_root.push_back(std::move(waiting));
        else
            m.executor.post(Lane::root, [this, task = std::move(waiting.task), mark = *m_flushed,
                                            seal = *m_seal] { task(m.store, mark, seal); });
    }
}

// ---- Time ----

/// An unrooted tip that nothing follows is rooted by an empty block.
void Sequencer::arm_idle_root()
{
    if (m_tip.rooted || m_failed || m_options.held)
        return;
    const auto root_if_idle = [this, height = m_tip.height] {
        if (m_tip.height == height && !m_is_writing && m_open.empty() && can_root() && !m_failed)
            open_empty_block();
    };
    post_fold(root_if_idle, m_options.idle_root_ms);
}

void Sequencer::arm_deadline()
{
    const auto first = first_deadline(m.state);
    if (!first || !may_open())
        return;
    const auto wait = std::max<std::int64_t>(0, first->value - m.clock.now().value);
    post_fold([this] { open_if_due(); }, wait);
}

void Sequencer::open_empty_block()
{
    prepare_block();
    if (!m_is_open)
        open_block();
    close_if_idle();
}

// ---- Out ----

void Sequencer::read(std::function<void(const DurableView&)> reader)
{
    post_fold([this, reader = std::move(reader)] {
        const Underlay without_open{m.state, m_open.changes};
        const Underlay durable{without_open, m_writing.changes};
        reader({durable, m_tip, m_tip_hash});
    });
}

void Sequencer::follow(std::function<void(const DurableBlock&)> follower)
{
    m_followers.push_back(std::move(follower));
}

void Sequencer::on_failure(std::function<void(const std::string&)> handler)
{
    m_on_failure = std::move(handler);
}

void Sequencer::start()
{
    settle_root();
    prepare_log();
    arm_idle_root();
    arm_deadline();
}

void Sequencer::drain(std::function<void()> done)
{
    m_draining = true;
    m_drained = std::move(done);
    pump();
}

void Sequencer::finish_drain()
{
    if (!m_draining || !m_drained || m_failed)
        return;
    if (!m_queue.empty() || !m_open.empty() || m_is_writing || !m_settled || m_flushing)
        return;
    if (!m_tip.rooted && !m_options.held)
        return open_empty_block();
    if (should_flush())
        return flush();
    std::exchange(m_drained, nullptr)();
}

void Sequencer::fail(const std::string& why)
{
    if (m_failed)
        return;
    m_failed = why;
    const Receipt receipt{Receipt::Status::stopping, {}, {}, why};
    for (auto* block : {&m_writing, &m_open})
    {
        for (auto& w : block->waiting)
            w.answer->set(w.index, receipt);
        block->waiting.clear();
    }
    for (auto& incoming : m_queue)
    {
        for (auto i = incoming->next; i < incoming->events.size(); ++i)
            incoming->answer->set(i, receipt);
    }
    m_queue.clear();
    m_at_root.clear();
    if (m_on_failure)
        m_on_failure(why);
}

SequencerStatus Sequencer::status() const
{
    auto status = m_counts;
    status.height = m_tip.height;
    status.time = m_tip.time;
    status.hash = m_tip_hash;
    status.root = m_known;
    status.seal = m_seal;
    status.flushed = m_flushed;
    status.queued = m_queue.size();
    status.rows_in_memory = m.state.rows_in_memory();
    status.memory_bytes = m.state.memory_bytes();
    status.has_room = m.log.has_room();
    status.clock_stands = m_clock_stands;
    status.held = m_options.held;
    return status;
}
}  // namespace engine
