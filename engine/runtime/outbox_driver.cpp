#include "engine/runtime/outbox_driver.hpp"

#include "engine/base/hex.hpp"
#include "engine/domain/outbox/moves.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/runtime/logging.hpp"

#include <algorithm>

namespace engine
{
namespace
{
constexpr std::int64_t kPauseMs = 250;
constexpr std::int64_t kPauseMaxMs = 30'000;

std::int64_t pause_after(std::uint32_t failures)
{
    return std::min(kPauseMaxMs, kPauseMs << std::min<std::uint32_t>(failures, 10));
}

/// The effects that became open: a change of their state alone leaves kOpen as it is.
std::vector<EffectId> opened_by(const Changes& changes)
{
    std::vector<EffectId> opened;
    for (auto i = changes.position(outbox::kOpen.id, {});
         i < changes.size() && changes[i].table == outbox::kOpen.id; ++i)
    {
        const auto key = decode_key<outbox::OpenKey>(changes[i].key);
        ENSURE(key.has_value());
        if (changes[i].after)
            opened.push_back(key->id);
    }
    return opened;
}

OpenEffect open_effect(const EffectId& id, const outbox::EffectRow& row)
{
    return {.id = id,
        .kind = static_cast<std::uint16_t>(row.kind),
        .attempt = row.attempt,
        .payload = row.payload,
        .state =
            row.state == outbox::EffectState::taken ? EffectState::taken : EffectState::pending};
}
}  // namespace

void OutboxDriver::start()
{
    m_sequencer.follow([this](const DurableBlock& block) {
        if (auto opened = opened_by(block.changes); !opened.empty())
            look_at(std::move(opened));
    });
    look_at_all();
}

void OutboxDriver::on_fold(Task task)
{
    m_executor.post(Lane::fold, std::move(task));
}

void OutboxDriver::look_at(std::vector<EffectId> opened)
{
    m_sequencer.read([this, opened = std::move(opened)](const DurableView& view) {
        for (const auto& id : opened)
        {
            const auto row = outbox::effect(view.state, id);
            if (row && outbox::is_open(row->state))
                consider(id, *row);
        }
    });
}

void OutboxDriver::look_at_all()
{
    m_sequencer.read([this](const DurableView& view) {
        outbox::for_each_open(view.state, [&](const EffectId& id, const outbox::EffectRow& row) {
            consider(id, row);
            return true;
        });
    });
}

void OutboxDriver::consider(const EffectId& id, const outbox::EffectRow& row)
{
    const auto executor = m_executors.find(row.kind);
    if (m_stopped || executor == m_executors.end() || m_jobs.contains(id))
        return;
    m_jobs[id];
    const auto effect = open_effect(id, row);
    if (effect.state == EffectState::taken)
        look_up(effect, row.taken, *executor->second);
    else
        take(effect, *executor->second);
}

void OutboxDriver::take(const OpenEffect& effect, EffectExecutor& executor)
{
    m_executor.post(Lane::effects, [this, effect, &executor] {
        auto bytes = executor.prepare(effect);
        on_fold([this, effect, &executor, bytes = std::move(bytes)] {
            if (!bytes)
                return failed(effect, bytes.error());
            const outbox::EffectTaken taken{effect.id, effect.attempt + 1, *bytes};
            submit(taken, [this, effect, &executor, bytes = *bytes](const Receipt& r) {
                // Refused: withdrawn meanwhile, or halted. What is open then is looked at again.
                if (r.status != Receipt::Status::applied)
                    return again_later(effect.id);
                auto now = effect;
                ++now.attempt;
                now.state = EffectState::taken;
                act(now, bytes, executor);
            });
        });
    });
}

void OutboxDriver::act(const OpenEffect& effect, Bytes bytes, EffectExecutor& executor)
{
    m_executor.post(Lane::effects, [this, effect, &executor, bytes = std::move(bytes)] {
        auto answer = executor.execute(effect, bytes);
        on_fold([this, effect, answer = std::move(answer)] {
            if (!answer)
                return failed(effect, answer.error());
            if (*answer == ExecuteAnswer::settled)
                return settle(effect);
            again_later(effect.id);  // Handed over: looking it up tells when it is final.
        });
    });
}

void OutboxDriver::look_up(const OpenEffect& effect, Bytes bytes, EffectExecutor& executor)
{
    m_executor.post(Lane::effects, [this, effect, &executor, bytes = std::move(bytes)] {
        auto answer = executor.look_up(effect, bytes);
        on_fold([this, effect, &executor, bytes, answer = std::move(answer)] {
            if (!answer)
                return failed(effect, answer.error());
            switch (*answer)
            {
                case LookUpAnswer::settled:
                    return settle(effect);
                case LookUpAnswer::absent:
                    m_jobs[effect.id].was_absent = true;
                    return act_unless_halted(effect, bytes, executor);
                case LookUpAnswer::submitted:
                case LookUpAnswer::unknown:
                    return again_later(effect.id);
            }
        });
    });
}

/// What was taken and never arrived is held back by a halt as what nobody took.
void OutboxDriver::act_unless_halted(
    const OpenEffect& effect, const Bytes& bytes, EffectExecutor& executor)
{
    m_sequencer.read([this, effect, bytes, &executor](const DurableView& view) {
        const auto kind = static_cast<outbox::EffectKind>(effect.kind);
        if (outbox::is_irrevocable(kind) && outbox::is_halted(view.state))
            return again_later(effect.id);
        act(effect, bytes, executor);
    });
}

void OutboxDriver::settle(const OpenEffect& effect)
{
    submit(outbox::EffectSettled{effect.id, {}}, [this, id = effect.id](const Receipt& r) {
        if (r.status == Receipt::Status::applied || r.status == Receipt::Status::duplicate)
            finished(id);
        else
            again_later(id);
    });
}

/// Tried again, with the trouble in sight; what time can't mend is parked. Only what is surely not
/// outside may be: an effect whose last look-up failed, or was never made, is looked up first.
void OutboxDriver::failed(const OpenEffect& effect, const EffectError& error)
{
    note(effect.id, error);
    if (error.retryable || !m_jobs[effect.id].was_absent)
        return again_later(effect.id);
    park(effect, error);
}

void OutboxDriver::park(const OpenEffect& effect, const EffectError& error)
{
    const outbox::EffectFailed event{
        effect.id, effect.attempt, error.code + ": " + error.what, true};
    submit(event, [this, id = effect.id](const Receipt& r) {
        if (r.status == Receipt::Status::applied)
            m_jobs.erase(id);
        else
            again_later(id);
    });
}

void OutboxDriver::note(const EffectId& id, const EffectError& error)
{
    auto& trouble = m_troubles[id];
    if (trouble.error.code != error.code)
        logging::warning("outbox", "an effect is in trouble",
            {{"effect", to_hex(id.bytes)}, {"code", error.code}, {"what", error.what},
                {"why", error.why}, {"do", error.action}});
    trouble = {id, error, trouble.failures + 1};
}

void OutboxDriver::submit(outbox::Event event, std::function<void(const Receipt&)> then)
{
    m_sequencer.submit({.events = {encode_event({EngineAuthor{}, std::move(event)})},
        .door = Door::engine,
        .answer = [then = std::move(then)](
                      std::vector<Receipt> receipts) { then(receipts.front()); }});
}

void OutboxDriver::finished(const EffectId& id)
{
    m_jobs.erase(id);
    m_troubles.erase(id);
}

/// Lets go of an effect for a while; then it is looked at as if the process had just started.
void OutboxDriver::again_later(const EffectId& id)
{
    auto& job = m_jobs[id];
    const auto pause = pause_after(job.failures++);
    m_executor.post_after(Lane::fold, pause, [this, id, failures = job.failures] {
        m_jobs.erase(id);
        if (m_stopped)
            return;
        m_sequencer.read([this, id, failures](const DurableView& view) {
            const auto row = outbox::effect(view.state, id);
            if (!row || !outbox::is_open(row->state))
            {
                m_troubles.erase(id);
                return;
            }
            consider(id, *row);
            if (const auto job_again = m_jobs.find(id); job_again != m_jobs.end())
                job_again->second.failures = failures;
        });
    });
}
}  // namespace engine
