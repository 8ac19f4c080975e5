#include "tests/peg/fixture.hpp"

namespace engine::test
{
namespace
{
class PegReorg : public PegTest
{
protected:
    btc::Transaction good = peg_in(coin(1), 5'000, test_principal(1));
    BlockHash fork = chain.genesis();

    /// The deposit at height 1, credited under a tip at height 3; returns its mint.
    EffectId credited()
    {
        fork = chain.genesis();
        add_empty(add(fork, {good}), 2);
        EXPECT_EQ(state(good), State::credited);
        return deposit(good)->effect;
    }
};

TEST_F(PegReorg, ADepositThatIsReorganisedAwayBeforeItsCreditIsForgotten)
{
    add(chain.genesis(), {good});
    const auto other = chain.mine_empty(chain.genesis(), 2);
    for (const auto& block : chain.path_to(other))
        deliver(block);
    EXPECT_EQ(state(good), std::nullopt);
    EXPECT_EQ(totals(), peg::Totals{});
}

TEST_F(PegReorg, AMintThatNobodyTookIsTakenBack)
{
    const auto effect = credited();
    add_empty(fork, 4);
    EXPECT_EQ(state(good), std::nullopt);
    EXPECT_EQ(effect_state(effect), outbox::EffectState::withdrawn);
    EXPECT_EQ(totals(), peg::Totals{});
    EXPECT_EQ((*rules)(outbox::EffectTaken{effect, 1, {1}}).name(), "outbox-not-pending");
}

TEST_F(PegReorg, AMintThatWasTakenBecomesAShortfallUntilTheDepositIsConfirmedAgain)
{
    const auto effect = credited();
    take(effect);
    auto tip = add_empty(fork, 4);
    EXPECT_EQ(state(good), State::shortfall);
    EXPECT_EQ(totals(), (peg::Totals{.minted = 5'000, .confirmed = 0, .shortfall = 5'000}));

    tip = add(tip, {good});
    EXPECT_EQ(state(good), State::shortfall);
    tip = add(tip);
    EXPECT_EQ(state(good), State::shortfall);
    add(tip);
    EXPECT_EQ(state(good), State::credited);
    EXPECT_EQ(deposit(good)->effect, effect);
    EXPECT_EQ(totals().shortfall, 0u);
    EXPECT_EQ(totals().minted, 5'000u);
    EXPECT_EQ(mints(), 1u);
}

TEST_F(PegReorg, AMintThatWasDoneStaysInTheBooks)
{
    const auto effect = credited();
    take(effect);
    EXPECT_EQ((*rules)(outbox::EffectSettled{effect, {2}}), accepted);
    add_empty(fork, 4);
    EXPECT_EQ(state(good), State::shortfall);
    EXPECT_EQ(effect_state(effect), outbox::EffectState::settled);
}

TEST_F(PegReorg, AShortfallWhoseMintFailedOutsideIsTakenBackAtOnceAndNeverTriedAgain)
{
    for (const bool park : {false, true})
    {
        start(genesis());
        const auto effect = credited();
        take(effect);
        add_empty(fork, 4);
        EXPECT_EQ(state(good), State::shortfall);
        EXPECT_EQ((*rules)(outbox::EffectFailed{effect, 1, "refused", park}), accepted);
        EXPECT_EQ(state(good), std::nullopt);
        EXPECT_EQ(effect_state(effect), outbox::EffectState::withdrawn);
        EXPECT_EQ(totals(), peg::Totals{});
        EXPECT_EQ((*rules)(outbox::EffectTaken{effect, 2, {1}}), Verdict{outbox::kNotPending});
        EXPECT_EQ((*rules)(outbox::EffectRetried{effect}), Verdict{outbox::kNotParked});
        EXPECT_EQ((*rules)(outbox::EffectSettled{effect, {1}}), Verdict{outbox::kNotTaken});
    }
}

TEST_F(PegReorg, AShortfallOnTheChainWhoseMintFailedWaitsForANewMint)
{
    const auto effect = credited();
    take(effect);
    auto tip = add(add_empty(fork, 3), {good});
    EXPECT_EQ(state(good), State::shortfall);
    EXPECT_EQ((*rules)(outbox::EffectFailed{effect, 1, "refused", false}), accepted);
    EXPECT_EQ(state(good), State::waiting);
    EXPECT_EQ(effect_state(effect), outbox::EffectState::withdrawn);
    add_empty(tip, 2);
    EXPECT_EQ(state(good), State::credited);
    EXPECT_NE(deposit(good)->effect, effect);
    EXPECT_EQ(totals().minted, 5'000u);
    EXPECT_EQ(totals().shortfall, 0u);
}

TEST_F(PegReorg, AMintThatFailedWhileItsDepositIsConfirmedIsTriedAgain)
{
    const auto effect = credited();
    take(effect);
    EXPECT_EQ((*rules)(outbox::EffectFailed{effect, 1, "refused", false}), accepted);
    EXPECT_EQ(state(good), State::credited);
    take(effect, 2);
}

TEST_F(PegReorg, ADepositThatTheOtherBranchHasDeepEnoughKeepsItsMint)
{
    const auto effect = credited();
    add_empty(add(fork, {good}), 3);
    EXPECT_EQ(state(good), State::credited);
    EXPECT_EQ(deposit(good)->effect, effect);
    EXPECT_EQ(effect_state(effect), outbox::EffectState::pending);
    EXPECT_EQ(mints(), 1u);
}

TEST_F(PegReorg, ADepositThatTheOtherBranchHasTooHighWaitsAgain)
{
    const auto effect = credited();
    const auto tip = add(add_empty(fork, 2), {good});
    add(tip);
    EXPECT_EQ(state(good), State::waiting);
    EXPECT_EQ(deposit(good)->height, ChainHeight{3});
    EXPECT_EQ(effect_state(effect), outbox::EffectState::withdrawn);
}

TEST_F(PegReorg, ADepositThatTheOtherBranchHasUnscannedWaitsForTheScan)
{
    credited();
    const auto block = chain.mine(fork, {good});
    EXPECT_EQ((*rules)(header_seen(chain.at(block))), accepted);
    EXPECT_EQ((*rules)(transaction_seen(chain.at(block), 1)), accepted);
    add_empty(block, 3);
    EXPECT_EQ(state(good), State::waiting);
    EXPECT_EQ((*rules)(bitcoin::BlockScanned{block, list.version}), accepted);
    EXPECT_EQ(state(good), State::credited);
}

TEST_F(PegReorg, ADecisionIsMadeAnewWhenTheDepositIsConfirmedAnew)
{
    rules->context().rules = RulesVersion{2};
    const auto small = peg_in(coin(2), 999, test_principal(1));
    add_empty(add(fork, {small}), 2);
    EXPECT_EQ(reason(small), peg::kBelowMinimum.code);
    add_empty(fork, 4);
    EXPECT_EQ(state(small), std::nullopt);
}

// A branch of fewer blocks can have more work where the difficulty changes; on regtest it can't, so
// the chain is cut by hand.
TEST_F(PegReorg, ADepositThatALowerTipHasMadeTooYoungWaitsAgain)
{
    const auto effect = credited();
    const auto cut = [&](Step& step) {
        auto tip = step.get(bitcoin::kTip);
        bitcoin::ChainChange change;
        change.kind = bitcoin::ChainChange::Kind::block_disconnected;
        change.block = tip.block;
        change.height = tip.height;
        --tip.height.value;
        tip.block = *bitcoin::block_at(step.state(), tip.height);
        step.erase(bitcoin::kBest, change.height);
        step.put(bitcoin::kTip, tip);
        peg::on_chain(step, change);
        return accepted;
    };
    EXPECT_EQ(rules->run(cut), accepted);
    EXPECT_EQ(state(good), State::waiting);
    EXPECT_EQ(effect_state(effect), outbox::EffectState::withdrawn);
    EXPECT_EQ(totals().minted, 0u);
}

TEST_F(PegReorg, AReorganisationBelowTheWindowHaltsMintsAndKeepsTheBooks)
{
    start(genesis(), 2);
    const auto effect = credited();
    EXPECT_FALSE(outbox::is_halted(rules->state()));
    const auto tip = add_empty(add(fork, {good}), 3);
    EXPECT_TRUE(outbox::is_halted(rules->state()));
    EXPECT_EQ((*rules)(outbox::EffectTaken{effect, 1, {1}}).name(), "outbox-halted");
    const auto deep = bitcoin::deep_reorg(rules->state());
    ASSERT_TRUE(deep.has_value());
    EXPECT_EQ(deep->count, 1u);
    EXPECT_EQ(deep->fork, ChainHeight{0});
    EXPECT_EQ(deep->old_tip, ChainHeight{3});
    EXPECT_TRUE(deep->followed);
    EXPECT_EQ(bitcoin::tip(rules->state()).block, tip);
    EXPECT_EQ((*rules)(outbox::HaltLifted{}), accepted);
    take(effect);
}
}  // namespace
}  // namespace engine::test
