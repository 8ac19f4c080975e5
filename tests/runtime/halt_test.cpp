// Mints on a whole node, while they are halted and while the ledger is against them: what an
// executor is asked for, what it isn't, and what is recorded.

#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/queries.hpp"
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
    std::optional<EffectError> put_error, look_error;  ///< What calls fail with, beyond the way.
    std::function<void()> on_refused_put;

    Result<Bytes, EffectError> prepare(const OpenEffect& effect) override { return effect.payload; }

    Result<ExecuteAnswer, EffectError> execute(const OpenEffect&, ByteView bytes) override
    {
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

    /// A deposit, deep enough to be credited.
    void credit()
    {
        btc::WatchList watch;
        read([&](const StateView& state) { watch = bitcoin::watch_list(state); });
        tip = chain.mine(tip, {peg_in(coin(1), 50'000, test_principal(1))});
        for (int i = 0; i < 3; ++i)
        {
            for (auto& fact : facts_of(chain.at(tip), watch))
                world.submit_one(
                    encode_event({Origin{kBitcoinSource, 0, {}, {}}, Body{fact}}), Door::sources);
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
