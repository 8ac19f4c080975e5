#include "engine/runtime/sequencer.hpp"

#include "engine/core/overlay.hpp"
#include "engine/domain/access/queries.hpp"
#include "engine/fold/fold.hpp"

#include <fmt/format.h>

#include <exception>

namespace engine
{
Sequencer::Sequencer(Parts parts, const SequencerOptions& options, const Refolder& folded,
    const RootedBlock& root, std::optional<log::Seal> seal)
  : m{std::move(parts)},
    m_options{options},
    m_genesis{folded.genesis_id()},
    m_constants{folded.constants()},
    m_validator{m_constants, m_genesis},
    m_laws{Modules::laws()},
    m_ignored{options.ignored},
    m_last_height{folded.last()->height},
    m_last_time{folded.last()->time},
    m_tip{*folded.last()},
    m_tip_hash{folded.last_hash()},
    m_roots{root_parts(),
        {options.flush_rows, options.flush_bytes, options.flush_every_ms, options.held.has_value()},
        root, folded.rooted_time(), std::move(seal)}
{}

RootKeeper::Parts Sequencer::root_parts()
{
    return {.executor = m.executor,
        .store = m.store,
        .state = m.state,
        .key = m.key,
        .genesis = m_genesis,
        .save_seal = m.save_seal,
        .post_fold = [this](Task task) { post_fold(std::move(task)); },
        .on_news =
            [this] {
                pump();
                arm_idle_root();
            },
        .on_failure = [this](const std::string& why) { fail(why); }};
}

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
    if (m_roots.lacks_room())
        return Receipt{Receipt::Status::busy, {}, {}, "there is no room left on the state's disk"};
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
    incoming->rules = access::rules_at(m.state, LogHeight{m_last_height.value + 1});
    m.executor.post(Lane::check, [this, incoming, rules = incoming->rules, door = submission.door,
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
    const bool hashing = !m_roots.is_settled();
    return !m_failed && m_open.size < m_options.block_bytes_max &&
           m_open.events.size() < m_options.block_events_max &&
           !(hashing && (m.state.dirty_rows() >= m_options.changed_rows_max ||
                            m.state.dirty_bytes() >= m_options.changed_bytes_max));
}

void Sequencer::sequence(Incoming& incoming, std::size_t index)
{
    auto& checked = incoming.events[index];
    prepare_block();
    // It may have waited until a block of other rules.
    const auto* event = std::get_if<Event>(&checked.event);
    if (event != nullptr && incoming.rules != m_open.header.rules_version)
    {
        if (auto invalid = m_validator.check_again(*event, m_open.header.rules_version))
            checked.event = *std::move(invalid);
    }
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
    if (auto receipt = kept_out(event, checked))
        return answer(incoming.answer, index, *std::move(receipt));
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
        if (is_ignored_fact(event))
            m_ignored.add(checked.hash, *receipt.place, m_open.header.time, checked.bytes.size());
        enter(checked.bytes, checked.hash);
    }
    answer(incoming.answer, index, std::move(receipt));
}

bool Sequencer::is_ignored_fact(const Event& event) const
{
    return m_outcome.fate == Fate::ignored && std::holds_alternative<bitcoin::Event>(event.body);
}

/// A fact of Bitcoin that is ignored changes nothing: told again, or beyond what an hour has room
/// for, it stays out of the log.
std::optional<Receipt> Sequencer::kept_out(const Event& event, const CheckedEvent& checked) const
{
    if (!is_ignored_fact(event))
        return std::nullopt;
    if (const auto place = m_ignored.place_of(checked.hash))
        return Receipt{Receipt::Status::duplicate, m_outcome.verdict, place, {}};
    if (!m_ignored.fits(m_open.header.time, checked.bytes.size()))
        return Receipt{Receipt::Status::busy, {}, {},
            "too many facts were ignored within this hour of log time"};
    return std::nullopt;
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
    WaitingReceipt waiting{answer, index, std::move(receipt)};
    if (!m_open.empty())
        m_open.waiting.push_back(std::move(waiting));
    else if (m_is_writing)
        m_writing.waiting.push_back(std::move(waiting));
    else
        give(waiting);
}

void Sequencer::give(const WaitingReceipt& waiting)
{
    count(waiting.receipt);
    waiting.answer->set(waiting.index, waiting.receipt);
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
    post_fold([this] {
        m_roots.settle();
        prepare_log();
        arm_idle_root();
        arm_deadline();
    });
}

void Sequencer::at_root(RootTask task, std::function<void()> refused, LogHeight at_least)
{
    m_roots.at_root(std::move(task), std::move(refused), at_least);
}

void Sequencer::drain(std::function<void()> done)
{
    post_fold([this, done = std::move(done)] {
        m_draining = true;
        m_roots.drain();
        m_drained = done;
        pump();
    });
}

void Sequencer::finish_drain()
{
    if (!m_draining || !m_drained || m_failed)
        return;
    if (!m_queue.empty() || !m_open.empty() || m_is_writing || !m_roots.takes_next())
        return;
    if (!m_tip.rooted && !m_options.held)
        return open_empty_block();
    if (m_roots.flush_rest())
        return;
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
            w.answer->set_missing(receipt);
        block->waiting.clear();
    }
    for (auto& incoming : m_queue)  // Checked or not, and also what was being judged.
        incoming->answer->set_missing(receipt);
    m_queue.clear();
    m_roots.stop();
    if (m_on_failure)
        m_on_failure(why);
}

SequencerStatus Sequencer::status() const
{
    auto status = m_counts;
    status.height = m_tip.height;
    status.time = m_tip.time;
    status.hash = m_tip_hash;
    status.root = m_roots.newest_settled();
    status.seal = m_roots.seal();
    status.flushed = m_roots.flushed();
    status.queued = m_queue.size();
    status.rows_in_memory = m.state.rows_in_memory();
    status.memory_bytes = m.state.memory_bytes();
    status.has_room = m.log.has_room() && !m_roots.lacks_room();
    status.clock_stands = is_too_far(time_now());
    status.held = m_options.held;
    return status;
}
}  // namespace engine
