#include "tests/domain_bitcoin/fixture.hpp"

namespace engine::test
{
namespace
{
class BitcoinScans : public BitcoinTest
{
protected:
    void SetUp() override
    {
        BitcoinTest::SetUp();
        watch(script_of(1));
    }

    /// The rescan effects in the outbox that an executor may take.
    std::vector<bitcoin::RescanRange> open_effects() const
    {
        std::vector<bitcoin::RescanRange> open;
        outbox::for_each_open(state, [&](const EffectId&, const outbox::EffectRow& row) {
            EXPECT_EQ(row.kind, outbox::EffectKind::rescan);
            open.push_back(*decode_key<bitcoin::RescanRange>(row.payload));
            return true;
        });
        return open;
    }
    /// Without the outbox, which remembers the rescan.
    static std::map<std::pair<std::uint16_t, Bytes>, Bytes> rows_of_module(
        std::map<std::pair<std::uint16_t, Bytes>, Bytes> rows)
    {
        std::erase_if(rows, [](const auto& row) {
            return TableId{row.first.first}.module() != bitcoin::Module::kNumber;
        });
        return rows;
    }
    static bitcoin::RescanRange range(std::uint32_t version, std::uint32_t from, std::uint32_t to)
    {
        return {version, ChainHeight{from}, ChainHeight{to}};
    }
};

TEST_F(BitcoinScans, AScanIsKnownByItsVersion)
{
    const auto block = chain.mine(chain.genesis());
    EXPECT_EQ(scanned(block, 1), Verdict{kGap});
    EXPECT_EQ(header(block), accepted);
    EXPECT_EQ(scanned(block, 2), Verdict{bitcoin::kUnknownWatchVersion});
    EXPECT_FALSE(bitcoin::scan_is_complete(state, block));
    EXPECT_EQ(scanned(block, 1), accepted);
    EXPECT_EQ(story(), "s1>0");
    EXPECT_TRUE(bitcoin::scan_is_complete(state, block));
    EXPECT_EQ(scanned(block, 1), Verdict{kDuplicate});
    EXPECT_EQ(bitcoin::scanned_with(state, block), 1u);
}

TEST_F(BitcoinScans, AScanIsOldForLaterEntriesThatStartAtOrBelowTheBlock)
{
    auto parent = chain.genesis();
    for (int i = 0; i < 3; ++i)
    {
        parent = add(parent);
        EXPECT_EQ(scanned(parent, 1), accepted);
    }
    const auto blocks = chain.path_to(parent);
    watch(script_of(2), 2, kOtherOwner);
    const bool expected[] = {true, false, false};
    for (std::size_t i = 0; i < 3; ++i)
    {
        EXPECT_EQ(bitcoin::scan_is_complete(state, blocks[i]), expected[i]) << i;
        EXPECT_TRUE(bitcoin::scan_is_complete(state, blocks[i], kOwner)) << i;
        EXPECT_EQ(bitcoin::scan_is_complete(state, blocks[i], kOtherOwner), expected[i]) << i;
    }
    EXPECT_EQ(scanned(blocks[1], 2), accepted);
    EXPECT_TRUE(bitcoin::scan_is_complete(state, blocks[1]));
}

TEST_F(BitcoinScans, OnlyTheOwnersForWhomAScanIsCompleteAreTold)
{
    watch(script_of(2), 1, kOtherOwner);
    const auto block = add(chain.genesis());
    EXPECT_EQ(scanned(block, 1), accepted);
    EXPECT_EQ(story(), "s1>3");
    EXPECT_EQ(scanned(block, 2), accepted);
    EXPECT_EQ(story(), "s1>0");
}

TEST_F(BitcoinScans, AnEntryForTheFutureAsksForNoRescan)
{
    add_empty(chain.genesis(), 3);
    watch(script_of(2), 4);
    EXPECT_EQ(bitcoin::rescan(state), std::nullopt);
    watch(script_of(3), 3);
    EXPECT_EQ(bitcoin::rescan(state), range(3, 3, 3));
}

TEST_F(BitcoinScans, TheSameEntryAgainChangesNothingAndALowerStartIsANewVersion)
{
    const auto version = [&] { return bitcoin::watch_list(state).version; };
    watch(script_of(1), 1);
    watch(script_of(1), 5);
    EXPECT_EQ(version(), 1u);
    watch(script_of(2), 5);
    EXPECT_EQ(version(), 2u);
    watch(script_of(2), 4);
    EXPECT_EQ(version(), 3u);
}

TEST_F(BitcoinScans, ARescanIsOpenUntilNothingInItsRangeIsOld)
{
    const auto blocks = chain.path_to(add_empty(chain.genesis(), 4));
    for (const auto& block : blocks)
        EXPECT_EQ(scanned(block, 1), accepted);
    watch(script_of(2), 2);
    EXPECT_EQ(open_effects(), std::vector{range(2, 2, 4)});
    EXPECT_EQ(bitcoin::rescan(state), range(2, 2, 4));
    EXPECT_EQ(scanned(blocks[3], 2), accepted);  // In any order.
    EXPECT_EQ(bitcoin::rescan(state), range(2, 2, 4));
    EXPECT_EQ(scanned(blocks[1], 2), accepted);
    EXPECT_EQ(bitcoin::rescan(state), range(2, 3, 4));
    EXPECT_EQ(scanned(blocks[2], 2), accepted);
    EXPECT_EQ(bitcoin::rescan(state), std::nullopt);
    EXPECT_TRUE(open_effects().empty());
}

TEST_F(BitcoinScans, OneRescanIsOpenAtATimeAndTheRestIsJoined)
{
    const auto blocks = chain.path_to(add_empty(chain.genesis(), 4));
    for (const auto& block : blocks)
        EXPECT_EQ(scanned(block, 1), accepted);
    watch(script_of(2), 4);
    watch(script_of(3), 3);
    watch(script_of(4), 2);
    EXPECT_EQ(open_effects(), std::vector{range(2, 4, 4)});
    EXPECT_EQ(scanned(blocks[3], 4), accepted);
    EXPECT_EQ(open_effects(), std::vector{range(4, 2, 4)});
    for (const auto& block : blocks)
        scanned(block, 4).accepted();
    EXPECT_EQ(bitcoin::rescan(state), std::nullopt);
    EXPECT_TRUE(open_effects().empty());
}

TEST_F(BitcoinScans, ARescanSurvivesAReorganisation)
{
    const auto fork = add(chain.genesis());
    EXPECT_EQ(scanned(fork, 1), accepted);
    add_empty(fork, 2);
    watch(script_of(2), 1);
    EXPECT_EQ(bitcoin::rescan(state), range(2, 1, 3));
    const auto rival = chain.path_to(add_empty(fork, 3));
    for (const auto& block : rival)
        scanned(block, 2).accepted();
    EXPECT_EQ(bitcoin::rescan(state), std::nullopt);
}

TEST_F(BitcoinScans, ARescanEndsInTheSameStateAsWatchingFromTheStart)
{
    const auto late = script_of(5);
    const auto paid = pay(1, late);
    const auto spent = spend({{btc::txid(paid), 0}}, {{*Sats::from(1), script_of(6)}});
    const auto first = chain.mine(chain.genesis(), {paid});
    const auto second = chain.mine(first, {spent, pay(2, script_of(1))});
    const auto deliver = [&] {
        auto list = bitcoin::watch_list(state);
        for (const auto& block : {first, second})
        {
            for (const auto& fact : facts_of(chain.at(block), list))
                (*this)(fact).accepted();
        }
    };
    watch(late);
    deliver();
    const auto from_the_start = state.rows();

    start(chain_genesis());
    watch(script_of(1));
    deliver();
    watch(late);
    deliver();
    EXPECT_EQ(rows_of_module(state.rows()), rows_of_module(from_the_start));
    EXPECT_TRUE(bitcoin::scan_is_complete(state, second));
}

TEST_F(BitcoinScans, TheWatchListIsWhatFollowersNeed)
{
    const auto paid = pay(1, script_of(1));
    const auto block = add(chain.genesis(), {paid});
    EXPECT_EQ(transaction(block), accepted);
    run([&](Step& step) {
        bitcoin::add_watch_prefix(step, kOwner, Bytes{'T', '2'}, ChainHeight{1});
        return accepted;
    }).accepted();
    watch(script_of(1), 1, kOtherOwner);
    const auto list = bitcoin::watch_list(state);
    EXPECT_EQ(list.version, 3u);
    EXPECT_EQ(list.scripts, (std::vector<Bytes>{script_of(1)}));
    EXPECT_EQ(list.data_prefixes, (std::vector<Bytes>{{'T', '2'}}));
    EXPECT_EQ(list.outpoints, (std::vector<OutPoint>{{btc::txid(paid), 0}}));
}
}  // namespace
}  // namespace engine::test
