// What the steady loop of the folding thread costs in allocations: fold an event, put it into the
// block, into the block's changes and into the state; at the end of a block ask the laws and
// freeze.

#include "engine/core/overlay.hpp"
#include "engine/fold/fold.hpp"
#include "engine/runtime/open_block.hpp"
#include "engine/store/live_state.hpp"
#include "tests/store/allocations.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
constexpr std::uint64_t kEventsPerBlock = 1'000;

class SteadyLoop
{
    const std::vector<TableInfo> m_tables = Modules::tables();
    const std::vector<Law> m_laws = Modules::laws();
    LiveState m_state{m_tables};
    OpenBlock m_block;
    Outcome m_outcome;
    Context m_context;
    Event m_event{Origin{kTrustedSource, 0, {}, {}}, probe_of(0)};
    Bytes m_bytes = encode_event(m_event);

    void enter(const Event& event)
    {
        fold(m_state, m_context, event, m_outcome);
        ASSERT_TRUE(m_outcome.verdict.accepted()) << m_outcome.verdict.name();
        m_block.add(m_bytes, m_context.event, {m_outcome.verdict.code(), 0});
        m_block.changes.merge(m_outcome.changes);
        m_state.apply(m_outcome.changes);
        ++m_context.place.index;
    }

public:
    SteadyLoop() { enter({EngineAuthor{}, regtest_genesis(kLogTime)}); }

    /// One block of events, each of which adds a row and changes three.
    void block()
    {
        m_block.clear();
        ++m_context.place.height.value;
        m_context.place.index = 0;
        m_context.time.value += 1'000;
        m_context.bytes = static_cast<std::uint32_t>(m_bytes.size());
        for (std::uint64_t i = 0; i < kEventsPerBlock; ++i)
        {
            auto& origin = std::get<Origin>(m_event.author);
            m_event.body = probe_of(origin.position);
            enter(m_event);
            ++origin.position;
        }
        m_block.changes.drop_unchanged();
        const Underlay before{m_state, m_block.changes};
        for (const auto& law : m_laws)
            ASSERT_FALSE(law.delta(before, m_block.changes));
        const auto frozen = m_state.freeze(m_context.place.height);
        ASSERT_FALSE(frozen.rows().empty());
        m_state.flushed(m_context.place.height);
    }
};

TEST(SteadyLoop, AllocatesNothingPerEvent)
{
    SteadyLoop loop;
    for (int i = 0; i < 40; ++i)
        loop.block();
    const auto before = allocations();
    for (int i = 0; i < 20; ++i)
        loop.block();
    const auto per_block = (allocations() - before) / 20;
    std::printf("%llu allocations in a block of %llu events\n",
        static_cast<unsigned long long>(per_block),
        static_cast<unsigned long long>(kEventsPerBlock));
    EXPECT_LE(per_block, 10U);
}
}  // namespace
}  // namespace engine::test
