#pragma once

#include "engine/domain/outbox/state.hpp"
#include "engine/ports/effects.hpp"
#include "engine/ports/executor.hpp"
#include "engine/runtime/sequencer.hpp"

#include <map>
#include <memory>
#include <string>

namespace engine
{
/// What hinders an effect, for status and logs.
struct EffectTrouble
{
    EffectId id;
    EffectError error;
    std::uint32_t failures = 0;  ///< In a row.
};

/// Has open effects carried out, each exactly once.
///
/// A pending effect is prepared, recorded as taken with its exact bytes, and acted on only when
/// that is durable. Whatever was taken in an earlier life of the process is looked for outside
/// first; while irrevocable effects are halted, what is not there yet waits. A failure is tried
/// again with growing pauses. One that time can't mend parks the effect, but only if a look-up had
/// just said that nothing is outside: what is parked counts as not done and may be withdrawn.
class OutboxDriver
{
    struct Job
    {
        std::uint32_t failures = 0;  ///< In a row: the pauses grow with them.
        bool was_absent = false;     ///< The look-up of this job said so.
    };

    Executor& m_executor;
    Sequencer& m_sequencer;
    std::map<outbox::EffectKind, EffectExecutor*> m_executors;
    std::map<EffectId, Job> m_jobs;  // Being worked on. Owned by Lane::fold.
    std::map<EffectId, EffectTrouble> m_troubles;
    bool m_stopped = false;

public:
    OutboxDriver(Executor& executor, Sequencer& sequencer)
      : m_executor{executor}, m_sequencer{sequencer}
    {}

    /// Who acts on effects of a kind; must outlive the driver. Before start().
    void use(outbox::EffectKind kind, EffectExecutor& executor) { m_executors[kind] = &executor; }

    /// Follows the log from here on, and looks at what is open. Before the sequencer starts.
    void start();

    /// Begins nothing more. On Lane::fold.
    void stop() { m_stopped = true; }

    /// What is going wrong. On Lane::fold.
    const std::map<EffectId, EffectTrouble>& troubles() const { return m_troubles; }

private:
    void look_at(std::vector<EffectId> opened);
    void look_at_all();
    void consider(const EffectId& id, const outbox::EffectRow& row);
    void take(const OpenEffect& effect, EffectExecutor& executor);
    void act(const OpenEffect& effect, Bytes bytes, EffectExecutor& executor);
    void act_unless_halted(const OpenEffect& effect, const Bytes& bytes, EffectExecutor& executor);
    void look_up(const OpenEffect& effect, Bytes bytes, EffectExecutor& executor);
    void settle(const OpenEffect& effect);
    void failed(const OpenEffect& effect, const EffectError& error);
    void park(const OpenEffect& effect, const EffectError& error);
    void note(const EffectId& id, const EffectError& error);
    void submit(outbox::Event event, std::function<void(const Receipt&)> then);
    void finished(const EffectId& id);
    void again_later(const EffectId& id);
    void on_fold(Task task);
};
}  // namespace engine
