#include "engine/core/overlay.hpp"
#include "tests/peg/branches.hpp"
#include "tests/peg/fixture.hpp"

#include <rapidcheck/gtest.h>

namespace engine::test
{
namespace
{
/// Changes that no rule would make.
class Damage
{
    const MemoryState& m_state;
    Changes m_changes;

public:
    explicit Damage(const MemoryState& state) : m_state{state} {}

    template <typename Table>
    Damage& put(const Table& table, const typename Table::Key& key, const typename Table::Row& row)
    {
        const auto raw_key = encode_key(key);
        m_changes.set(table.id, raw_key, m_state.get(table.id, raw_key), encode_row(row));
        return *this;
    }
    template <typename Table>
    Damage& erase(const Table& table, const typename Table::Key& key)
    {
        const auto raw_key = encode_key(key);
        m_changes.set(table.id, raw_key, m_state.get(table.id, raw_key), std::nullopt);
        return *this;
    }

    const Changes& changes() const { return m_changes; }

    /// The names of the laws that are broken, as both forms say it.
    std::string broken() const
    {
        const Overlay after{m_state, m_changes};
        std::string names;
        for (const auto& law : peg::Module::kLaws)
        {
            const auto delta = law.delta(m_state, m_changes);
            const auto full = law.full(after);
            EXPECT_EQ(delta.has_value(), full.has_value())
                << law.name << ": delta " << delta.value_or("holds") << ", full "
                << full.value_or("holds");
            if (full)
                names += std::string{law.name.substr(4)} + " ";
        }
        return names;
    }
};

class PegLaws : public PegTest
{
protected:
    const btc::Transaction good = peg_in(coin(1), 5'000, test_principal(1));
    const btc::Transaction young = peg_in(coin(2), 3'000, test_principal(2));
    const btc::Transaction spent =
        spend({{btc::txid(good), 1}}, {{*Sats::from(4'000), peg_wallet()}});
    const OutPoint good_outpoint{btc::txid(good), 1};
    const OutPoint young_outpoint{btc::txid(young), 1};
    const OutPoint change{btc::txid(spent), 0};

    void SetUp() override
    {
        PegTest::SetUp();
        auto tip = add(chain.genesis(), {good});
        tip = add(tip, {spent});
        add(tip, {young});
        ASSERT_EQ(state(good), State::credited);
        ASSERT_EQ(state(young), State::waiting);
        ASSERT_EQ(Damage{rules->state()}.broken(), "");
    }
    Damage damage() const { return Damage{rules->state()}; }
};

TEST_F(PegLaws, ACreditOutOfNothingIsNoticed)
{
    auto row = *deposit(young);
    row.state = State::credited;
    auto sums = totals();
    sums.minted += 3'000;
    sums.confirmed += 3'000;
    EXPECT_EQ(
        damage().put(peg::kDeposits, young_outpoint, row).put(peg::kTotals, {}, sums).broken(),
        "credited_is_confirmed effects_are_backed ");
}

TEST_F(PegLaws, AChangedAmountIsNoticed)
{
    auto row = *deposit(good);
    row.amount = *Sats::from(5'001);
    EXPECT_EQ(damage().put(peg::kDeposits, good_outpoint, row).broken(),
        "credited_is_confirmed effects_are_backed ");
}

TEST_F(PegLaws, AChangedRecipientIsNoticed)
{
    auto row = *deposit(good);
    row.recipient = test_principal(9);
    EXPECT_EQ(damage().put(peg::kDeposits, good_outpoint, row).broken(), "effects_are_backed ");
}

TEST_F(PegLaws, ALostDepositIsNoticed)
{
    EXPECT_EQ(damage().erase(peg::kDeposits, good_outpoint).broken(),
        "credited_is_confirmed effects_are_backed ");
}

TEST_F(PegLaws, AMintThatIsTakenBackBehindTheDepositIsNoticed)
{
    const auto id = deposit(good)->effect;
    auto effect = *outbox::effect(rules->state(), id);
    effect.state = outbox::EffectState::withdrawn;
    EXPECT_EQ(damage().put(outbox::kEffects, id, effect).broken(), "effects_are_backed ");
    EXPECT_EQ(damage().erase(outbox::kEffects, id).broken(), "effects_are_backed ");
}

TEST_F(PegLaws, ASecondMintForOneDepositIsNoticed)
{
    const auto effect = *outbox::effect(rules->state(), deposit(good)->effect);
    EffectId other;
    other.bytes.fill(7);
    EXPECT_EQ(damage().put(outbox::kEffects, other, effect).broken(), "effects_are_backed ");
}

TEST_F(PegLaws, AnEffectThatADepositLeavesBehindIsNoticed)
{
    auto row = *deposit(good);
    row.effect.bytes.fill(7);
    EXPECT_EQ(damage().put(peg::kDeposits, good_outpoint, row).broken(), "effects_are_backed ");
}

TEST_F(PegLaws, ABlockThatLeavesTheBestChainWithoutItsDepositsIsNoticed)
{
    EXPECT_EQ(damage().erase(bitcoin::kBest, ChainHeight{1}).broken(),
        "credited_is_confirmed utxo_value ");
}

TEST_F(PegLaws, ALowerTipWithTheSameCreditsIsNoticed)
{
    auto tip = bitcoin::tip(rules->state());
    --tip.height.value;
    EXPECT_EQ(damage().put(bitcoin::kTip, {}, tip).broken(), "credited_is_confirmed ");
}

TEST_F(PegLaws, AnOutputThatIsLostGainedOrChangedIsNoticed)
{
    auto sums = totals();
    const auto row = *find(rules->state(), peg::kUtxos, change);
    const auto twin = [&](std::int64_t value, std::int64_t count) {
        auto out = sums;
        out.utxo_value += static_cast<std::uint64_t>(value);
        out.utxo_count += static_cast<std::uint64_t>(count);
        return out;
    };
    EXPECT_EQ(damage().erase(peg::kUtxos, change).broken(), "utxo_value ");
    EXPECT_EQ(damage().erase(peg::kUtxos, change).put(peg::kTotals, {}, twin(-4'000, -1)).broken(),
        "utxo_value ");
    auto changed = row;
    changed.value = *Sats::from(4'001);
    EXPECT_EQ(damage().put(peg::kUtxos, change, changed).put(peg::kTotals, {}, twin(1, 0)).broken(),
        "utxo_value ");
    EXPECT_EQ(
        damage().put(peg::kUtxos, coin(9), row).put(peg::kTotals, {}, twin(4'000, 1)).broken(),
        "utxo_value ");
    EXPECT_EQ(damage().put(peg::kTotals, {}, twin(1, 0)).broken(), "utxo_value ");
    EXPECT_EQ(damage().put(peg::kTotals, {}, twin(0, 1)).broken(), "utxo_value ");
}

TEST_F(PegLaws, AnOutputThatIsSpentAndUnspentIsNoticed)
{
    const auto old = find(rules->state(), peg::kSpent, good_outpoint);
    ASSERT_TRUE(old.has_value());
    auto sums = totals();
    sums.utxo_value += 5'000;
    ++sums.utxo_count;
    EXPECT_EQ(
        damage().put(peg::kUtxos, good_outpoint, old->utxo).put(peg::kTotals, {}, sums).broken(),
        "utxo_value ");
    EXPECT_EQ(damage()
                  .erase(peg::kSpent, good_outpoint)
                  .put(peg::kUtxos, good_outpoint, old->utxo)
                  .put(peg::kTotals, {}, sums)
                  .broken(),
        "utxo_value ");
}

TEST_F(PegLaws, ACreditOfTheWalletsOwnMoneyIsNoticed)
{
    EXPECT_EQ(damage()
                  .put(peg::kSpent, coin(1), {{*Sats::from(9), ChainHeight{1}, {}}, ChainHeight{1}})
                  .broken(),
        "credited_is_confirmed utxo_value ");
}

TEST_F(PegLaws, AShortfallWhoseMintNobodyTookIsNoticed)
{
    auto row = *deposit(good);
    row.state = State::shortfall;
    auto sums = totals();
    sums.confirmed -= 5'000;
    sums.shortfall += 5'000;
    EXPECT_EQ(damage().put(peg::kDeposits, good_outpoint, row).put(peg::kTotals, {}, sums).broken(),
        "effects_are_backed ");
}

TEST_F(PegLaws, TotalsOfTheirOwnAreNoticed)
{
    const auto with = [&](auto member) {
        auto sums = totals();
        sums.*member += 1;
        return damage().put(peg::kTotals, {}, sums).broken();
    };
    EXPECT_EQ(with(&peg::Totals::minted), "credited_is_confirmed ");
    EXPECT_EQ(with(&peg::Totals::confirmed), "credited_is_confirmed ");
    EXPECT_EQ(with(&peg::Totals::shortfall), "credited_is_confirmed ");
    EXPECT_EQ(with(&peg::Totals::ignored), "credited_is_confirmed ");
    EXPECT_EQ(with(&peg::Totals::wrong_network), "credited_is_confirmed ");
}

// Whatever row of the peg, of the best chain or of the outbox is lost: both forms agree.
RC_GTEST_PROP(PegLawForms, AgreeOnAnyLostRow, ())
{
    const auto numbers =
        *rc::gen::container<std::vector<std::uint16_t>>(300, rc::gen::arbitrary<std::uint16_t>());
    Tape tape{numbers};
    const Branches branches{tape, 3 + tape.below(6)};
    peg::Genesis genesis;
    genesis.wallet_script = peg_wallet();
    genesis.confirmations = 2;
    Rules rules{chain_genesis(), genesis};
    const auto version = get(rules.state(), bitcoin::kWatch).version;
    for (const auto& fact : branches.facts(branches.blocks(), version))
        rules(fact).accepted();

    std::vector<std::pair<std::uint16_t, Bytes>> keys;
    for (const auto& [key, row] : rules.state().rows())
    {
        const bool concerns = (key.first >> 8) == 3 || key.first == bitcoin::kBest.id.value ||
                              key.first == outbox::kEffects.id.value;
        if (concerns && key.first != peg::kParameters.id.value)
            keys.push_back(key);
    }
    for (std::size_t i = 0; i < 10 && !keys.empty(); ++i)
    {
        const auto& [table, key] = keys[tape.below(keys.size())];
        Changes changes;
        changes.set(TableId{table}, key, rules.state().get(TableId{table}, key), std::nullopt);
        const Overlay after{rules.state(), changes};
        for (const auto& law : peg::Module::kLaws)
        {
            const auto delta = law.delta(rules.state(), changes);
            const auto full = law.full(after);
            if (delta.has_value() != full.has_value())
                RC_LOG() << law.name << " table " << table << ": delta " << delta.value_or("holds")
                         << ", full " << full.value_or("holds") << "\n";
            RC_ASSERT(delta.has_value() == full.has_value());
        }
    }
}
}  // namespace
}  // namespace engine::test
