// Mints on a whole node while they are halted: what an executor is asked for, and what it isn't.

#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/runtime/outbox_driver.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

#include <set>

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

    Result<Bytes, EffectError> prepare(const OpenEffect& effect) override { return effect.payload; }

    Result<ExecuteAnswer, EffectError> execute(const OpenEffect&, ByteView bytes) override
    {
        if (way != Way::deaf)
            entries.insert({bytes.begin(), bytes.end()});
        if (way != Way::good)
            return Failure{EffectError{"away", "no answer", {}, {}, true}};
        return ExecuteAnswer::settled;
    }

    Result<LookUpAnswer, EffectError> look_up(const OpenEffect&, ByteView bytes) override
    {
        return entries.contains({bytes.begin(), bytes.end()}) ? LookUpAnswer::settled
                                                              : LookUpAnswer::absent;
    }
};

class HaltedMints : public testing::Test
{
protected:
    static constexpr std::int64_t kLong = 200'000;  // Longer than every pause of the driver.

    World world{1};
    Ledger ledger;
    std::unique_ptr<OutboxDriver> driver;
    Chain chain;
    BlockHash tip = chain.genesis();
    std::uint64_t sequence = 0;

    void SetUp() override
    {
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
}  // namespace
}  // namespace engine::test
