// Logs of the first format, with the roots of their states: every later version must read them and
// come to the same roots. A log that is kept is never written anew.

#include "engine/base/hex.hpp"
#include "engine/core/row_codec.hpp"
#include "engine/domain/peg/rejects.hpp"
#include "engine/store/full_root.hpp"
#include "tests/support/full_replay.hpp"
#include "tests/support/golden_life.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

namespace engine::test
{
namespace
{
/// A golden log, and its last root.
struct Golden
{
    const char* name;
    std::vector<Bytes> (*make)();

    std::string path(const char* ending) const
    {
        return std::string{REFOLD_SOURCE_DIR} + "/fixtures/golden/" + name + ending;
    }
};

constexpr Golden kEveryModule{"v1", life_of_every_module};
constexpr Golden kMints{"v1-mints", life_of_mints};

void write_file(const Golden& golden, const std::vector<Bytes>& blocks, const std::string& root)
{
    write_blocks(blocks, golden.path(".blocks"));
    std::ofstream{golden.path(".root")} << root << '\n';
}

std::vector<Bytes> read_file(const Golden& golden)
{
    return read_blocks(golden.path(".blocks"));
}

std::string root_of(const StateView& state)
{
    const auto tables = Modules::tables();
    return to_hex(full_root(state, tables).root.bytes);
}

/// Folds blocks onto a state, with everything checked, every root that they record included.
void refold(const std::vector<Bytes>& blocks, LiveState& state)
{
    Refolder refolder{state, {.validate = true, .laws = true}};
    std::map<LogHeight, std::string> roots;
    for (const auto& bytes : blocks)
    {
        const auto block = log::BlockView::parse(bytes);
        ASSERT_TRUE(block.has_value()) << block.error().what;
        ASSERT_TRUE(log::check_block(*block).has_value());
        const auto finding = refolder.fold(*block);
        ASSERT_FALSE(finding.has_value()) << to_string(*finding);
        if (block->header().rooted)
            roots[block->height()] = root_of(state);
        const auto known = block->header().known_root;
        if (!known)
            continue;
        ASSERT_EQ(roots[known->height], to_hex(known->root.bytes)) << known->height.value;
    }
}

/// The state that a golden log leads to. REFOLD_WRITE_GOLDEN=NAME writes that log anew first.
void fold_golden(const Golden& golden, LiveState& state)
{
    const auto* write = std::getenv("REFOLD_WRITE_GOLDEN");
    if (write != nullptr && std::string{write} == golden.name)
    {
        const auto blocks = golden.make();
        LiveState made{Modules::tables()};
        ASSERT_NO_FATAL_FAILURE(refold(blocks, made));
        write_file(golden, blocks, root_of(made));
    }
    const auto blocks = read_file(golden);
    ASSERT_GT(blocks.size(), 10u) << golden.name;
    ASSERT_NO_FATAL_FAILURE(refold(blocks, state));
    std::string expected;
    std::ifstream{golden.path(".root")} >> expected;
    EXPECT_EQ(root_of(state), expected);
}

TEST(GoldenLog, OfTheFirstFormatFoldsToItsRoot)
{
    LiveState state{Modules::tables()};
    ASSERT_NO_FATAL_FAILURE(fold_golden(kEveryModule, state));
    EXPECT_TRUE(contains(state, probe::kTotals, Unit{}));
    EXPECT_GT(get(state, peg::kTotals).minted, 0u);
}

TEST(GoldenLog, OfMintsFoldsToItsRoot)
{
    LiveState state{Modules::tables()};
    ASSERT_NO_FATAL_FAILURE(fold_golden(kMints, state));
    const auto peg = get(state, peg::kTotals);
    EXPECT_EQ(peg.minted, 50'000u);
    EXPECT_EQ(peg.shortfall, 0u);
    EXPECT_EQ(peg.wrong_network, 1u);
    EXPECT_GE(peg.ignored, 3u);
    const auto effects = get(state, outbox::kTotals);
    EXPECT_EQ(effects.settled, 1u);
    EXPECT_EQ(effects.withdrawn, 1u);
    std::set<std::uint16_t> reasons;
    for_all(state, peg::kDeposits,
        [&](const OutPoint&, const peg::Deposit& deposit) { reasons.insert(deposit.reason); });
    EXPECT_TRUE(reasons.contains(peg::kSpendsWallet.code));
    EXPECT_EQ(get(state, probe::kTotals).count, 1u);  // Of two, one was signed by another key.
}

class GoldenLogContinued : public testing::TestWithParam<Golden>
{};

TEST_P(GoldenLogContinued, ByThisVersionKeepsItsBlocksAndRootsThroughAKill)
{
    const auto old = read_file(GetParam());
    World world;
    world.options.directory = "/golden";
    world.genesis_id = GenesisId{log::block_hash(ByteView{old.front()}).bytes};
    world.clock.jump_to(log::decode_header(old.back())->time);
    write_log(world.disk, "/golden", old);
    for (std::uint64_t i = 0; i < 40; ++i)
    {
        if (i == 0 || i == 25)
            world.start();
        const auto now = world.clock.now();
        const auto event = command(world.genesis_id, probe_of(1'000 + i, i), 1'000 + i, now);
        ASSERT_EQ(world.submit_one(event, Door::callers).status, Receipt::Status::applied) << i;
        world.executor->run_for(static_cast<std::int64_t>(i % 3) * 200);
        if (i == 24)
            world.kill();
    }
    world.stop();

    auto blocks = read_blocks(world.disk, "/golden");
    ASSERT_GE(blocks.size(), old.size() + 40);
    const auto replayed = replay_fully(MemoryLog{blocks});
    EXPECT_EQ(replayed.error, "");
    EXPECT_GT(replayed.roots_checked, replay_fully(MemoryLog{old}).roots_checked);
    blocks.resize(old.size());
    EXPECT_EQ(blocks, old);
}

INSTANTIATE_TEST_SUITE_P(Each, GoldenLogContinued, testing::Values(kEveryModule, kMints),
    [](const auto& which) { return std::string{which.index == 0 ? "EveryModule" : "Mints"}; });

/// The rules' row with a member that a later version appends.
struct LaterAccount
{
    std::uint64_t count = 0;
    std::uint64_t amount = 0;
    std::optional<LogTime> last_probe;
    std::string note;

    static constexpr auto describe()
    {
        using A = LaterAccount;
        return fields(field("count", &A::count), field("amount", &A::amount),
            field("last_probe", &A::last_probe), field("note", &A::note));
    }
    friend bool operator==(const LaterAccount&, const LaterAccount&) = default;
};

TEST(GoldenLog, KeepsItsRootWhenALaterVersionAppendsMembersToARow)
{
    LiveState state{Modules::tables()};
    ASSERT_NO_FATAL_FAILURE(refold(read_file(kEveryModule), state));
    const auto before = root_of(state);
    constexpr HashTable<std::uint64_t, LaterAccount> kLater{
        probe::kAccounts.id, probe::kAccounts.name};
    Changes rewritten;
    std::size_t rows = 0;
    std::vector<std::pair<Bytes, LaterAccount>> read;
    for_all(state, kLater, [&](std::uint64_t key, const LaterAccount& row) {
        read.emplace_back(encode_key(key), row);
    });
    for (const auto& [key, row] : read)
    {
        const auto old = state.get(kLater.id, key);
        const auto encoded = encode_row(row);
        EXPECT_TRUE(equal(*old, encoded));
        rewritten.set(kLater.id, key, old, encoded);
        ++rows;
    }
    ASSERT_GT(rows, 0u);
    state.apply(rewritten);
    EXPECT_EQ(root_of(state), before);

    auto changed = read.front().second;
    changed.note = "a value that isn't the default does change the root";
    Changes note;
    note.set(kLater.id, read.front().first, state.get(kLater.id, read.front().first),
        encode_row(changed));
    state.apply(note);
    EXPECT_NE(root_of(state), before);
}
}  // namespace
}  // namespace engine::test
