// Planted damages: each is named by verify with its height, its key or its event, two at once are
// both named, and a sound directory raises no alarm. Damaged files: verify_log_test.cpp.

#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/runtime/verify_narrow.hpp"
#include "tests/support/verify_world.hpp"

#include <set>

namespace engine::test
{
namespace
{
using Verdict = LayerReport::Verdict;

class VerifyTest : public VerifyWorld
{
protected:
    void SetUp() override { run_probes(); }

    /// Changes the amount of a probe, its verdict as it was; everything is hashed anew.
    EventPlace change_amount(std::uint64_t number)
    {
        const auto place = place_of_probe(number);
        auto blocks = take_apart();
        blocks[place.height.value].events[place.index] =
            observation(probe_of(number, number + 1'000), number);
        put_together(blocks);
        return place;
    }

    /// Makes every header that records the root of a height record another one.
    void forge_root(LogHeight height)
    {
        auto blocks = take_apart();
        for (auto& parts : blocks)
        {
            if (parts.header.known_root && parts.header.known_root->height == height)
                parts.header.known_root->root.bytes[0] ^= 1;
        }
        put_together(blocks);
    }

    /// Rooted heights whose root a later header records, in order.
    std::vector<LogHeight> recorded_heights()
    {
        std::set<LogHeight> out;
        for (const auto& parts : take_apart())
        {
            if (parts.header.known_root)
                out.insert(parts.header.known_root->height);
        }
        return {out.begin(), out.end()};
    }

    std::map<std::string, Bytes> files(const std::string& directory)
    {
        std::map<std::string, Bytes> out;
        const auto names = world.disk.list(directory);
        for (const auto& name : names ? *names : std::vector<std::string>{})
        {
            const auto path = std::string{directory}.append("/").append(name);
            if (const auto content = read_file(world.disk, path))
                out[path] = *content;
            else
                out.merge(files(path));
        }
        return out;
    }
};

void expect_sound(const VerifyReport& report)
{
    for (const auto& layer : report.layers)
    {
        if (layer.layer != Layer::chain)
        {
            EXPECT_EQ(layer.verdict, Verdict::ok) << name(layer.layer) << ": " << layer.looked_at;
            EXPECT_EQ(layer.differences_all, 0u);
        }
    }
}

TEST_F(VerifyTest, ASoundDirectoryRaisesNoAlarm)
{
    const auto report = check();
    ASSERT_EQ(report.layers.size(), kLayers.size());
    expect_sound(report);
    EXPECT_EQ(layer(report, Layer::chain).verdict, Verdict::not_checked);
    EXPECT_TRUE(layer(report, Layer::chain).has_nothing_to_ask);
    EXPECT_EQ(report.genesis, world.genesis_id);
    EXPECT_EQ(report.unreadable, "");
}

TEST_F(VerifyTest, FoldsIntoAnEmptyStateOfItsOwnAndLeavesTheDirectoryAsItIs)
{
    const auto before = files("/data");
    ASSERT_GT(before.size(), 5u);
    change_row(3);  // What verify refolds must not come from the state on disk.
    const auto damaged = files("/data");
    EXPECT_NE(before, damaged);
    const auto report = check();
    EXPECT_EQ(files("/data"), damaged);
    ASSERT_FALSE(scratches.empty());
    EXPECT_EQ(layer(report, Layer::fold).verdict, Verdict::ok);
    EXPECT_NE(layer(report, Layer::state).differences.front().computed.find("\"amount\":60"),
        std::string::npos);
}

TEST_F(VerifyTest, AChangedRowIsNamedByItsKeyWithTheEventThatWroteIt)
{
    const auto writer = place_of_probe(37);
    change_row(3);  // Probes 3, 20 and 37.
    const auto report = check();
    EXPECT_EQ(layer(report, Layer::log).verdict, Verdict::ok);
    EXPECT_EQ(layer(report, Layer::fold).verdict, Verdict::ok);
    EXPECT_EQ(layer(report, Layer::laws).verdict, Verdict::ok);
    const auto& state = layer(report, Layer::state);
    ASSERT_EQ(state.verdict, Verdict::differs);
    EXPECT_EQ(state.differences_all, 2u) << text(state);  // The row, and so the root.
    const auto& row = state.differences.front();
    EXPECT_EQ(row.where, "probe.accounts 3");
    EXPECT_EQ(row.table, "probe.accounts");
    EXPECT_EQ(row.key, "3");
    EXPECT_NE(row.stored.find("1000000"), std::string::npos) << row.stored;
    EXPECT_NE(row.computed.find("\"amount\":60"), std::string::npos) << row.computed;
    EXPECT_EQ(row.cause, "last written by " + place_text(writer) + ", one of 3");
}

TEST_F(VerifyTest, AnEventThatWouldBeRefusedIsNamedAlthoughEveryHashWasRecomputed)
{
    auto blocks = take_apart();
    auto& victim = blocks.at(blocks.size() / 2);
    ASSERT_EQ(victim.events.size(), 2u);
    victim.events[1] = observation(probe_of(1'000, 1), 0);  // A position that is long gone.
    const auto height = victim.header.height;
    put_together(blocks);
    const auto report = check();
    const auto& fold = layer(report, Layer::fold);
    ASSERT_EQ(fold.verdict, Verdict::differs);
    ASSERT_EQ(fold.differences_all, 1u);
    EXPECT_EQ(fold.differences.front().where, place_text({height, 1}));
    EXPECT_EQ(fold.differences.front().height, height);
    EXPECT_EQ(fold.differences.front().event, 1u);
    // The seals are of another chain.
    EXPECT_EQ(layer(report, Layer::log).verdict, Verdict::differs);
    // Laws hold up to there, which is not the whole answer.
    EXPECT_EQ(layer(report, Layer::laws).verdict, Verdict::not_checked);
    EXPECT_NE(layer(report, Layer::laws)
                  .looked_at.find("laws at height " + std::to_string(height.value - 1)),
        std::string::npos);
}

TEST_F(VerifyTest, AChangedEventOfTheSameVerdictIsNarrowedToItsIntervalAndItsRow)
{
    const auto recorded = recorded_heights();
    const auto place = change_amount(20);
    const auto end = *std::lower_bound(recorded.begin(), recorded.end(), place.height);
    const auto report = check();
    const auto& fold = layer(report, Layer::fold);
    ASSERT_EQ(fold.verdict, Verdict::differs);
    const auto& root = fold.differences.front();
    EXPECT_EQ(root.where, "height " + std::to_string(end.value));
    EXPECT_EQ(root.height, end);
    EXPECT_NE(root.cause.find("no state of height " + std::to_string(end.value) + " exists"),
        std::string::npos)
        << root.cause;
    EXPECT_NE(root.cause.find("more recorded roots behind it differ"), std::string::npos);

    // The state on disk stands later: its row and, in the interval, the event are named too.
    const auto& state = layer(report, Layer::state);
    ASSERT_EQ(state.verdict, Verdict::differs);
    const auto* row = find(state, "probe.accounts 3");
    ASSERT_NE(row, nullptr) << text(state);
    EXPECT_NE(
        row->cause.find("written by " + place_text(place) + ", in the interval whose root differs"),
        std::string::npos)
        << row->cause;
}

TEST_F(VerifyTest, AForeignSealIsNamedByItsHeight)
{
    change_seal([](log::Seal&) {}, 99);
    const auto seal = **Node::read_seal(world.disk, "/data");
    const auto report = check();
    const auto& log = layer(report, Layer::log);
    ASSERT_EQ(log.verdict, Verdict::differs);
    ASSERT_EQ(log.differences_all, 1u) << text(log);
    EXPECT_EQ(log.differences.front().where, "height " + std::to_string(seal.height.value));
    EXPECT_EQ(log.differences.front().height, seal.height);
    EXPECT_NE(text(log).find("not signed by the log's sequencer"), std::string::npos) << text(log);
    EXPECT_EQ(layer(report, Layer::fold).verdict, Verdict::ok);
    EXPECT_EQ(layer(report, Layer::state).verdict, Verdict::ok);
}

TEST_F(VerifyTest, ASealOfAnotherRootIsNamedByItsHeightAndNarrowed)
{
    change_seal([](log::Seal& seal) { seal.root.bytes[5] ^= 1; }, kSequencerKey);
    const auto seal = **Node::read_seal(world.disk, "/data");
    const auto report = check();
    const auto& fold = layer(report, Layer::fold);
    ASSERT_EQ(fold.verdict, Verdict::differs);
    ASSERT_EQ(fold.differences_all, 1u) << text(fold);
    EXPECT_EQ(fold.differences.front().where, "height " + std::to_string(seal.height.value));
    EXPECT_NE(fold.differences.front().what.find("the seal file"), std::string::npos);
    // The state stands there: that its rows are right is known.
    EXPECT_NE(fold.differences.front().cause.find("equals the refolded state, row by row"),
        std::string::npos)
        << fold.differences.front().cause;
}

TEST_F(VerifyTest, ABrokenSealFileIsAFindingAndNotTheEnd)
{
    ASSERT_TRUE(replace_file(world.disk, "/data/seal", Bytes(7, 1)).has_value());
    const auto report = check();
    ASSERT_EQ(layer(report, Layer::log).verdict, Verdict::differs);
    EXPECT_EQ(layer(report, Layer::log).differences.front().where, "/data/seal");
    EXPECT_EQ(layer(report, Layer::fold).verdict, Verdict::ok);
    EXPECT_EQ(layer(report, Layer::state).verdict, Verdict::ok);
}

TEST_F(VerifyTest, AWrongRecordedRootIsNamedByItsHeightAndIntervalAndTheFoldGoesOn)
{
    const auto recorded = recorded_heights();
    ASSERT_GT(recorded.size(), 5u);
    forge_root(recorded[3]);
    const auto report = check();
    const auto& fold = layer(report, Layer::fold);
    ASSERT_EQ(fold.verdict, Verdict::differs);
    ASSERT_EQ(fold.differences_all, 1u) << text(fold);
    const auto& root = fold.differences.front();
    EXPECT_EQ(root.where, "height " + std::to_string(recorded[3].value));
    EXPECT_EQ(root.height, recorded[3]);
    const RootedInterval interval{recorded[2], recorded[3]};
    EXPECT_EQ(root.cause, "no state of height " + std::to_string(recorded[3].value) +
                              " exists: narrowed to the interval, " + to_string(interval));
    EXPECT_EQ(layer(report, Layer::state).verdict, Verdict::differs);  // It names another block.
    EXPECT_EQ(layer(report, Layer::laws).verdict, Verdict::ok);
}

TEST_F(VerifyTest, AStateThatCantBeOpenedIsAFindingAndTheRestGoesOn)
{
    ASSERT_TRUE(world.disk.remove("/data/state/CURRENT").has_value());
    const auto report = check();
    const auto& state = layer(report, Layer::state);
    ASSERT_EQ(state.verdict, Verdict::differs) << text(state);
    EXPECT_NE(state.differences.front().where.find("/data/state"), std::string::npos);
    EXPECT_EQ(layer(report, Layer::fold).verdict, Verdict::ok);
    EXPECT_EQ(layer(report, Layer::laws).verdict, Verdict::ok);
}

TEST_F(VerifyTest, WithoutRoomForAStateOfItsOwnNothingIsSaidToDiffer)
{
    world.disk.capacity = world.disk.used();
    const auto report = check();
    EXPECT_EQ(layer(report, Layer::log).verdict, Verdict::ok);
    for (const auto which : {Layer::fold, Layer::state, Layer::laws})
    {
        EXPECT_EQ(layer(report, which).verdict, Verdict::not_checked) << name(which);
        EXPECT_FALSE(layer(report, which).has_nothing_to_ask);
        EXPECT_NE(layer(report, which).looked_at, "");
    }
}

// Two at once.

TEST_F(VerifyTest, AForeignSealAndAChangedRowAreBothNamed)
{
    change_seal([](log::Seal&) {}, 99);
    change_row(3);
    const auto report = check();
    const auto seal = **Node::read_seal(world.disk, "/data");
    EXPECT_EQ(layer(report, Layer::log).differences.at(0).height, seal.height);
    EXPECT_EQ(layer(report, Layer::state).differences.at(0).where, "probe.accounts 3");
}

TEST_F(VerifyTest, TwoChangedRowsAreBothNamed)
{
    change_row(3);
    change_row(11);
    const auto report = check();
    EXPECT_EQ(layer(report, Layer::state).differences.at(0).where, "probe.accounts 3");
    EXPECT_EQ(layer(report, Layer::state).differences.at(1).where, "probe.accounts 11");
}

TEST_F(VerifyTest, TwoWrongRecordedRootsAreBothNamed)
{
    const auto recorded = recorded_heights();
    forge_root(recorded[2]);
    forge_root(recorded[5]);
    const auto report = check();
    const auto& fold = layer(report, Layer::fold);
    ASSERT_EQ(fold.differences_all, 2u) << text(fold);
    EXPECT_EQ(fold.differences[0].height, recorded[2]);
    EXPECT_EQ(fold.differences[1].height, recorded[5]);
    EXPECT_NE(fold.differences[1].cause.find(to_string(RootedInterval{recorded[4], recorded[5]})),
        std::string::npos);
}

TEST_F(VerifyTest, AWrongRecordedRootAndAnEventThatWouldBeRefusedAreBothNamed)
{
    const auto recorded = recorded_heights();
    forge_root(recorded[2]);
    auto blocks = take_apart();
    auto& victim = blocks.at(blocks.size() - 3);
    ASSERT_GE(victim.events.size(), 1u);
    victim.results[0].effects = 9;
    const auto height = victim.header.height;
    put_together(blocks);
    const auto report = check();
    const auto& fold = layer(report, Layer::fold);
    ASSERT_EQ(fold.differences_all, 2u) << text(fold);
    EXPECT_EQ(fold.differences[0].where, place_text({height, 0}));
    EXPECT_EQ(fold.differences[1].height, recorded[2]);
}

TEST_F(VerifyTest, AnEventThatWouldBeRefusedAndAChangedRowBehindItAreBothNamed)
{
    change_row(3);
    auto blocks = take_apart();
    auto& victim = blocks.at(10);
    victim.results.back().verdict = 0x0777;
    put_together(blocks);
    const auto report = check();
    EXPECT_EQ(layer(report, Layer::fold).differences.at(0).height, LogHeight{10});
    // No refolded state reaches the one on disk; its own tree knows the row.
    const auto& state = layer(report, Layer::state);
    ASSERT_EQ(state.verdict, Verdict::differs);
    EXPECT_NE(text(state).find("probe.accounts 3 | the row isn't what the state's own tree"),
        std::string::npos)
        << text(state);
}

// Checkpoints.

TEST_F(VerifyTest, AStateOfTheIntervalsEndNamesTheRowsAndTheEventsThatWroteThem)
{
    // Of this log as it was, before somebody changed it: a checkpoint in the middle.
    World honest{world.seed};
    honest.start();
    std::optional<StateMark> taken;
    for (std::uint64_t i = 0; i < 40; ++i)
    {
        honest.submit_one(observation(probe_of(i, i), i), Door::sources);
        honest.executor->run_for(i % 4 == 0 ? 300 : 1);
        if (i != 20)
            continue;
        honest.node->checkpoint([&](const auto& mark) { taken = *mark; });
        honest.executor->run_until([&] { return taken.has_value(); }, 60'000);
    }
    honest.stop();
    ASSERT_TRUE(taken.has_value());
    std::swap(world.disk, honest.disk);
    std::swap(world.genesis_id, honest.genesis_id);
    expect_sound(check());

    const auto place = change_amount(20);
    ASSERT_LE(place.height, taken->height);
    const auto report = check();
    const auto& fold = layer(report, Layer::fold);
    ASSERT_EQ(fold.verdict, Verdict::differs);
    ASSERT_EQ(fold.differences.front().height, taken->height) << text(fold);
    EXPECT_NE(fold.differences[0].cause.find("checkpoint /data/checkpoints/"), std::string::npos)
        << text(fold);
    const auto* row = find(fold, "probe.accounts 3");
    ASSERT_NE(row, nullptr) << text(fold);
    EXPECT_NE(row->stored.find("\"amount\":23"), std::string::npos) << row->stored;
    EXPECT_NE(row->computed.find("\"amount\":1023"), std::string::npos) << row->computed;
    EXPECT_EQ(row->cause, "written in the interval by " + place_text(place));
    // The state on disk stands later, and is reported as well.
    EXPECT_NE(find(layer(report, Layer::state), "probe.accounts 3"), nullptr);
}

// Layers, alone and together.

TEST_F(VerifyTest, OnlyTheLayersThatAreAskedForAreReported)
{
    const auto report = check({Layer::laws, Layer::log});
    ASSERT_EQ(report.layers.size(), 2u);
    EXPECT_EQ(report.layers[0].layer, Layer::log);
    EXPECT_EQ(report.layers[1].layer, Layer::laws);
    expect_sound(report);
}

TEST_F(VerifyTest, TheLogAloneIsNotFolded)
{
    expect_sound(check({Layer::log}));
    EXPECT_TRUE(scratches.empty());
}

TEST_F(VerifyTest, ALayerAloneFindsWhatItFindsAmongOthers)
{
    change_row(3);
    EXPECT_EQ(check({Layer::state}).layers.at(0).differences.at(0).where, "probe.accounts 3");
    EXPECT_EQ(check({Layer::fold}).layers.at(0).verdict, Verdict::ok);
    EXPECT_EQ(check({Layer::laws}).layers.at(0).verdict, Verdict::ok);
}

TEST_F(VerifyTest, AnotherLogThanThePinnedOneIsTold)
{
    EXPECT_FALSE(check({Layer::log}, world.genesis_id).genesis_differs);
    auto other = world.genesis_id;
    other.bytes[0] ^= 1;
    EXPECT_TRUE(check({Layer::log}, other).genesis_differs);
}

TEST_F(VerifyTest, ProgressOfAPassNeverGoesBackAndEndsAtItsTotal)
{
    check();
    std::map<std::string_view, VerifyProgress> last;
    for (const auto& p : progress)
    {
        EXPECT_GE(p.bytes_done, last[p.pass].bytes_done) << p.pass;
        EXPECT_LE(p.bytes_done, p.bytes_total) << p.pass;
        last[p.pass] = p;
    }
    ASSERT_EQ(last.size(), 2u);
    for (const auto& [pass, p] : last)
        EXPECT_EQ(p.bytes_done, p.bytes_total) << pass;
    EXPECT_EQ(last["log"].bytes_total, last["fold"].bytes_total);
}

/// Every read of the clock is a second later than the one before.
class CountingClock final : public Clock
{
    mutable std::int64_t m_now = 0;

public:
    LogTime now() const override { return LogTime{0}; }
    std::int64_t monotonic_ms() const override { return m_now += 1'000; }
};

TEST_F(VerifyTest, TheTimeOfALayerHoldsTheFoldThatItAskedFor)
{
    const CountingClock clock;
    const auto seal = read_seal_file(world.disk, "/data");
    const LogUnderTest log{world.disk, "/data", {}};
    auto read_only = world.options.store;
    read_only.read_only = true;
    auto stored = StateStore::open(world.disk, "/data/state", read_only);
    const auto run = [&](std::vector<Layer> layers) {
        return verify({.log = log,
            .seal = seal,
            .clock = clock,
            .make_scratch = [this] { return make_scratch(); },
            .stored = stored->get(),
            .stored_missing = {},
            .stored_error = {},
            .checkpoint_of = {},
            .checkpoints = {},
            .chain_missing = "no endpoint",
            .layers = std::move(layers),
            .pinned = {},
            .on_progress = {},
            .on_layer = {}});
    };
    const auto all = run({kLayers.begin(), kLayers.end()});
    std::int64_t sum = 0;
    for (const auto& one : all.layers)
        sum += one.milliseconds;
    EXPECT_GT(layer(all, Layer::fold).folding_milliseconds, 0);
    EXPECT_EQ(layer(all, Layer::state).folding_milliseconds, 0);
    EXPECT_EQ(layer(all, Layer::laws).folding_milliseconds, 0);
    EXPECT_GT(layer(all, Layer::state).milliseconds, 0);
    EXPECT_GT(layer(all, Layer::laws).milliseconds, 0);
    EXPECT_LE(sum, all.milliseconds);

    const auto state = run({Layer::state, Layer::laws});
    EXPECT_GT(layer(state, Layer::state).folding_milliseconds, 0);
    EXPECT_GT(
        layer(state, Layer::state).milliseconds, layer(state, Layer::state).folding_milliseconds);
    EXPECT_GT(layer(state, Layer::laws).folding_milliseconds, 0);  // What comes after the state.
}

// No false alarm.

/// Everything that a log can hold: probes, an allow-list and its deadline, peg-ins, an ignored
/// observation, effects that are withdrawn by a reorganisation, parked, and settled.
class BusyLog : public VerifyWorld
{
protected:
    Chain chain;
    btc::WatchList watch;
    std::uint64_t sequence = 0;
    BlockHash tip = chain.genesis();

    Receipt call(Body body)
    {
        return world.submit_one(
            command(world.genesis_id, std::move(body), ++sequence, world.clock.now()),
            Door::callers);
    }

    void tell(const BlockHash& block)
    {
        for (auto& fact : facts_of(chain.at(block), watch))
            world.submit_one(
                encode_event({Origin{kBitcoinSource, 0, {}, {}}, Body{fact}}), Door::sources);
        world.executor->run_for(20);
        tip = block;
    }

    std::vector<outbox::EffectState> effects()
    {
        std::vector<outbox::EffectState> out;
        world.node->sequencer().read([&](const DurableView& view) {
            for_all(view.state, outbox::kEffects,
                [&](const EffectId&, const outbox::EffectRow& row) { out.push_back(row.state); });
        });
        world.executor->run_for(10);
        return out;
    }

    std::vector<EffectId> open_effects()
    {
        std::vector<EffectId> out;
        world.node->sequencer().read([&](const DurableView& view) {
            outbox::for_each_open(view.state, [&](const EffectId& id, const outbox::EffectRow&) {
                out.push_back(id);
                return true;
            });
        });
        world.executor->run_for(10);
        return out;
    }

    Receipt from_engine(outbox::Event event)
    {
        return world.submit_one(encode_event({EngineAuthor{}, std::move(event)}), Door::engine);
    }
};

TEST_F(BusyLog, WithEverythingInItRaisesNoAlarm)
{
    world.start();
    world.node->sequencer().read(
        [&](const DurableView& view) { watch = bitcoin::watch_list(view.state); });
    world.executor->run_for(10);
    for (std::uint64_t i = 0; i < 20; ++i)
        world.submit_one(observation(probe_of(i, i), i), Door::sources);
    call(peg::Event{
        peg::RecipientAllowed{test_principal(1), LogTime{world.clock.now().value + 5'000}}});

    // Two peg-ins are credited; one of them is minted, one stays pending and is reorganised away.
    tell(chain.mine(tip, {peg_in(coin(1), 50'000, test_principal(1))}));
    const auto fork = tip;
    tell(chain.mine(tip, {peg_in(coin(2), 60'000, test_principal(2))}));
    for (int i = 0; i < 3; ++i)
        tell(chain.mine(tip));
    const auto open = open_effects();
    ASSERT_EQ(open.size(), 2u);
    EXPECT_EQ(
        from_engine(outbox::EffectTaken{open[0], 1, Bytes{1, 2}}).status, Receipt::Status::applied);
    EXPECT_EQ(from_engine(outbox::EffectFailed{open[0], 1, "again", false}).status,
        Receipt::Status::applied);
    from_engine(outbox::EffectTaken{open[0], 2, Bytes{1, 2}});
    EXPECT_EQ(
        from_engine(outbox::EffectSettled{open[0], Bytes{3}}).status, Receipt::Status::applied);
    auto other = fork;
    for (int i = 0; i < 6; ++i)
        tell(other = chain.mine(other));

    // A second probe of an id is no valid operation.
    EXPECT_EQ(world.submit_one(observation(probe_of(5, 5), 20), Door::sources).status,
        Receipt::Status::ignored);
    // A payment to the wallet that no peg-in is.
    auto stray = peg_in(coin(3), 70'000, test_principal(3), peg_wallet(), "xx");
    tell(chain.mine(tip, {std::move(stray)}));
    for (int i = 0; i < 3; ++i)
        tell(chain.mine(tip));
    world.executor->run_for(10'000);
    call(probe_of(100, 7));

    const auto states = effects();
    EXPECT_NE(std::find(states.begin(), states.end(), outbox::EffectState::settled), states.end());
    EXPECT_NE(
        std::find(states.begin(), states.end(), outbox::EffectState::withdrawn), states.end());
    world.stop();

    bool ignored = false;
    for (const auto& parts : take_apart())
    {
        for (const auto result : parts.results)
            ignored = ignored || result.verdict != 0;
    }
    EXPECT_TRUE(ignored);
    expect_sound(check());
    // Started again, stopped again: another seal, another mark, a cut of its own.
    world.start();
    call(probe_of(101, 8));
    world.stop();
    expect_sound(check());
}
}  // namespace
}  // namespace engine::test
