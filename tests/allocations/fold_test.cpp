// Every allocation of a fold fails once. An event that is folded again onto the same state has the
// outcome that it always has; a state in whose middle memory ran out is thrown away, and one that
// is folded from the log has the roots that the log has recorded.

#include "engine/fold/fold.hpp"
#include "engine/core/overlay.hpp"
#include "engine/runtime/refolder.hpp"
#include "engine/store/rooter.hpp"
#include "tests/allocations/every_allocation.hpp"
#include "tests/support/block_files.hpp"
#include "tests/support/memory_state.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>

namespace engine::test
{
namespace
{
std::vector<Bytes> golden(const std::string& name)
{
    return read_blocks(std::string{REFOLD_SOURCE_DIR} + "/fixtures/golden/" + name + ".blocks");
}

/// Folds a golden log event by event; before each event is applied shows it.
template <typename Visit>
void for_each_event(const std::vector<Bytes>& blocks, Visit&& visit)
{
    MemoryState state;
    GenesisId genesis;
    for (const auto& bytes : blocks)
    {
        const auto block = log::BlockView::parse(bytes);
        ASSERT_TRUE(block);
        const auto& header = block->header();
        if (header.height == LogHeight{0})
            genesis = block->hash();
        for (std::uint32_t i = 0; i < block->event_count(); ++i)
        {
            const auto event = decode_event(block->event(i));
            ASSERT_TRUE(event);
            const Context context{.genesis = genesis,
                .place = {header.height, i},
                .time = header.time,
                .rules = header.rules_version,
                .event = event_hash(block->event(i)),
                .bytes = static_cast<std::uint32_t>(block->event(i).size())};
            visit(state, context, *event);
            if (::testing::Test::HasFatalFailure())
                return;
            state.apply(fold(state, context, *event).changes);
        }
    }
}

TEST(FoldWithoutMemory, FoldedAgainAnEventHasTheSameOutcome)
{
    std::uint64_t failed = 0;
    for (const auto* name : {"v1", "v1-mints"})
    {
        for_each_event(golden(name),
            [&](const MemoryState& state, const Context& context, const Event& event) {
                const auto right = fold(state, context, event);
                std::optional<Outcome> outcome;
                failed += fail_each_allocation(
                    [&] {
                        outcome.emplace();
                        fold(state, context, event, *outcome);
                    },
                    [&](Ended ended) {
                        EXPECT_TRUE(ended == Ended::no_memory || *outcome == right);
                        fold(state, context, event, *outcome);
                        EXPECT_TRUE(*outcome == right);
                    });
            });
    }
    std::cout << failed << " allocations failed\n";
    EXPECT_GT(failed, 500U);
}

TEST(FoldWithoutMemory, ALawIsNeverFoundBrokenForWantOfIt)
{
    const auto laws = Modules::laws();
    std::uint64_t failed = 0;
    for_each_event(golden("v1-mints"), [&](const MemoryState& before, const Context& context,
                                           const Event& event) {
        const auto outcome = fold(before, context, event);
        MemoryState after = before;
        after.apply(outcome.changes);
        bool is_broken = false;
        const auto check = [&](Ended) { EXPECT_FALSE(is_broken); };
        for (const auto& law : laws)
        {
            failed += fail_each_allocation(
                [&] { is_broken = law.delta(before, outcome.changes).has_value(); }, check);
            failed += fail_each_allocation([&] { is_broken = law.full(after).has_value(); }, check);
        }
    });
    std::cout << failed << " allocations failed\n";
    EXPECT_GT(failed, 500U);
}

/// A state and its roots, folded from a log as a node folds it at its start. Each block is taken
/// back once and applied again.
class Refold
{
    const std::vector<TableInfo> m_tables = Modules::tables();
    LiveState m_state{m_tables};
    Refolder m_refolder{m_state, {.validate = true, .laws = true}};
    Rooter m_rooter;

public:
    std::map<LogHeight, StateRoot> roots;
    std::optional<Finding> finding;

    void fold(const std::vector<Bytes>& blocks)
    {
        for (const auto& bytes : blocks)
        {
            const auto block = log::BlockView::parse(bytes);
            if ((finding = m_refolder.fold(*block)))
                return;
            m_state.undo(m_refolder.changes());
            m_state.apply(m_refolder.changes());
            if (!block->header().rooted)
                continue;
            auto frozen = m_state.freeze(block->height());
            roots[block->height()] = m_rooter.take(frozen);
        }
    }
};

/// The roots that a log has recorded itself.
std::map<LogHeight, StateRoot> recorded(const std::vector<Bytes>& blocks)
{
    std::map<LogHeight, StateRoot> roots;
    for (const auto& bytes : blocks)
    {
        if (const auto known = log::BlockView::parse(bytes)->header().known_root)
            roots[known->height] = known->root;
    }
    return roots;
}

TEST(FoldWithoutMemory, AStateFoldedFromTheLogHasItsRoots)
{
    for (const auto* name : {"v1", "v1-mints"})
    {
        const auto blocks = golden(name);
        const auto right = recorded(blocks);
        ASSERT_GT(right.size(), 3U);
        std::unique_ptr<Refold> refold;
        const auto fold_all = [&] {
            refold = std::make_unique<Refold>();
            refold->fold(blocks);
        };
        const auto expect_roots = [&] {
            EXPECT_FALSE(refold->finding) << to_string(*refold->finding);
            for (const auto& [height, root] : right)
                EXPECT_EQ(refold->roots.at(height), root) << height.value;
        };
        const auto failed = fail_each_allocation(fold_all, [&](Ended ended) {
            if (refold)
            {
                EXPECT_FALSE(refold->finding) << to_string(*refold->finding);
            }
            if (ended == Ended::done)
                expect_roots();
            refold.reset();  // Whatever state it is in, it can be thrown away.
        });
        fold_all();
        expect_roots();
        std::cout << failed << " allocations failed\n";
        EXPECT_GT(failed, 1'000U);
    }
}
}  // namespace
}  // namespace engine::test
