// A later version of the rules folds the golden logs. Compiled with a copy of the rules whose rows
// copy_rules.py has changed; REFOLD_COPY_<kind> says how.

#include "engine/base/hex.hpp"
#include "engine/codec/codec.hpp"
#include "engine/domain/bitcoin/state.hpp"
#include "engine/domain/peg/state.hpp"
#include "engine/fold/fold.hpp"
#include "engine/store/full_root.hpp"
#include "tests/support/block_files.hpp"
#include "tests/support/memory_state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace engine::test
{
namespace
{
StateRoot root_of(const MemoryState& state)
{
    const auto tables = Modules::tables();
    return full_root(state, tables).root;
}

/// What came out of a log, beside what the log says.
struct Refolded
{
    MemoryState state;
    std::size_t roots = 0;          // That the log's headers and its file of roots record.
    std::size_t equal_roots = 0;    // Of these, the ones that came out again.
    std::size_t other_results = 0;  // Events whose verdict or number of effects differs.
};

/// Folds blocks as they were recorded; what is compared is left to the caller.
class Refold
{
    Refolded m_out;
    GenesisId m_genesis;
    std::map<LogHeight, StateRoot> m_roots;  // As they came out, at rooted heights.
    std::map<LogHeight, StateRoot> m_recorded;

    void fold_event(const log::BlockView& block, std::uint32_t index)
    {
        const auto bytes = block.event(index);
        const auto event = decode_event(bytes);
        ASSERT_TRUE(event.has_value()) << event.error().what;
        const Context context{.genesis = m_genesis,
            .place = {block.height(), index},
            .time = block.header().time,
            .rules = block.header().rules_version,
            .event = event_hash(bytes),
            .bytes = static_cast<std::uint32_t>(bytes.size())};
        const auto outcome = fold(m_out.state, context, *event);
        const auto recorded = block.result(index);
        m_out.other_results += recorded.verdict != outcome.verdict.code() ||
                               recorded.effects != outcome.effects.size();
        m_out.state.apply(outcome.changes);
    }

public:
    void add(ByteView bytes)
    {
        const auto block = log::BlockView::parse(bytes);
        ASSERT_TRUE(block.has_value()) << block.error().what;
        if (block->height() == LogHeight{0})
            m_genesis = GenesisId{block->hash().bytes};
        for (std::uint32_t i = 0; i < block->event_count(); ++i)
            fold_event(*block, i);
        if (block->header().rooted)
            m_roots[block->height()] = root_of(m_out.state);
        if (const auto known = block->header().known_root)
            m_recorded[known->height] = known->root;
    }

    Refolded finish(const StateRoot& last)
    {
        for (const auto& [height, root] : m_recorded)
        {
            ++m_out.roots;
            m_out.equal_roots += m_roots.contains(height) && m_roots.at(height) == root;
        }
        ++m_out.roots;
        m_out.equal_roots += root_of(m_out.state) == last;
        return std::move(m_out);
    }
};

/// A golden log, and the last root that is kept beside it.
Refolded refold(const std::filesystem::path& blocks)
{
    Refold refold;
    for (const auto& block : read_blocks(blocks.string()))
        refold.add(block);
    std::string last;
    std::ifstream{std::filesystem::path{blocks}.replace_extension(".root")} >> last;
    const auto root = fixed_from_hex<StateRoot>(last);
    EXPECT_TRUE(root.has_value()) << blocks;
    return refold.finish(root.value_or(StateRoot{}));
}

std::vector<std::filesystem::path> golden_logs()
{
    std::vector<std::filesystem::path> logs;
    for (const auto& entry :
        std::filesystem::directory_iterator{REFOLD_SOURCE_DIR "/fixtures/golden"})
    {
        if (entry.path().extension() == ".blocks")
            logs.push_back(entry.path());
    }
    std::sort(logs.begin(), logs.end());
    return logs;
}

#if defined(REFOLD_COPY_appended)

TEST(RulesWithAppendedMembers, FoldEveryGoldenLogToItsRecordedRoots)
{
    const auto logs = golden_logs();
    ASSERT_FALSE(logs.empty());
    for (const auto& log : logs)
    {
        const auto refolded = refold(log);
        EXPECT_GT(refolded.roots, 2u) << log;
        EXPECT_EQ(refolded.equal_roots, refolded.roots) << log;
        EXPECT_EQ(refolded.other_results, 0u) << log;
    }
}

/// Sets a member of the first row of a table; whether the root is another then.
template <typename Table, typename Change>
bool changes_the_root(const Table& table, Change change)
{
    auto state = refold(golden_logs().front()).state;
    const auto before = root_of(state);
    std::optional<std::pair<typename Table::Key, typename Table::Row>> first;
    for_all(state, table, [&](const typename Table::Key& key, const typename Table::Row& row) {
        if (!first)
            first = {key, row};
    });
    EXPECT_TRUE(first.has_value()) << table.name;
    if (!first)
        return false;
    change(first->second);
    state.plant(table.id, encode_key(first->first), ByteView{encode_row(first->second)});
    return root_of(state) != before;
}

TEST(RulesWithAppendedMembers, TheCopyHasThemAndAValueChangesTheRoot)
{
    EXPECT_TRUE(changes_the_root(peg::kDeposits, [](auto& row) { row.later_note = "a note"; }));
    EXPECT_TRUE(changes_the_root(peg::kSpent, [](auto& row) { row.later_label = 8; }));
    EXPECT_TRUE(changes_the_root(peg::kTotals, [](auto& row) { row.later_sum = 0; }));
    EXPECT_TRUE(changes_the_root(bitcoin::kHeaders, [](auto& row) { row.later_weight = 1; }));
    EXPECT_TRUE(changes_the_root(bitcoin::kTip, [](auto& row) { row.later_mark = true; }));
    EXPECT_FALSE(changes_the_root(bitcoin::kTip, [](auto& row) { row.later_mark = false; }));
}

#elif defined(REFOLD_COPY_nested)

TEST(RulesWithANestedRowThatGrew, LoseTheRecordedRoots)
{
    const auto refolded = refold(golden_logs().front());
    EXPECT_LT(refolded.equal_roots, refolded.roots);
    EXPECT_EQ(refolded.other_results, 0u);
}

#elif defined(REFOLD_COPY_middle)

TEST(RulesWithAMemberInTheMiddle, LoseTheRecordedRoots)
{
    const auto refolded = refold(golden_logs().front());
    EXPECT_LT(refolded.equal_roots, refolded.roots);
    EXPECT_EQ(refolded.other_results, 0u);  // The rules are the same: only the rows are not.
}

#elif defined(REFOLD_COPY_default)

TEST(RulesWithAnotherDefault, LoseTheRecordedRoots)
{
    const auto refolded = refold(golden_logs().front());
    EXPECT_LT(refolded.equal_roots, refolded.roots);
    EXPECT_EQ(refolded.other_results, 0u);
}

#endif
}  // namespace
}  // namespace engine::test
