#pragma once

// A node on a simulated machine beside what another process would remember of it: the commands
// that were acknowledged, with their places.

#include "engine/log/log.hpp"
#include "tests/support/world.hpp"

#include <map>
#include <set>
#include <string>

namespace engine::test
{
/// What a look at a node ends with. Named: the engine itself says what it can't do and where;
/// wrong: it says nothing and something acknowledged is missing, twice or different.
struct Looked
{
    enum class At
    {
        good,
        named,
        wrong,
    };
    At kind = At::good;
    std::string what;

    bool good() const { return kind == At::good; }
};

inline Looked named(const OperatorError& error)
{
    return {Looked::At::named, to_string(error)};
}

inline Looked wrong(std::string what)
{
    return {Looked::At::wrong, std::move(what)};
}

class ShadowedNode
{
    std::map<std::uint64_t, EventPlace> m_acknowledged;
    std::set<EventPlace> m_places;
    std::uint64_t m_next = 0;
    std::uint64_t m_sequence = 0;
    std::string m_wrong;  // What an answer said that can't be.

public:
    World world;
    std::uint64_t turned_away = 0;  ///< Answers that say to come later.

    explicit ShadowedNode(std::uint64_t seed) : world{seed}
    {
        world.options.segment_bytes = 64 << 10;
        world.options.sequencer.flush_every_ms = 50;
        world.options.sequencer.flush_rows = 200;
        world.options.checkpoint_every = 40;
        world.options.checkpoints_kept = 2;
    }

    std::size_t acknowledged() const { return m_acknowledged.size(); }

    /// Opens the node and looks for everything that was acknowledged.
    Looked start()
    {
        if (const auto error = world.open())
            return named(*error);
        const auto looked = look();
        if (looked.good())
            m_sequence = std::max(m_sequence, last_sequence());
        return looked;
    }

    /// Runs tasks in the seed's order, and submits commands in between.
    void live(std::uint64_t steps, std::uint64_t one_in = 3)
    {
        for (std::uint64_t i = 0; i < steps; ++i)
        {
            if (world.random.one_in(one_in))
                submit();
            if (!world.executor->run_one())
                world.executor->run_for(1 + static_cast<std::int64_t>(world.random.below(40)));
        }
    }

    void submit()
    {
        const auto number = m_next++;
        world.node->sequencer().submit(
            {{command(world.genesis_id, probe_of(number), ++m_sequence, time_of_callers())},
                Door::callers,
                [this, number](const std::vector<Receipt>& all) { note(number, all.front()); }});
    }

    /// A command of the operator beside those that are remembered.
    Receipt order(Body body)
    {
        return world.submit_one(
            command(world.genesis_id, std::move(body), ++m_sequence, time_of_callers()),
            Door::callers);
    }

    void kill_or_crash()
    {
        if (world.random.one_in(2))
            world.crash();
        else
            world.kill();
    }

    /// Everything acknowledged is in the log at its place, and in the state.
    Looked look()
    {
        if (!m_wrong.empty())
            return wrong(m_wrong);
        for (const auto& [number, place] : m_acknowledged)
        {
            const auto bytes = log::read_block(world.node->log(), place.height);
            if (!bytes && bytes.error().code == log::LogErrorCode::beyond_end)
                return wrong("lost " + to_text(place));
            if (!bytes)
                return named(from_log(bytes.error()));
            const auto block = log::BlockView::parse(*bytes);
            if (!block || place.index >= block->event_count())
                return wrong("no event at " + to_text(place));
            const auto event = decode_event(block->event(place.index));
            if (!event || event->body != Body{probe_of(number)})
                return wrong("another event at " + to_text(place));
        }
        return look_at_state();
    }

    /// The newest root equals that of a clean replay from nothing.
    Looked compare_with_replay()
    {
        const auto status = world.status();
        auto scratch = StateStore::open(world.disk, "/replay", world.options.store);
        if (!scratch)
            return named(from_store(scratch.error()));
        CatchUpOptions options;
        options.every_root = true;
        options.validate_all = true;
        options.laws = true;
        const auto replayed = catch_up(world.node->log(), **scratch, options);
        if (!replayed)
            return named(replayed.error());
        if (!status.root || replayed->root.height != status.root->height)
            return wrong("the replay has another newest root");
        if (replayed->root.root != status.root->root)
            return wrong("the replay has another root");
        scratch->reset();
        return world.disk.remove_all("/replay") ? Looked{} : wrong("the replay stays");
    }

    /// Stops in order, starts again, looks for everything and replays.
    Looked finish()
    {
        world.stop();
        if (const auto started = start(); !started.good())
            return started;
        return compare_with_replay();
    }

    /// Shows the durable state. False when nobody answers.
    template <typename Reader>
    bool read(Reader reader)
    {
        bool done = false;
        world.node->sequencer().read([&](const DurableView& view) {
            reader(view);
            done = true;
        });
        return world.executor->run_until([&] { return done; }, 1'000);
    }

private:
    /// What a caller goes by: the time of the next block.
    LogTime time_of_callers() const
    {
        const auto status = world.status();
        return status.clock_stands ? status.time : std::max(status.time, world.clock.now());
    }

    static std::string to_text(EventPlace place)
    {
        return std::to_string(place.height.value) + "." + std::to_string(place.index);
    }

    void note(std::uint64_t number, const Receipt& receipt)
    {
        turned_away += receipt.status == Receipt::Status::busy ? 1U : 0U;
        if (receipt.status != Receipt::Status::applied)
            return;
        m_acknowledged[number] = *receipt.place;
        if (!m_places.insert(*receipt.place).second)
            m_wrong = "two answers name " + to_text(*receipt.place);
    }

    std::uint64_t last_sequence()
    {
        std::uint64_t sequence = 0;
        read([&](const DurableView& view) {
            const auto key = public_key(key_of(kOperatorKey));
            sequence = engine::find(view.state, access::kOperators, key)->sequence;
        });
        return sequence;
    }

    Looked look_at_state()
    {
        std::uint64_t lost = 0;
        const bool answered = read([&](const DurableView& view) {
            for (const auto& [number, place] : m_acknowledged)
            {
                const auto id = std::get<probe::Probed>(probe_of(number)).id;
                lost += contains(view.state, probe::kSeenIds, id) ? 0U : 1U;
            }
        });
        if (lost > 0)
            return wrong(std::to_string(lost) + " acknowledged commands are not in the state");
        if (!answered)
            return {Looked::At::named, world.failure.value_or("no answer")};
        return {};
    }
};
}  // namespace engine::test
