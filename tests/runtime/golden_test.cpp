// A log of the first released format, with the root of its state: every later version must read it
// and come to the same root. REFOLD_WRITE_GOLDEN=1 writes it anew, which a release never does.

#include "engine/base/hex.hpp"
#include "engine/core/row_codec.hpp"
#include "engine/domain/bitcoin/queries.hpp"
#include "engine/store/full_root.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace engine::test
{
namespace
{
// file := (length: u64 little-endian, block: u8[length])*
const std::string kFile = std::string{REFOLD_SOURCE_DIR} + "/fixtures/golden/v1.blocks";
const std::string kRootFile = std::string{REFOLD_SOURCE_DIR} + "/fixtures/golden/v1.root";

/// A short life of every module: probes, an allow-list, peg-ins, a reorganisation, an effect.
std::vector<Bytes> make_log()
{
    World world{1};
    world.start();
    std::uint64_t sequence = 0;
    const auto call = [&](Body body) {
        world.submit_one(command(world.genesis_id, std::move(body), ++sequence, world.clock.now()),
            Door::callers);
    };
    Chain chain;
    btc::WatchList watch;
    world.node->sequencer().read(
        [&](const DurableView& view) { watch = bitcoin::watch_list(view.state); });
    world.executor->run_for(10);
    const auto tell = [&](const BlockHash& block) {
        for (auto& fact : facts_of(chain.at(block), watch))
            world.submit_one(
                encode_event({Origin{kBitcoinSource, 0, {}, {}}, Body{fact}}), Door::sources);
        world.executor->run_for(20);
    };
    for (std::uint64_t i = 0; i < 20; ++i)
        world.submit_one(observation(probe_of(i, i), i), Door::sources);
    call(peg::Event{
        peg::RecipientAllowed{test_principal(1), LogTime{world.clock.now().value + 5'000}}});
    auto tip = chain.mine(chain.genesis(), {peg_in(coin(1), 50'000, test_principal(1))});
    tell(tip);
    const auto fork = tip;
    tip = chain.mine(tip, {peg_in(coin(2), 60'000, test_principal(2))});
    tell(tip);
    for (int i = 0; i < 3; ++i)
        tell(tip = chain.mine(tip));
    auto other = fork;
    for (int i = 0; i < 6; ++i)
        tell(other = chain.mine(other));
    world.executor->run_for(10'000);
    call(probe_of(100, 7));
    world.stop();

    std::vector<Bytes> blocks;
    const auto reader = log::open_reader(world.disk, "/data", LogHeight{0});
    for (;;)
    {
        const auto block = (*reader)->next();
        if (!block || *block == nullptr)
            return blocks;
        blocks.emplace_back((*block)->bytes().begin(), (*block)->bytes().end());
    }
}

void write_file(const std::vector<Bytes>& blocks, const std::string& root)
{
    std::ofstream file{kFile, std::ios::binary};
    for (const auto& block : blocks)
    {
        for (int shift = 0; shift < 64; shift += 8)
            file.put(static_cast<char>(block.size() >> shift));
        file.write(reinterpret_cast<const char*>(block.data()),
            static_cast<std::streamsize>(block.size()));
    }
    std::ofstream{kRootFile} << root << '\n';
}

std::vector<Bytes> read_blocks()
{
    std::ifstream file{kFile, std::ios::binary};
    std::vector<Bytes> blocks;
    std::array<char, 8> length{};
    while (file.read(length.data(), length.size()))
    {
        std::uint64_t size = 0;
        for (std::size_t i = 0; i < 8; ++i)
            size |= std::uint64_t{static_cast<std::uint8_t>(length[i])} << (8 * i);
        auto& block = blocks.emplace_back(size);
        file.read(reinterpret_cast<char*>(block.data()), static_cast<std::streamsize>(size));
    }
    return blocks;
}

/// Folds blocks onto a state, with everything checked.
void refold(const std::vector<Bytes>& blocks, LiveState& state)
{
    Refolder refolder{state, {.validate = true, .laws = true}};
    for (const auto& bytes : blocks)
    {
        const auto block = log::BlockView::parse(bytes);
        ASSERT_TRUE(block.has_value()) << block.error().what;
        ASSERT_TRUE(log::check_block(*block).has_value());
        const auto finding = refolder.fold(*block);
        ASSERT_FALSE(finding.has_value()) << to_string(*finding);
    }
}

std::string root_of(const StateView& state)
{
    const auto tables = Modules::tables();
    return to_hex(full_root(state, tables).root.bytes);
}

TEST(GoldenLog, OfTheFirstFormatFoldsToItsRoot)
{
    if (std::getenv("REFOLD_WRITE_GOLDEN") != nullptr)
    {
        const auto blocks = make_log();
        LiveState state{Modules::tables()};
        refold(blocks, state);
        write_file(blocks, root_of(state));
    }
    const auto blocks = read_blocks();
    ASSERT_GT(blocks.size(), 10u) << kFile;
    LiveState state{Modules::tables()};
    ASSERT_NO_FATAL_FAILURE(refold(blocks, state));
    std::string expected;
    std::ifstream{kRootFile} >> expected;
    EXPECT_EQ(root_of(state), expected);
    EXPECT_TRUE(contains(state, probe::kTotals, Unit{}));
    EXPECT_GT(get(state, peg::kTotals).minted, 0u);
}

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
    ASSERT_NO_FATAL_FAILURE(refold(read_blocks(), state));
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
