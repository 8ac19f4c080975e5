#include "engine/store/live_state.hpp"

#include "tests/store/world.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine
{
namespace
{
using namespace test;

/// Rows on a disk that only a flush changes; counts how often it is asked.
class CountingSource final : public RowSource
{
public:
    MemoryState rows;
    mutable std::size_t gets = 0;
    mutable std::size_t scans = 0;

    bool get(TableId table, ByteView key, Bytes& row) const override
    {
        ++gets;
        const auto found = rows.get(table, key);
        if (found)
            row.assign(found->begin(), found->end());
        return found.has_value();
    }
    void scan(TableId table, ByteView from, RowVisitor visit) const override
    {
        ++scans;
        rows.scan(table, from, visit);
    }
    void flush(const FrozenSet& set)
    {
        for (const auto& row : set.rows())
            rows.plant(row.table, row.key, row.row);
    }
};

std::vector<std::string> keys_from(const LiveState& state, TableId table, std::string_view from)
{
    std::vector<std::string> keys;
    state.scan(table, bytes(from), [&](ByteView key, ByteView) {
        keys.push_back(text(key));
        return true;
    });
    return keys;
}

TEST(LiveState, GivesBackWhatWasApplied)
{
    LiveState state{kTables};
    state.apply(Writer{state}.put(kCoins, "a", "1").put(kCoins, "b", "").changes());

    EXPECT_EQ(text(*state.get(kCoins, bytes("a"))), "1");
    EXPECT_TRUE(state.get(kCoins, bytes("b")).has_value());
    EXPECT_FALSE(state.get(kCoins, bytes("c")).has_value());
    EXPECT_FALSE(state.get(kDue, bytes("a")).has_value());
}

TEST(LiveState, AddressOfARowStaysWhileOthersChange)
{
    LiveState state{kTables};
    state.apply(Writer{state}.put(kCoins, "a", "first").changes());
    const auto before = *state.get(kCoins, bytes("a"));
    for (int i = 0; i < 5000; ++i)
        state.apply(Writer{state}.put(kCoins, std::to_string(i), std::string(100, 'x')).changes());
    EXPECT_EQ(state.get(kCoins, bytes("a"))->data(), before.data());
    EXPECT_EQ(text(before), "first");
}

TEST(LiveState, ScansInKeyOrderFromAKeyOn)
{
    LiveState state{kTables};
    state.apply(Writer{state}
                    .put(kDue, "bb", "")
                    .put(kDue, "a", "")
                    .put(kDue, "b", "")
                    .put(kDue, "c", "")
                    .put(kNames, "zz", "")
                    .changes());
    EXPECT_EQ(keys_from(state, kDue, "b"), (std::vector<std::string>{"b", "bb", "c"}));
    EXPECT_EQ(keys_from(state, kDue, ""), (std::vector<std::string>{"a", "b", "bb", "c"}));
}

TEST(LiveState, ScansAHashTableInKeyOrderToo)
{
    LiveState state{kTables};
    std::vector<std::string> expected;
    for (int i = 100; i < 200; ++i)
    {
        expected.push_back(std::to_string(i));
        state.apply(Writer{state}.put(kCoins, expected.back(), "").changes());
    }
    EXPECT_EQ(keys_from(state, kCoins, ""), expected);
}

TEST(LiveState, StopsAScanWhenTheVisitorSaysNo)
{
    LiveState state{kTables};
    state.apply(Writer{state}.put(kDue, "a", "").put(kDue, "b", "").changes());
    int visited = 0;
    state.scan(kDue, {}, [&](ByteView, ByteView) { return ++visited < 1; });
    EXPECT_EQ(visited, 1);
}

TEST(LiveState, RefusesABeforeImageThatIsNotTheRow)
{
    LiveState state{kTables};
    state.apply(Writer{state}.put(kCoins, "a", "1").changes());
    Changes wrong;
    wrong.set(kCoins, bytes("a"), bytes("2"), bytes("3"));
    EXPECT_ANY_THROW(state.apply(wrong));
}

TEST(LiveState, RefusesATableThatItDoesNotKnow)
{
    LiveState state{kTables};
    EXPECT_ANY_THROW(state.get(TableId{0x7777}, {}));
}

TEST(LiveState, AsksTheSourceOnceForARow)
{
    CountingSource source;
    source.rows.plant(kCoins, bytes("a"), bytes("1"));
    LiveState state{kTables, &source, {}};
    EXPECT_EQ(text(*state.get(kCoins, bytes("a"))), "1");
    EXPECT_EQ(text(*state.get(kCoins, bytes("a"))), "1");
    EXPECT_EQ(source.gets, 1U);
}

TEST(LiveState, AsksTheSourceOnceForAnAbsence)
{
    CountingSource source;
    LiveState state{kTables, &source, {}};
    EXPECT_FALSE(state.get(kCoins, bytes("a")));
    EXPECT_FALSE(state.get(kCoins, bytes("a")));
    EXPECT_EQ(source.gets, 1U);
}

TEST(LiveState, ACompleteStateAsksNobody)
{
    CountingSource source;
    LiveState state{kTables, &source, {.complete = true}};
    EXPECT_FALSE(state.get(kCoins, bytes("a")));
    state.apply(Writer{state}.put(kDue, "b", "").changes());
    EXPECT_EQ(keys_from(state, kDue, "").size(), 1U);
    EXPECT_EQ(source.gets + source.scans, 0U);
}

TEST(LiveState, ErasedRowHidesTheSourcesUntilItIsFlushed)
{
    CountingSource source;
    source.rows.plant(kDue, bytes("a"), bytes("1"));
    source.rows.plant(kDue, bytes("b"), bytes("2"));
    LiveState state{kTables, &source, {}};
    state.apply(Writer{state}.erase(kDue, "a").changes());
    EXPECT_EQ(keys_from(state, kDue, ""), (std::vector<std::string>{"b"}));

    const auto frozen = state.freeze(LogHeight{1});
    EXPECT_EQ(keys_from(state, kDue, ""), (std::vector<std::string>{"b"}));
    source.flush(frozen);
    state.flushed(LogHeight{1});
    state.apply({});
    EXPECT_EQ(keys_from(state, kDue, ""), (std::vector<std::string>{"b"}));
    EXPECT_FALSE(state.get(kDue, bytes("a")));
}

TEST(LiveState, FreezeCutsTheNetChanges)
{
    LiveState state{kTables};
    state.apply(Writer{state}.put(kCoins, "a", "1").put(kCoins, "b", "2").changes());
    const auto first = state.freeze(LogHeight{1});
    EXPECT_EQ(first.rows().size(), 2U);

    state.apply(Writer{state}.put(kCoins, "a", "x").changes());
    state.apply(Writer{state}.put(kCoins, "a", "3").erase(kCoins, "b").changes());
    const auto second = state.freeze(LogHeight{2});
    ASSERT_EQ(second.rows().size(), 2U);
    EXPECT_EQ(text(second.rows()[0].key), "a");
    EXPECT_EQ(text(*second.rows()[0].row), "3");
    EXPECT_FALSE(second.rows()[1].row.has_value());

    EXPECT_TRUE(state.freeze(LogHeight{3}).rows().empty());
}

TEST(LiveState, RowThatCameAndWentBetweenFreezesLeavesNoTrace)
{
    LiveState state{kTables};
    state.apply(Writer{state}.put(kDue, "a", "1").changes());
    state.apply(Writer{state}.erase(kDue, "a").changes());
    EXPECT_EQ(state.rows_in_memory(), 0U);
    EXPECT_TRUE(state.freeze(LogHeight{1}).rows().empty());
}

TEST(LiveState, FrozenSetKeepsItsRowsWhileLaterBlocksChangeThem)
{
    LiveState state{kTables};
    state.apply(Writer{state}.put(kCoins, "a", "old").changes());
    const auto frozen = state.freeze(LogHeight{1});
    state.apply(Writer{state}.put(kCoins, "a", "new").changes());
    EXPECT_EQ(text(*frozen.rows()[0].row), "old");
}

TEST(LiveState, AFrozenSetTakesWhatItsRowsNeed)
{
    LiveState state{kTables};
    state.apply(Writer{state}.put(kCoins, "a", std::string(100, 'x')).changes());
    EXPECT_LT(state.freeze(LogHeight{1}).bytes(), 500U);  // Thousands of sets may wait for a flush.
    state.apply(Writer{state}.put(kCoins, "b", std::string(100'000, 'x')).changes());
    const auto large = state.freeze(LogHeight{2}).bytes();
    EXPECT_GE(large, 100'000U);
    EXPECT_LT(large, 101'000U);
}

TEST(LiveState, KnowsTheMemoryOfItsDirtyRows)
{
    LiveState state{kTables};
    EXPECT_EQ(state.dirty_bytes(), 0U);
    state.apply(Writer{state}.put(kCoins, "a", "small").changes());
    const auto small = state.dirty_bytes();
    EXPECT_GT(small, sizeof(LiveRow));
    state.apply(Writer{state}.put(kCoins, "a", std::string(10'000, 'x')).changes());
    EXPECT_GE(state.dirty_bytes(), 10'000U);
    state.apply(Writer{state}.put(kCoins, "a", "small").put(kCoins, "b", "small").changes());
    EXPECT_EQ(state.dirty_bytes(), 2 * small);
    state.apply(Writer{state}.erase(kCoins, "a").changes());  // Came and went.
    EXPECT_EQ(state.dirty_bytes(), small);
    state.freeze(LogHeight{1});
    EXPECT_EQ(state.dirty_bytes(), 0U);
}

TEST(LiveState, EvictsCleanRowsToTheBoundAndNoOthers)
{
    constexpr std::size_t kBound = 256 << 10;
    CountingSource source;
    LiveState state{kTables, &source, {.memory_bytes_max = kBound, .complete = true}};
    for (int i = 0; i < 5000; ++i)
        state.apply(Writer{state}.put(kCoins, std::to_string(i), std::string(100, 'x')).changes());
    EXPECT_GT(state.memory_bytes(), kBound);
    EXPECT_EQ(state.rows_in_memory(), 5000U);  // Dirty.

    source.flush(state.freeze(LogHeight{1}));
    state.apply(Writer{state}.put(kCoins, "0", "y").changes());
    EXPECT_EQ(state.rows_in_memory(), 5000U);  // Frozen.

    state.flushed(LogHeight{1});
    for (int i = 0; i < 20; ++i)
        state.apply({});
    EXPECT_LE(state.memory_bytes(), kBound);
    EXPECT_FALSE(state.is_complete());
    EXPECT_EQ(text(*state.get(kCoins, bytes("0"))), "y");
    EXPECT_EQ(text(*state.get(kCoins, bytes("4999"))), std::string(100, 'x'));
}

TEST(LiveState, RowsReadInOneBlockStayUntilTheStateChanges)
{
    CountingSource source;
    for (int i = 0; i < 2000; ++i)
        source.rows.plant(kCoins, bytes(std::to_string(i)), bytes(std::to_string(i)));
    LiveState state{kTables, &source, {.memory_bytes_max = 1000}};
    std::vector<ByteView> views;
    for (int i = 0; i < 2000; ++i)
        views.push_back(*state.get(kCoins, bytes(std::to_string(i))));
    for (int i = 0; i < 2000; ++i)
        EXPECT_EQ(text(views[static_cast<std::size_t>(i)]), std::to_string(i));
}

bool same(const std::optional<ByteView>& a, const std::optional<ByteView>& b)
{
    return a.has_value() == b.has_value() && (!a || equal(*a, *b));
}

/// One step of a random life of the state.
struct Act
{
    std::vector<Write> writes;
    std::uint8_t kind = 0;

    bool undone() const { return kind % 4 == 0; }
    bool freezes() const { return kind % 3 == 0; }
    bool flushes() const { return kind % 5 == 0; }
};

rc::Gen<std::vector<Act>> any_life()
{
    return rc::gen::container<std::vector<Act>>(rc::gen::build<Act>(
        rc::gen::set(&Act::writes, rc::gen::container<std::vector<Write>>(any_write())),
        rc::gen::set(&Act::kind)));
}

/// Whatever is evicted, frozen, flushed or undone: the state is the model's.
void expect_the_models_life(LiveOptions options, bool with_source)
{
    CountingSource source;
    LiveState state{kTables, with_source ? &source : nullptr, options};
    MemoryState model;
    MemoryState frozen_model;
    std::vector<FrozenSet> waiting;
    std::uint64_t height = 0;
    for (const auto& act : *any_life())
    {
        const auto changes = changes_of(model, act.writes);
        state.apply(changes);
        if (act.undone())
            state.undo(changes);
        else
            model.apply(changes);
        if (act.freezes())
        {
            waiting.push_back(state.freeze(LogHeight{++height}));
            for (const auto& row : waiting.back().rows())
                frozen_model.plant(row.table, row.key, row.row);
            RC_ASSERT(frozen_model == model);
        }
        if (act.flushes() && !waiting.empty())
        {
            for (const auto& set : waiting)
                source.flush(set);
            state.flushed(waiting.back().height());
            waiting.clear();
        }
        RC_ASSERT(rows_of(state) == rows_of(model));
        for (const auto& write : act.writes)
        {
            const auto live = state.get(write.id(), write.key_bytes());
            const auto expected = model.get(write.id(), write.key_bytes());
            RC_ASSERT(same(live, expected));
        }
    }
}

RC_GTEST_PROP(LiveState, IsTheModelWithEverythingInMemory, ())
{
    expect_the_models_life({}, false);
}

RC_GTEST_PROP(LiveState, IsTheModelWithRoomForNothing, ())
{
    expect_the_models_life({.memory_bytes_max = 0}, true);
}

RC_GTEST_PROP(LiveState, IsTheModelWhileItFillsUp, ())
{
    expect_the_models_life({.memory_bytes_max = 20'000, .complete = true}, true);
}
}  // namespace
}  // namespace engine
