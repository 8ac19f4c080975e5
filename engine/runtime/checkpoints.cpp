#include "engine/runtime/checkpoints.hpp"

#include "engine/fold/fold.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/logging.hpp"
#include "engine/store/checkpoint.hpp"
#include "engine/store/stored_view.hpp"

#include <fmt/format.h>

namespace engine
{
namespace
{
/// The first law that a state breaks, with its numbers.
std::optional<std::string> broken_law(const StateView& state)
{
    for (const auto& law : Modules::laws())
    {
        if (const auto broken = law.full(state))
            return fmt::format("law {} is broken: {}", law.name, *broken);
    }
    return std::nullopt;
}

OperatorError not_taken(std::string where, std::string why)
{
    return {errors::kNoCheckpoint, std::move(where), std::move(why), {}};
}
}  // namespace

Checkpoints::Checkpoints(Disk& disk, Executor& executor, Sequencer& sequencer, Settings settings)
  : m_disk{disk}, m_executor{executor}, m_sequencer{sequencer}, m_settings{std::move(settings)}
{}

void Checkpoints::take(Answer answer)
{
    m_executor.post(Lane::fold, [this, answer = std::move(answer)]() mutable {
        m_waiting.push_back(std::move(answer));
        begin();
    });
}

void Checkpoints::begin()
{
    if (m_busy || m_waiting.empty())
        return;
    m_busy = true;
    const auto answers = std::make_shared<std::vector<Answer>>(std::move(m_waiting));
    m_waiting.clear();
    m_sequencer.at_root([this, answers](StateStore& store, const StateMark& mark,
                            const log::Seal&) { link(store, mark, answers); },
        [this, answers] {
            done(Failure{not_taken(m_settings.directory, "the node has stopped itself")}, answers);
        });
}

void Checkpoints::link(StateStore& store, const StateMark& mark, const Answers& answers)
{
    const auto directory = checkpoint_directory(m_settings.directory, mark.height);
    if (m_disk.exists(directory))
        return done(mark, answers);
    if (const auto begun = store.begin_checkpoint(directory); !begun)
        return done(Failure{from_store(begun.error())}, answers);
    m_executor.post(Lane::audit, [this, mark, answers] { check(mark, answers); });
}

void Checkpoints::check(const StateMark& mark, const Answers& answers)
{
    const auto directory = checkpoint_directory(m_settings.directory, mark.height);
    const auto broke = [&](const std::string& why) {
        broken(fmt::format("height {}: {}", mark.height.value, why), directory, answers);
    };
    const auto unreadable = [&](const StoreError& error) {
        // A disk that says no proves nothing against the state.
        if (is_of_the_disk(error.code))
            return done(Failure{from_store(error)}, answers);
        broke(to_string(error));
    };
    try
    {
        const auto copy = open_checkpoint(m_disk, unfinished_checkpoint(directory),
            {.deterministic = m_settings.deterministic,
                .block_cache_bytes = m_settings.cache_bytes,
                .tree_cache_bytes = m_settings.cache_bytes});
        if (!copy)
            return unreadable(copy.error());
        if (const auto law = broken_law(StoredView{**copy, m_abandoned}))
            return broke(*law);
    }
    catch (const ReadAbandoned&)
    {
        return done(Failure{not_taken(directory, "the node is stopping")}, answers);
    }
    catch (const StoreFailure& failure)
    {
        return unreadable(failure.error());
    }
    catch (const std::exception& e)
    {
        return broke(e.what());
    }
    done(keep(mark, directory), answers);
}

Checkpoints::Taken Checkpoints::keep(const StateMark& mark, const std::string& directory)
{
    if (const auto finished = finish_checkpoint(m_disk, directory); !finished)
        return Failure{from_store(finished.error())};
    const auto kept = retain_checkpoints(m_disk, m_settings.directory, m_settings.kept);
    if (!kept)
        return Failure{from_store(kept.error())};
    return mark;
}

/// The copy goes before anyone is told: nobody shall restart from it.
void Checkpoints::broken(
    const std::string& why, const std::string& directory, const Answers& answers)
{
    if (const auto gone = drop_unfinished_checkpoint(m_disk, directory); !gone)
        logging::warning("checkpoint", "not removed", {{"why", to_string(gone.error())}});
    m_executor.post(Lane::fold, [this, why] { m_sequencer.fail(why); });
    done(Failure{not_taken(directory, why)}, answers);
}

void Checkpoints::done(const Taken& taken, const Answers& answers)
{
    for (const auto& answer : *answers)
        answer(taken);
    m_executor.post(Lane::fold, [this] {
        m_busy = false;
        begin();
    });
}
}  // namespace engine
