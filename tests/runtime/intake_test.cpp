// The engine as a follower sees it: a long watch list is read in parts, between other work.

#include "engine/runtime/bitcoin_intake.hpp"

#include "engine/domain/bitcoin/queries.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
constexpr std::size_t kTransactions = 7;
constexpr std::size_t kOutputsOfEach = 600;
static_assert(kTransactions * kOutputsOfEach > 2 * kWatchesAtOnce);

class IntakeOfANode : public ::testing::Test
{
protected:
    World world;
    Chain chain;

    void tell(bitcoin::Event fact)
    {
        const auto told = world.submit_one(
            encode_event({Origin{kBitcoinSource, 0, {}, {}}, Body{std::move(fact)}}),
            Door::sources);
        ASSERT_EQ(told.status, Receipt::Status::applied) << told.text << told.verdict.sentence();
    }

    /// Transactions with so many outputs to the watched wallet.
    void watch_many()
    {
        const std::vector<btc::Output> outputs(kOutputsOfEach, {*Sats::from(1'000), peg_wallet()});
        std::vector<btc::Transaction> transactions;
        for (std::uint32_t i = 1; i <= kTransactions; ++i)
            transactions.push_back(spend({coin(i)}, outputs));
        const auto block = chain.mine(chain.genesis(), std::move(transactions));
        tell(header_seen(chain.at(block)));
        for (std::uint32_t i = 1; i <= kTransactions; ++i)
            tell(transaction_seen(chain.at(block), i));
    }
};

TEST_F(IntakeOfANode, AWatchListComesInPartsAndOtherTasksRunBetweenThem)
{
    world.start();
    watch_many();
    SequencerIntake intake{world.node->sequencer(), kBitcoinSource};
    bitcoin::WatchList whole;
    world.node->sequencer().read(
        [&](const DurableView& view) { whole = bitcoin::watch_list(view.state); });

    bitcoin::WatchList list;
    std::vector<std::size_t> sizes;
    std::size_t others = 0;
    std::function<void(WatchListPart)> take = [&](WatchListPart part) {
        const auto& some = part.list;
        sizes.push_back(some.scripts.size() + some.data_prefixes.size() + some.outpoints.size());
        list.version = some.version;
        list.scripts.insert(list.scripts.end(), some.scripts.begin(), some.scripts.end());
        list.data_prefixes.insert(
            list.data_prefixes.end(), some.data_prefixes.begin(), some.data_prefixes.end());
        list.outpoints.insert(list.outpoints.end(), some.outpoints.begin(), some.outpoints.end());
        if (!part.next)
            return;
        world.executor->post(Lane::fold, [&] { ++others; });
        intake.watch_list(*part.next, take);
    };
    intake.watch_list({}, take);
    world.executor->run_for(100);

    ASSERT_EQ(sizes.size(), 3u);
    for (const auto size : sizes)
        EXPECT_LE(size, kWatchesAtOnce);
    EXPECT_EQ(others, 2u);
    btc::sort(list);
    EXPECT_EQ(list, whole);
    EXPECT_EQ(list.outpoints.size(), kTransactions * kOutputsOfEach);
    world.stop();
}
}  // namespace
}  // namespace engine::test
