// A whole node on a simulated machine, against a shadow of what was acknowledged. Seeds decide when
// the process is killed or the power fails, which unsynced writes survive, and whose task is next.

#include "tests/support/world.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

namespace engine::test
{
namespace
{
/// What another process would remember: the commands that were acknowledged, with their places.
struct Shadow
{
    std::map<std::uint64_t, EventPlace> acknowledged;
    std::set<EventPlace> places;
};

std::uint64_t env_number(const char* name, std::uint64_t standard)
{
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : standard;
}

class History
{
    World m_world;
    Shadow m_shadow;
    std::uint64_t m_next = 0;
    std::uint64_t m_sequence = 0;

public:
    explicit History(std::uint64_t seed) : m_world{seed}
    {
        m_world.options.segment_bytes = 64 << 10;
        m_world.options.sequencer.flush_every_ms = 50;
        m_world.options.sequencer.flush_rows = 200;
        m_world.options.checkpoint_every = 40;
        m_world.options.checkpoints_kept = 2;
    }

    void play(int lives)
    {
        for (int life = 0; life < lives; ++life)
        {
            ASSERT_NO_FATAL_FAILURE(start());
            live();
            if (m_world.random.one_in(2))
                m_world.crash();
            else
                m_world.kill();
        }
        ASSERT_NO_FATAL_FAILURE(start());
        check();
    }

private:
    void start()
    {
        const auto error = m_world.open();
        ASSERT_FALSE(error.has_value()) << to_string(*error);
        check_acknowledged();
        m_sequence = std::max(m_sequence, last_sequence());
    }

    /// Submits commands in bursts; stops in the middle of anything.
    void live()
    {
        auto& executor = *m_world.executor;
        const auto steps = 20 + m_world.random.below(400);
        for (std::uint64_t i = 0; i < steps; ++i)
        {
            if (m_world.random.one_in(3))
                submit();
            if (!executor.run_one())
                executor.run_for(1 + static_cast<std::int64_t>(m_world.random.below(40)));
        }
    }

    void submit()
    {
        const auto number = m_next++;
        m_world.node->sequencer().submit(
            {{command(m_world.genesis_id, probe_of(number), ++m_sequence, m_world.clock.now())},
                Door::callers, [this, number](const std::vector<Receipt>& receipts) {
                    const auto& receipt = receipts.front();
                    if (receipt.status != Receipt::Status::applied)
                        return;
                    m_shadow.acknowledged[number] = *receipt.place;
                    EXPECT_TRUE(m_shadow.places.insert(*receipt.place).second);
                }});
    }

    template <typename Reader>
    void read(Reader reader)
    {
        bool done = false;
        m_world.node->sequencer().read([&](const DurableView& view) {
            reader(view);
            done = true;
        });
        m_world.executor->run_until([&] { return done; }, 1'000);
        ASSERT_TRUE(done);
    }

    std::uint64_t last_sequence()
    {
        std::uint64_t sequence = 0;
        read([&](const DurableView& view) {
            sequence =
                find(view.state, access::kOperators, public_key(key_of(kOperatorKey)))->sequence;
        });
        return sequence;
    }

    /// Everything acknowledged is in the log at its place, and in the state.
    void check_acknowledged()
    {
        for (const auto& [number, place] : m_shadow.acknowledged)
        {
            const auto bytes = log::read_block(m_world.node->log(), place.height);
            ASSERT_TRUE(bytes.has_value()) << "lost height " << place.height.value;
            const auto block = log::BlockView::parse(*bytes);
            const auto event = decode_event(block->event(place.index));
            ASSERT_EQ(event->body, Body{probe_of(number)});
        }
        read([&](const DurableView& view) {
            for (const auto& [number, place] : m_shadow.acknowledged)
                EXPECT_TRUE(contains(
                    view.state, probe::kSeenIds, std::get<probe::Probed>(probe_of(number)).id));
        });
    }

    /// The root of the running node equals that of a clean replay from nothing.
    void check()
    {
        m_world.stop();
        ASSERT_FALSE(m_world.open().has_value());
        const auto status = m_world.status();
        auto scratch = StateStore::open(m_world.disk, "/replay", m_world.options.store);
        ASSERT_TRUE(scratch.has_value());
        CatchUpOptions options;
        options.every_root = true;
        options.validate_all = true;
        options.laws = true;
        const auto replayed = catch_up(m_world.node->log(), **scratch, options);
        ASSERT_TRUE(replayed.has_value()) << to_string(replayed.error());
        EXPECT_EQ(replayed->root.height, status.root->height);
        EXPECT_EQ(replayed->root.root, status.root->root);
        EXPECT_FALSE(m_shadow.acknowledged.empty());
    }
};

TEST(NodeSimulation, NothingAcknowledgedIsLostAndEveryReplayAgrees)
{
    const auto first = env_number("REFOLD_SIM_SEED", 1);
    const auto seeds = env_number("REFOLD_SIM_SEEDS", 60);
    for (auto seed = first; seed < first + seeds; ++seed)
    {
        SCOPED_TRACE("REFOLD_SIM_SEED=" + std::to_string(seed));
        History run{seed};
        run.play(6);
        if (::testing::Test::HasFailure())
            return;
    }
}

TEST(NodeSimulation, OneSeedGivesOneHistory)
{
    const auto history = [] {
        World world{7};
        world.start();
        for (std::uint64_t i = 0; i < 30; ++i)
            world.submit_one(observation(probe_of(i), i), Door::sources);
        world.executor->run_for(1'000);
        return world.status().hash;
    };
    EXPECT_EQ(history(), history());
}
}  // namespace
}  // namespace engine::test
