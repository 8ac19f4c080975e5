// Mints on a whole node, while they are halted and while the ledger is against them: what an
// executor is asked for, what it isn't, and what is recorded.

#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/runtime/halt_news.hpp"
#include "engine/runtime/outbox_driver.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <set>
#include <utility>

namespace engine::test
{
namespace
{
/// A ledger that can lose calls and answers.
class Ledger final : public EffectExecutor
{
public:
    enum class Way
    {
        good,
        deaf,  ///< Calls don't reach it.
        mute,  ///< It books, and its answers are lost.
    };

    Way way = Way::good;
    std::set<Bytes> entries;
    std::uint64_t asked = 0;
    std::optional<EffectError> put_error, look_error;  ///< What calls fail with, beyond the way.
    std::function<void()> on_refused_put;

    Result<Bytes, EffectError> prepare(const OpenEffect& effect) override { return effect.payload; }

    Result<ExecuteAnswer, EffectError> execute(const OpenEffect&, ByteView bytes) override
    {
        ++asked;
        if (put_error)
        {
            if (on_refused_put)
                std::exchange(on_refused_put, nullptr)();
            return Failure{*put_error};
        }
        if (way != Way::deaf)
            entries.insert({bytes.begin(), bytes.end()});
        if (way != Way::good)
            return Failure{EffectError{"away", "no answer", {}, {}, true}};
        return ExecuteAnswer::settled;
    }

    Result<LookUpAnswer, EffectError> look_up(const OpenEffect&, ByteView bytes) override
    {
        ++asked;
        if (look_error)
            return Failure{*look_error};
        return entries.contains({bytes.begin(), bytes.end()}) ? LookUpAnswer::settled
                                                              : LookUpAnswer::absent;
    }
};

class Mints : public testing::Test
{
protected:
    static constexpr std::size_t kQueue = 16;
    static constexpr std::int64_t kLong = 200'000;  // Longer than every pause of the driver.

    World world{1};
    Ledger ledger;
    std::unique_ptr<OutboxDriver> driver;
    Chain chain;
    BlockHash tip = chain.genesis();
    std::uint64_t sequence = 0;

    void SetUp() override
    {
        world.options.sequencer.queue_max = kQueue;
        world.start();
        driver = std::make_unique<OutboxDriver>(*world.executor, world.node->sequencer());
        driver->use(outbox::EffectKind::mint, ledger);
        driver->start();
    }
    void TearDown() override
    {
        driver->stop();
        world.stop();
    }

    void submit(outbox::Event event)
    {
        const auto receipt = world.submit_one(
            command(world.genesis_id, std::move(event), ++sequence, world.clock.now()),
            Door::callers);
        ASSERT_EQ(receipt.status, Receipt::Status::applied);
    }

    template <typename F>
    void read(F&& visit)
    {
        world.node->sequencer().read([&](const DurableView& view) { visit(view.state); });
        world.executor->run_for(100);
    }

    /// A block of the chain, as a follower tells it.
    void deliver(const BlockHash& block)
    {
        btc::WatchList watch;
        read([&](const StateView& state) { watch = bitcoin::watch_list(state); });
        for (auto& fact : facts_of(chain.at(block), watch))
            world.submit_one(
                encode_event({Origin{kBitcoinSource, 0, {}, {}}, Body{fact}}), Door::sources);
    }

    /// A deposit, deep enough to be credited.
    void credit(std::uint32_t number = 1)
    {
        tip = chain.mine(tip, {peg_in(coin(number), 50'000, test_principal(1))});
        for (int i = 0; i < 3; ++i)
        {
            deliver(tip);
            tip = chain.mine(tip);
        }
    }

    outbox::Totals totals()
    {
        outbox::Totals out;
        read([&](const StateView& state) { out = get(state, outbox::kTotals); });
        return out;
    }
};

class HaltedMints : public Mints
{};
class RefusedMints : public Mints
{
protected:
    const EffectError kForbidden{"forbidden", "the ledger says no", "403", "ask it", false};
};

TEST_F(HaltedMints, AreNotTakenUntilTheOrderIsRevoked)
{
    submit(outbox::HaltOrdered{});
    credit();
    world.executor->run_for(kLong);
    EXPECT_TRUE(ledger.entries.empty());
    EXPECT_EQ(totals().pending, 1u);
    submit(outbox::HaltRevoked{});
    world.executor->run_for(kLong);
    EXPECT_EQ(ledger.entries.size(), 1u);
    EXPECT_EQ(totals().settled, 1u);
}

TEST_F(HaltedMints, ThatWereTakenButNeverArrivedAreHeldBackToo)
{
    ledger.way = Ledger::Way::deaf;
    credit();
    world.executor->run_for(1'000);
    ASSERT_EQ(totals().taken, 1u);
    submit(outbox::HaltOrdered{});
    ledger.way = Ledger::Way::good;
    world.executor->run_for(kLong);
    EXPECT_TRUE(ledger.entries.empty());
    EXPECT_EQ(totals().taken, 1u);
    submit(outbox::HaltRevoked{});
    world.executor->run_for(kLong);
    EXPECT_EQ(ledger.entries.size(), 1u);
    EXPECT_EQ(totals().settled, 1u);
}

TEST_F(HaltedMints, ThatAreOutsideAlreadyAreSettled)
{
    ledger.way = Ledger::Way::mute;
    credit();
    submit(outbox::HaltOrdered{});
    world.executor->run_for(kLong);
    EXPECT_EQ(ledger.entries.size(), 1u);
    EXPECT_EQ(totals().settled, 1u);
}

/// The chain's own halt: a branch that leaves the best chain below the window of twelve blocks.
class MintsAfterADeepReorg : public Mints
{
protected:
    std::vector<HaltNews> news;

    void SetUp() override
    {
        Mints::SetUp();
        world.node->sequencer().follow([this](const DurableBlock& block) {
            const auto found = halt_news(block.changes);
            if (found.deep_reorg || found.begun || found.ended)
                news.push_back(found);
        });
    }

    void reorganise(std::size_t depth)
    {
        BlockHash branch = chain.genesis();
        for (std::size_t i = 0; i < depth; ++i)
            deliver(branch = chain.mine(branch));
        const auto fork = branch;
        for (std::size_t i = 0; i < 14; ++i)
            deliver(branch = chain.mine(branch));
        branch = fork;
        for (std::size_t i = 0; i < 15; ++i)
            deliver(branch = chain.mine(branch));
        tip = branch;
    }
};

TEST_F(MintsAfterADeepReorg, WaitUntilAnOperatorLiftsTheHalt)
{
    reorganise(2);
    ASSERT_EQ(news.size(), 1u);
    ASSERT_TRUE(news[0].deep_reorg.has_value());
    EXPECT_TRUE(news[0].begun);
    EXPECT_EQ(news[0].deep_reorg->fork, ChainHeight{2});
    EXPECT_EQ(news[0].deep_reorg->old_tip, ChainHeight{16});
    EXPECT_TRUE(news[0].deep_reorg->followed);

    credit();  // Deposits are credited meanwhile.
    world.executor->run_for(kLong);
    EXPECT_TRUE(ledger.entries.empty());
    EXPECT_EQ(totals().pending, 1u);
    EXPECT_TRUE(totals().halted);

    submit(outbox::HaltLifted{});
    world.executor->run_for(kLong);
    EXPECT_EQ(ledger.entries.size(), 1u);
    EXPECT_EQ(totals().settled, 1u);
    ASSERT_EQ(news.size(), 2u);
    EXPECT_TRUE(news[1].ended);
    EXPECT_FALSE(news[1].deep_reorg.has_value());
}

TEST_F(MintsAfterADeepReorg, WaitAfterARestartToo)
{
    reorganise(2);
    credit();
    driver->stop();
    world.stop();
    driver.reset();
    world.start();
    driver = std::make_unique<OutboxDriver>(*world.executor, world.node->sequencer());
    driver->use(outbox::EffectKind::mint, ledger);
    driver->start();
    world.executor->run_for(kLong);
    EXPECT_TRUE(ledger.entries.empty());
    EXPECT_TRUE(totals().halted);
    submit(outbox::HaltLifted{});
    world.executor->run_for(kLong);
    EXPECT_EQ(ledger.entries.size(), 1u);
}

TEST_F(MintsAfterADeepReorg, AnOrderAndItsEndAreNewsOfTheirOwn)
{
    submit(outbox::HaltOrdered{});
    reorganise(2);
    submit(outbox::HaltLifted{});
    submit(outbox::HaltRevoked{});
    ASSERT_EQ(news.size(), 3u);
    EXPECT_TRUE(news[0].begun && !news[0].deep_reorg);
    EXPECT_TRUE(news[1].deep_reorg && !news[1].begun);
    EXPECT_TRUE(news[2].ended);
}

TEST_F(RefusedMints, AreParkedOnceTheLedgerHasSaidThatItHasNone)
{
    ledger.put_error = kForbidden;
    credit();
    world.executor->run_for(kLong);
    EXPECT_EQ(totals().parked, 1u);
    EXPECT_EQ(driver->troubles().size(), 1u);
}

TEST_F(RefusedMints, AreNotParkedAfterAPutAlone)
{
    ledger.put_error = kForbidden;
    ledger.look_error = kForbidden;
    credit();
    world.executor->run_for(kLong);
    EXPECT_EQ(totals().parked, 0u);
    EXPECT_EQ(totals().taken, 1u);
}

TEST_F(RefusedMints, ThatMayBeBookedAreNotParkedByALookUpThatFails)
{
    ledger.way = Ledger::Way::mute;
    ledger.look_error = kForbidden;
    credit();
    world.executor->run_for(kLong);
    ASSERT_EQ(ledger.entries.size(), 1u);
    EXPECT_EQ(totals().parked, 0u);
    EXPECT_EQ(totals().taken, 1u);
    ASSERT_EQ(driver->troubles().size(), 1u);
    EXPECT_EQ(driver->troubles().begin()->second.error.code, "forbidden");
    ledger.look_error.reset();
    world.executor->run_for(kLong);
    EXPECT_EQ(ledger.entries.size(), 1u);
    EXPECT_EQ(totals().settled, 1u);
    EXPECT_TRUE(driver->troubles().empty());
}

/// Pauses are of the steady clock: the other may be set to anything meanwhile.
TEST_F(RefusedMints, AreTriedAgainAsOftenWhateverTheClockIsSetTo)
{
    constexpr std::int64_t kDay = 24 * 3'600'000;
    const auto asked_in_long = [this] {
        const auto before = ledger.asked;
        world.executor->run_for(kLong);
        return static_cast<double>(ledger.asked - before);
    };
    ledger.way = Ledger::Way::deaf;
    credit();
    world.executor->run_for(kLong);
    const auto usual = asked_in_long();
    EXPECT_GT(usual, 8);
    const auto right = world.clock.now();
    for (const auto jump : {-1'000, 3'600'000})
    {
        world.clock.jump_to(LogTime{world.clock.now().value + jump});
        EXPECT_NEAR(asked_in_long(), usual, 2) << jump;
    }
    for (const auto days : {-400, 800, -400, 30})
    {
        world.clock.jump_to(LogTime{world.clock.now().value + days * kDay});
        EXPECT_NEAR(asked_in_long(), usual, 2) << days;
    }
    world.clock.jump_to(LogTime{right.value + 10 * kLong});
    ledger.way = Ledger::Way::good;
    world.executor->run_for(kLong);
    EXPECT_EQ(ledger.entries.size(), 1u);
    EXPECT_EQ(totals().settled, 1u);
}

TEST_F(RefusedMints, WhoseParkingFindsNoRoomInTheQueueAreLookedAtAgain)
{
    ledger.way = Ledger::Way::deaf;
    credit();
    world.executor->run_for(1'000);
    ASSERT_EQ(totals().taken, 1u);
    ledger.put_error = kForbidden;
    ledger.on_refused_put = [this] {
        world.executor->hold(Lane::check);  // What is in the queue stays there.
        for (std::uint64_t i = 0; i < kQueue; ++i)
            world.node->sequencer().submit({{observation(probe_of(i), i)}, Door::sources, {}});
    };
    ASSERT_TRUE(world.executor->run_until([this] { return !ledger.on_refused_put; }, kLong));
    world.executor->run_for(100);
    EXPECT_EQ(totals().taken, 1u);
    EXPECT_EQ(world.status().queued, kQueue);
    world.executor->let_go(Lane::check);
    world.executor->run_for(kLong);
    EXPECT_EQ(totals().parked, 1u);
}
}  // namespace
}  // namespace engine::test
