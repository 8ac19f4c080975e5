// A fold of the past comes to the same result whatever is done ahead of it: for random logs, sound
// ones and damaged ones, with one thread that plays the lanes in any order and with many.

#include "adapters/system/executor.hpp"
#include "engine/base/hex.hpp"
#include "engine/runtime/compare_replays.hpp"
#include "engine/store/full_root.hpp"
#include "tests/support/memory_log.hpp"
#include "tests/support/world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::test
{
namespace
{
/// The blocks of a node's short and random life.
std::vector<Bytes> random_blocks(std::uint64_t seed, std::size_t steps)
{
    World world{seed};
    world.start();
    sim::SimRandom random{seed};
    std::uint64_t position = 0;
    std::uint64_t sequence = 0;
    for (std::size_t i = 0; i < steps; ++i)
    {
        std::vector<Bytes> events;
        for (auto n = 1 + random.below(6); n > 0; --n)
            events.push_back(observation(probe_of(random.below(40), 1), position++));
        world.submit(std::move(events), Door::sources);
        if (random.below(3) == 0)
            world.submit_one(
                command(world.genesis_id, probe_of(1'000 + i), ++sequence, world.clock.now()),
                Door::callers);
        world.executor->run_for(static_cast<std::int64_t>(random.below(200)));
    }
    world.stop();
    return read_blocks(world.disk, "/data");
}

/// Everything that a fold of the past says.
struct Told
{
    std::string error;  // Empty: none.
    std::uint64_t events = 0;
    std::uint64_t roots = 0;
    std::string root;
    std::string rows;  // The root of all rows, computed from nothing.

    friend bool operator==(const Told&, const Told&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Told& told)
    {
        return out << "error [" << told.error << "], " << told.events << " events, " << told.roots
                   << " roots, root " << told.root << ", rows " << told.rows;
    }
};

/// How a log is folded; everything that may make a difference for what is folded when.
struct Way
{
    Executor* executor = nullptr;  // Absent: block by block, in turn.
    ReadAheadOptions ahead = {};
    std::optional<LogHeight> first_to =
        std::nullopt;  // Folded so far before, and gone on from there.
    std::optional<LogHeight> sealed = std::nullopt;
    std::optional<LogHeight> to = std::nullopt;  // Absent: to the end.
};

Told told(const Result<CaughtUp, OperatorError>& done)
{
    if (!done)
        return {to_string(done.error()), 0, 0, {}, {}};
    const auto tables = Modules::tables();
    return {{}, done->folded->events(), done->roots_checked, to_hex(done->root.root.bytes),
        to_hex(full_root(*done->state, tables).root.bytes)};
}

Told replay(const MemoryLog& log, const Way& way = {})
{
    sim::SimDisk disk{7};
    StoreOptions small{.deterministic = true};
    small.block_cache_bytes = 1 << 20;
    auto store = StateStore::open(disk, "/scratch", small);
    if (!store)
        throw std::runtime_error{to_string(store.error())};
    CatchUpOptions options;
    options.memory_bytes_max = 1;  // Rows leave memory as soon as they may.
    options.flush_rows = 40;
    options.every_root = true;
    options.laws = true;
    options.sealed = way.sealed;
    options.executor = way.executor;
    options.ahead = way.ahead;
    options.to = way.to;
    if (way.first_to)
    {
        options.to = way.first_to;
        const auto done = catch_up(log, **store, options);
        if (!done)
            return told(done);
        if ((*store)->pending() && !(*store)->flush(done->root.height, done->root.hash))
            throw std::runtime_error{"no flush"};
        options.to.reset();
    }
    return told(catch_up(log, **store, options));
}

/// In an order that the seed chooses, in one thread.
Told replay_simulated(const MemoryLog& log, std::uint64_t seed, Way way)
{
    sim::SimClock clock;
    sim::SimExecutor executor{clock, seed};
    way.executor = &executor;
    return replay(log, way);
}

Told replay_threaded(const MemoryLog& log, Way way)
{
    ThreadExecutor executor{2};
    way.executor = &executor;
    return replay(log, way);
}

constexpr ReadAheadOptions kOne{.batches_max = 1, .batch_blocks_max = 1};
constexpr ReadAheadOptions kTwo{.batches_max = 2, .batch_blocks_max = 1};
constexpr ReadAheadOptions kMany{.batches_max = 64, .batch_blocks_max = 3};

/// Folds in many orders, and expects of each what is said in turn.
Told expect_one_result(const MemoryLog& log, std::uint64_t seed, Way way = {})
{
    const auto plain = replay(log, way);
    for (const auto& ahead : {kOne, kTwo, kMany})
    {
        way.ahead = ahead;
        EXPECT_EQ(replay_simulated(log, ++seed, way), plain)
            << ahead.batches_max << " batches ahead, seed " << seed;
    }
    return plain;
}

RC_GTEST_PROP(ReplayAhead, ASoundLogComesToOneResult, (std::uint64_t seed))
{
    const MemoryLog log{random_blocks(seed, 12)};
    const auto plain = expect_one_result(log, seed);
    RC_ASSERT(plain.error.empty());
    RC_ASSERT(plain.roots > 0U);
    for (const auto& ahead : {kOne, kMany, ReadAheadOptions{}})
        RC_ASSERT(replay_threaded(log, {.ahead = ahead}) == plain);

    // From a state on disk fewer events are folded, and the same comes out.
    const LogHeight part{seed % log.blocks().size()};
    const auto gone_on = expect_one_result(log, seed, {.first_to = part});
    RC_ASSERT(gone_on.error.empty());
    RC_ASSERT(gone_on.root == plain.root);
    RC_ASSERT(gone_on.rows == plain.rows);
}

// ---- Damage ----

/// What a forger or a bad disk may do to a block.
enum class Damage
{
    unread,      ///< The reader can't read it.
    event,       ///< An event isn't the one that the header names.
    result,      ///< A result isn't the one that the header names.
    garbage,     ///< An event is no event, in a block that is whole.
    signatures,  ///< Signatures are wrong, in a block that is whole.
    verdict,     ///< Another verdict is recorded.
    root,        ///< Another state root is recorded.
    time,        ///< The log time jumps.
    end,         ///< The log ends here, and says that it doesn't.
};
constexpr std::array kForgeries{
    Damage::garbage, Damage::signatures, Damage::verdict, Damage::root, Damage::time};
constexpr std::array kFaults{Damage::unread, Damage::event, Damage::result, Damage::end};

void spoil_signatures(LooseBlock& block)
{
    for (auto& bytes : block.events)
    {
        auto event = decode_event(bytes);
        auto* author = event ? std::get_if<Authorization>(&event->author) : nullptr;
        if (author == nullptr)
            continue;
        author->signature.bytes[40] ^= 1;
        bytes = encode_event(*event);
    }
}

/// The same wrong root in every block that has recorded it, as a consistent forger would.
void spoil_root(LooseBlock& block, LogHeight known)
{
    if (block.header.known_root && block.header.known_root->height == known)
        block.header.known_root->root.bytes[0] ^= 1;
}

void forge(MemoryLog& log, LogHeight at, Damage damage)
{
    const auto known = LooseBlock::of(log.blocks()[at.value]).header.known_root;
    log.forge(at, [&](LooseBlock& block) {
        if (damage == Damage::root && known)
            spoil_root(block, known->height);
        if (block.header.height != at)
            return;
        if (damage == Damage::garbage)
            block.events.back() = Bytes(16, 0xff);
        if (damage == Damage::signatures)
            spoil_signatures(block);
        if (damage == Damage::verdict)
            block.results.back().verdict ^= 1;
        if (damage == Damage::time)
            block.header.time.value += 1'000'000'000'000;
    });
}

void damage(MemoryLog& log, LogHeight at, Damage damage)
{
    const auto& bytes = log.blocks()[at.value];
    const auto block = *log::BlockView::parse(bytes);
    const auto event = block.event(block.event_count() - 1);
    switch (damage)
    {
        case Damage::unread:
            return log.fail_at(at);
        case Damage::end:
            return log.end_at(at);
        case Damage::event:
            return log.flip(at, static_cast<std::size_t>(event.data() - bytes.data()));
        case Damage::result:
            return log.flip(at, log::kBlockHeaderSize + 4);
        case Damage::garbage:
        case Damage::signatures:
        case Damage::verdict:
        case Damage::root:
        case Damage::time:
            return forge(log, at, damage);
    }
}

TEST(DamagedReplay, SaysTheSameAtEveryBlockWhateverWasDoneAhead)
{
    const MemoryLog sound{random_blocks(3, 10)};
    std::size_t found = 0;
    for (std::uint64_t at = 0; at < sound.blocks().size(); ++at)
    {
        const auto check = [&](Damage kind) {
            auto log = sound;
            damage(log, LogHeight{at}, kind);
            found += !expect_one_result(log, at).error.empty();
        };
        std::for_each(kForgeries.begin(), kForgeries.end(), check);
        std::for_each(kFaults.begin(), kFaults.end(), check);
    }
    // Not every block has a signature or a root to spoil.
    EXPECT_GT(found, sound.blocks().size() * 6);
}

TEST(DamagedReplay, TellsOfTheFirstOfTwoDamages)
{
    const MemoryLog sound{random_blocks(4, 10)};
    const auto count = sound.blocks().size();
    sim::SimRandom random{5};
    for (int i = 0; i < 60; ++i)
    {
        auto log = sound;
        const LogHeight first{random.below(count)};
        const LogHeight second{std::min<std::uint64_t>(first.value + random.below(3), count - 1)};
        // Forging makes the chain right again, so it goes first.
        damage(log, first, kForgeries[random.below(kForgeries.size())]);
        damage(log, second, kFaults[random.below(kFaults.size())]);
        expect_one_result(log, random.next());
    }
}

TEST(DamagedReplay, ARootThatDiffersIsToldBeforeWhatIsWrongBehindIt)
{
    const MemoryLog sound{random_blocks(6, 20)};
    std::optional<LogHeight> knows;
    for (const auto& bytes : sound.blocks())
    {
        const auto header = LooseBlock::of(bytes).header;
        if (!knows && header.known_root && header.height.value + 2 < sound.blocks().size())
            knows = header.height;
    }
    ASSERT_TRUE(knows.has_value());
    auto log = sound;
    damage(log, *knows, Damage::root);
    damage(log, LogHeight{knows->value + 1}, Damage::event);
    const auto said = expect_one_result(log, 1);
    EXPECT_NE(said.error.find(fmt::format("event {}.0", knows->value)), std::string::npos)
        << said.error;
    EXPECT_NE(said.error.find("the state root of height"), std::string::npos) << said.error;
}

TEST(DamagedReplay, ThatEndsAtAHeightComparesItsRootWithWhatIsRecordedBehindIt)
{
    MemoryLog log{random_blocks(6, 20)};
    std::optional<LogHeight> rooted;
    for (const auto& bytes : log.blocks())
    {
        const auto known = LooseBlock::of(bytes).header.known_root;
        if (!rooted && known && known->height.value > 2)
            rooted = known->height;
    }
    ASSERT_TRUE(rooted.has_value());
    EXPECT_EQ(expect_one_result(log, 1, {.to = rooted}).error, "");
    log.forge(*rooted, [&](LooseBlock& block) { spoil_root(block, *rooted); });
    const auto error = expect_one_result(log, 1, {.to = rooted}).error;
    EXPECT_NE(error.find(fmt::format("the state root of height {} differs", rooted->value)),
        std::string::npos)
        << error;
}

TEST(DamagedReplay, NamesARecordedRootOfAHeightThatIsNotRooted)
{
    MemoryLog log{random_blocks(6, 20)};
    const auto last = LogHeight{log.blocks().size() - 1};
    log.forge(LogHeight{last.value - 1}, [&](LooseBlock& block) {
        block.header.rooted = false;
        if (block.header.height == last)
            block.header.known_root->height = LogHeight{last.value - 1};
    });
    const auto error = expect_one_result(log, 1).error;
    EXPECT_NE(error.find("isn't the newest rooted one"), std::string::npos) << error;
}

TEST(DamagedReplay, NamesABlockThatHadToBeRooted)
{
    MemoryLog log{random_blocks(6, 20)};
    const auto last = LogHeight{log.blocks().size() - 1};
    log.forge(last, [&](LooseBlock& block) {
        block.header.time.value += kRootedEveryMs + 1;
        block.header.rooted = false;
    });
    const auto error = expect_one_result(log, 1).error;
    EXPECT_NE(error.find("a block that had to be rooted isn't"), std::string::npos) << error;
}

TEST(DamagedReplay, ThreadsSayTheSame)
{
    const MemoryLog sound{random_blocks(8, 10)};
    for (std::uint64_t at = 0; at < sound.blocks().size(); at += 3)
    {
        auto log = sound;
        damage(log, LogHeight{at}, kForgeries[at % kForgeries.size()]);
        EXPECT_EQ(replay_threaded(log, {.ahead = kMany}), replay(log));
    }
}

TEST(DamagedReplay, WhatASealVouchesForIsNotValidatedAgain)
{
    auto log = MemoryLog{random_blocks(9, 10)};
    const LogHeight last{log.blocks().size() - 1};
    forge(log, LogHeight{0}, Damage::root);  // Changes nothing, and makes the chain anew.
    for (std::uint64_t at = 1; at < last.value; ++at)
        forge(log, LogHeight{at}, Damage::signatures);
    const auto validated = expect_one_result(log, 1);
    EXPECT_NE(validated.error.find("not valid"), std::string::npos) << validated.error;
    // The events are other ones, so their rows and roots are too; nobody asks for their signatures.
    const auto vouched = expect_one_result(log, 1, {.sealed = last});
    EXPECT_EQ(vouched.error.find("not valid"), std::string::npos) << vouched.error;
    EXPECT_NE(vouched.error.find("the state root of height"), std::string::npos) << vouched.error;
}

// ---- Bounds ----

/// Counts what it has given.
class CountingReader final : public log::BlockReader
{
    std::unique_ptr<log::BlockReader> m_reader;
    std::uint64_t& m_given;

public:
    CountingReader(std::unique_ptr<log::BlockReader> reader, std::uint64_t& given)
      : m_reader{std::move(reader)}, m_given{given}
    {}
    log::LogResult<const log::BlockView*> next() override
    {
        ++m_given;
        return m_reader->next();
    }
    log::Progress progress() override { return m_reader->progress(); }
};

TEST(ReadAheadTest, IsNeverFurtherAheadThanItsBound)
{
    const MemoryLog log{random_blocks(2, 12)};
    const LogHeight last{log.blocks().size() - 1};
    for (const auto& ahead :
        {kOne, kTwo, ReadAheadOptions{.batches_max = 3, .batch_blocks_max = 2}})
    {
        sim::SimClock clock;
        sim::SimExecutor executor{clock, 1};
        std::uint64_t given = 0;
        ReadAhead blocks{std::make_unique<CountingReader>(*log.reader(LogHeight{0}), given),
            {LogHeight{0}, last}, [](LogHeight) { return EventChecks::vouched; }, nullptr,
            &executor, ahead};
        const auto bound = ahead.batches_max * ahead.batch_blocks_max;
        for (std::uint64_t folded = 0; folded <= last.value; ++folded)
        {
            executor.run_ready();
            EXPECT_LE(given, folded / ahead.batch_blocks_max * ahead.batch_blocks_max + bound);
            const auto block = blocks.next();
            ASSERT_TRUE(block.has_value());
            ASSERT_NE(*block, nullptr);
            EXPECT_EQ((*block)->block.height(), LogHeight{folded});
        }
        const auto end = blocks.next();
        ASSERT_TRUE(end.has_value());
        EXPECT_EQ(*end, nullptr);
    }
}

TEST(ReadAheadTest, EndsWhileTasksAreUnderWay)
{
    const MemoryLog log{random_blocks(2, 12)};
    ThreadExecutor executor{2};
    for (int i = 0; i < 50; ++i)
    {
        ReadAhead blocks{*log.reader(LogHeight{0}),
            {LogHeight{0}, LogHeight{log.blocks().size() - 1}},
            [](LogHeight) { return EventChecks::all; }, nullptr, &executor, kMany};
        for (int n = 0; n < i % 7; ++n)
            ASSERT_TRUE(blocks.next().has_value());
    }
}

// ---- Two replays against each other ----

CaughtUp fold_all(const MemoryLog& log, StateStore& store,
    std::function<void(EventPlace, const Changes&)> on_event = nullptr)
{
    CatchUpOptions options;
    options.on_event = std::move(on_event);
    auto done = catch_up(log, store, options);
    if (!done)
        throw std::runtime_error{to_string(done.error())};
    return *std::move(done);
}

/// What a node's log is after these probes, each in a block of its own.
std::vector<Bytes> life_of(const std::vector<std::uint64_t>& numbers)
{
    World world{1};
    world.start();
    std::uint64_t position = 0;
    for (const auto number : numbers)
    {
        const auto receipt =
            world.submit_one(observation(probe_of(number, number), position++), Door::sources);
        EXPECT_EQ(receipt.status, Receipt::Status::applied);
        world.executor->run_for(500);
    }
    world.stop();
    return read_blocks(world.disk, "/data");
}

TEST(CompareReplays, TheSameLogIsTheSame)
{
    const MemoryLog log{life_of({1, 2, 3})};
    const LogHeight end{log.blocks().size() - 1};
    const auto fork = compare_logs(log, log, end);
    ASSERT_TRUE(fork.has_value());
    EXPECT_EQ(fork->block, std::nullopt);
    sim::SimDisk disk{1};
    auto a = StateStore::open(disk, "/a", {.deterministic = true});
    auto b = StateStore::open(disk, "/b", {.deterministic = true});
    const auto here = fold_all(log, **a);
    const auto there = fold_all(log, **b);
    const auto states = compare_states(ViewSource{*there.state}, *here.state, 10);
    EXPECT_GT(states.rows, 5U);
    EXPECT_EQ(states.differing, 0U);
}

TEST(CompareReplays, NamesTheFirstBlockRootAndRowsWithTheirWriters)
{
    // Two lives that begin alike.
    const auto ours = life_of({1, 2, 3, 4, 5, 7});
    const auto theirs = life_of({1, 2, 3, 4, 6, 7});
    const MemoryLog here_log{ours};
    const MemoryLog there_log{theirs};
    const LogHeight end{std::min(ours.size(), theirs.size()) - 1};
    std::optional<LogHeight> other;
    for (std::uint64_t i = 0; i <= end.value && !other; ++i)
    {
        if (ours[i] != theirs[i])
            other = LogHeight{i};
    }
    ASSERT_TRUE(other.has_value());
    const auto fork = compare_logs(here_log, there_log, end);
    ASSERT_TRUE(fork.has_value());
    EXPECT_EQ(fork->block, other);
    ASSERT_TRUE(fork->root.has_value());
    EXPECT_GE(fork->root->height, *other);
    EXPECT_NE(fork->root->here, fork->root->there);

    sim::SimDisk disk{1};
    const auto open = [&](const char* path) {
        return *StateStore::open(disk, path, {.deterministic = true});
    };
    const auto a = open("/a");
    const auto b = open("/b");
    const auto here = fold_all(here_log, *a);
    const auto there = fold_all(there_log, *b);
    auto states = compare_states(ViewSource{*there.state}, *here.state, 1'000);
    ASSERT_EQ(states.differing, states.shown.size());
    const auto c = open("/c");
    fold_all(here_log, *c, note_writers(states.shown, &DifferingRow::written_here));
    const auto d = open("/d");
    fold_all(there_log, *d, note_writers(states.shown, &DifferingRow::written_there));

    // The probes themselves are rows that one of the two alone has.
    std::size_t only_here = 0;
    for (const auto& row : states.shown)
    {
        EXPECT_NE(row.here, row.there);
        if (!row.here || row.there)
            continue;
        ++only_here;
        ASSERT_TRUE(row.written_here.has_value());
        EXPECT_GE(row.written_here->height, *other);
        EXPECT_EQ(row.written_there, std::nullopt);
    }
    EXPECT_GT(only_here, 0U);

    const auto bounded = compare_states(ViewSource{*there.state}, *here.state, 2);
    EXPECT_EQ(bounded.shown.size(), 2U);
    EXPECT_EQ(bounded.differing, states.differing);
}
}  // namespace
}  // namespace engine::test
