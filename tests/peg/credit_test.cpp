#include "engine/sbtc/c32.hpp"
#include "tests/peg/fixture.hpp"

namespace engine::test
{
namespace
{
class PegCredit : public PegTest
{
protected:
    btc::Transaction good = peg_in(coin(1), 5'000, test_principal(1));
};

TEST_F(PegCredit, ADepositIsCreditedAtItsDepthAndNotABlockEarlier)
{
    auto tip = add(chain.genesis(), {good});
    EXPECT_EQ(state(good), State::waiting);
    tip = add(tip);
    EXPECT_EQ(state(good), State::waiting);
    EXPECT_EQ(totals(), (peg::Totals{.utxo_value = 5'000, .utxo_count = 1}));
    add(tip);
    EXPECT_EQ(state(good), State::credited);
    EXPECT_EQ(totals().minted, 5'000u);
    EXPECT_EQ(totals().confirmed, 5'000u);
}

TEST_F(PegCredit, OneConfirmationIsTheBlockItself)
{
    auto once = genesis();
    once.confirmations = 1;
    start(once);
    add(chain.genesis(), {good});
    EXPECT_EQ(state(good), State::credited);
}

TEST_F(PegCredit, ACreditOpensAMintThatSaysWhatTheDepositSays)
{
    add_empty(add(chain.genesis(), {good}), 2);
    const auto row = deposit(good);
    const auto effect = outbox::effect(rules->state(), row->effect);
    ASSERT_TRUE(effect.has_value());
    EXPECT_EQ(effect->kind, outbox::EffectKind::mint);
    EXPECT_EQ(effect->state, outbox::EffectState::pending);
    const peg::Mint expected{{btc::txid(good), 1}, test_principal(1), *Sats::from(5'000)};
    EXPECT_EQ(decode_key<peg::Mint>(effect->payload), expected);
}

TEST_F(PegCredit, TheSameFactsAgainChangeNothing)
{
    const auto block = chain.mine(chain.genesis(), {good});
    const auto tip = chain.mine_empty(block, 3);
    for (const auto& hash : chain.path_to(tip))
        deliver(hash);
    const auto before = rules->state();
    for (const auto& hash : chain.path_to(tip))
    {
        for (const auto& fact : facts_of(chain.at(hash), list))
            EXPECT_EQ((*rules)(fact), Verdict{kDuplicate});
    }
    EXPECT_EQ(rules->state(), before);
    EXPECT_EQ(mints(), 1u);
}

TEST_F(PegCredit, NothingIsCreditedBeforeItsBlockIsScanned)
{
    const auto block = chain.mine(chain.genesis(), {good});
    (*rules)(header_seen(chain.at(block))).accepted();
    EXPECT_EQ((*rules)(transaction_seen(chain.at(block), 1)), accepted);
    add_empty(block, 5);
    EXPECT_EQ(state(good), State::waiting);
    EXPECT_EQ((*rules)(bitcoin::BlockScanned{block, list.version}), accepted);
    EXPECT_EQ(state(good), State::credited);
}

TEST_F(PegCredit, AScanWithAnOlderWatchListIsNotEnough)
{
    const auto block = chain.mine(chain.genesis(), {good});
    (*rules)(header_seen(chain.at(block))).accepted();
    EXPECT_EQ((*rules)(transaction_seen(chain.at(block), 1)), accepted);
    EXPECT_EQ((*rules)(bitcoin::BlockScanned{block, list.version - 1}), accepted);
    add_empty(block, 5);
    EXPECT_EQ(state(good), State::waiting);
}

TEST_F(PegCredit, ADepositThatComesLateIsCreditedAtOnce)
{
    const auto block = chain.mine(chain.genesis(), {good});
    EXPECT_EQ((*rules)(header_seen(chain.at(block))), accepted);
    EXPECT_EQ((*rules)(bitcoin::BlockScanned{block, list.version}), accepted);
    add_empty(block, 5);
    EXPECT_EQ(state(good), std::nullopt);
    EXPECT_EQ((*rules)(transaction_seen(chain.at(block), 1)), accepted);
    EXPECT_EQ(state(good), State::credited);
}

TEST_F(PegCredit, WhatIsNoValidPegInIsKeptWithItsReasonAndNeverMinted)
{
    const auto recipient = test_principal(1);
    const auto amount = *Sats::from(5'000);
    const auto data = data_script(peg_in_data(recipient));
    const auto mainnet = [] {
        auto principal = test_principal(1);
        principal.version = 22;
        return principal;
    }();
    const struct
    {
        btc::Transaction transaction;
        Reject reason;
    } rows[] = {
        {peg_in(coin(10), 5'000, recipient, peg_wallet(), "X2"), peg::kWrongNetwork},
        {peg_in(coin(11), 5'000, recipient, peg_wallet(), "T2"), peg::kWrongNetwork},
        {peg_in(coin(12), 5'000, recipient, peg_wallet(0x10)), peg::kForeignWallet},
        {peg_in(coin(13), 0, recipient), peg::kNoAmount},
        {peg_in(coin(14), 5'000, mainnet), peg::kRecipientOfOtherNetwork},
        {spend({coin(15)}, {{Sats{}, data}}), peg::kNoPayment},
        {spend({coin(16)}, {{Sats{}, data}, {amount, script_of(3)}, {amount, peg_wallet()}}),
            peg::kForeignWallet},
        {spend({coin(17)}, {{Sats{}, data_script({{'i', 'd', '<'}})}, {amount, peg_wallet()}}),
            peg::kNoRecipient},
    };
    std::vector<btc::Transaction> transactions;
    for (const auto& row : rows)
        transactions.push_back(row.transaction);
    add_empty(add(chain.genesis(), transactions), 5);
    for (const auto& row : rows)
    {
        EXPECT_EQ(state(row.transaction), State::ignored) << row.reason.name;
        EXPECT_EQ(reason(row.transaction), row.reason.code) << row.reason.name;
    }
    EXPECT_EQ(mints(), 0u);
    EXPECT_EQ(totals().ignored, std::size(rows));
    EXPECT_EQ(totals().wrong_network, 2u);
}

TEST_F(PegCredit, EveryPublishedFormIsCreditedToItsRecipient)
{
    const auto who = test_principal(1);
    Bytes address{who.version};
    append(address, who.hash.bytes);
    const auto data = [&](std::initializer_list<Bytes> parts) {
        Bytes out{'i', 'd', '<'};
        for (const auto& part : parts)
            append(out, part);
        return out;
    };
    const Bytes name{'v', 'a', 'u', 'l', 't'};
    const Bytes padding(35);
    const auto text = sbtc::to_c32({who.version, who.hash});
    const struct
    {
        Bytes data;
        std::string contract;
    } rows[] = {
        {data({{0x05}, address}), ""},
        {data({{0x06}, address, {5}, name}), "vault"},
        {data({address}), ""},
        {data({address, {0}}), ""},
        {data({address, {5}, name}), "vault"},
        {data({address, name, padding}), "vault"},
        {data({Bytes{text.begin(), text.end()}}), ""},
    };
    std::vector<btc::Transaction> transactions;
    for (const auto& row : rows)
    {
        const auto number = static_cast<std::uint32_t>(transactions.size());
        transactions.push_back(spend({coin(50 + number)},
            {{Sats{}, data_script(row.data)}, {*Sats::from(2'000 + number), peg_wallet()}}));
    }
    add_empty(add(chain.genesis(), transactions), 2);
    for (std::size_t i = 0; i < transactions.size(); ++i)
    {
        const auto row = deposit(transactions[i]);
        ASSERT_TRUE(row.has_value()) << i;
        EXPECT_EQ(row->state, State::credited) << i;
        EXPECT_EQ(row->recipient, test_principal(1, rows[i].contract)) << i;
        EXPECT_EQ(row->amount.value(), 2'000 + i);
    }
    EXPECT_EQ(mints(), std::size(rows));
}

TEST_F(PegCredit, TheFirstPaymentAloneIsTheDepositAndTheWalletHasBoth)
{
    auto twice = good;
    twice.outputs[2] = {*Sats::from(700), peg_wallet()};
    add_empty(add(chain.genesis(), {twice}), 2);
    EXPECT_EQ(deposit(twice)->amount.value(), 5'000u);
    EXPECT_EQ(totals().minted, 5'000u);
    EXPECT_EQ(totals().utxo_value, 5'700u);
    EXPECT_EQ(mints(), 1u);
}

TEST_F(PegCredit, APaymentWithoutDataAndDataInAnotherPlaceAreNoPegIns)
{
    const auto data = data_script(peg_in_data(test_principal(1)));
    const auto amount = *Sats::from(5'000);
    const auto plain = spend({coin(1)}, {{amount, script_of(1)}, {amount, peg_wallet()}});
    const auto swapped = spend({coin(2)}, {{amount, peg_wallet()}, {Sats{}, data}});
    add_empty(add(chain.genesis(), {plain, swapped}), 5);
    EXPECT_EQ(state(plain), std::nullopt);
    EXPECT_EQ(state(swapped), std::nullopt);
    EXPECT_EQ(totals().utxo_value, 10'000u);
}

TEST_F(PegCredit, TheMinimumCountsFromTheSecondRulesOnAndNotBelowIt)
{
    const auto below = peg_in(coin(1), 999, test_principal(1));
    const auto at = peg_in(coin(2), 1'000, test_principal(1));
    add_empty(add(chain.genesis(), {below, at}), 2);
    EXPECT_EQ(state(below), State::credited);
    EXPECT_EQ(state(at), State::credited);

    start(genesis());
    rules->context().rules = RulesVersion{2};
    for (const auto& block : chain.path_to(bitcoin::tip(rules->state()).block))
        deliver(block);
    auto tip = add(chain.genesis(), {below, at});
    add_empty(tip, 2);
    EXPECT_EQ(reason(below), peg::kBelowMinimum.code);
    EXPECT_EQ(state(at), State::credited);
}

TEST_F(PegCredit, APegWithoutAWalletWatchesNothing)
{
    start({});
    EXPECT_EQ(list.version, 0u);
    EXPECT_TRUE(list.scripts.empty());
}

TEST_F(PegCredit, AGenesisThatContradictsItselfIsRefused)
{
    const auto verdict_of = [](const peg::Genesis& genesis) {
        MemoryState state;
        Context context;
        Outcome outcome;
        Step step{state, context, outcome};
        return peg::on_genesis(step, genesis);
    };
    auto bad = genesis();
    bad.confirmations = 0;
    EXPECT_EQ(verdict_of(bad), Verdict{peg::kBadGenesis});
    bad.confirmations = bitcoin::kHeadersKept + 1;
    EXPECT_EQ(verdict_of(bad), Verdict{peg::kBadGenesis});
    bad = genesis();
    bad.wallet_script = data_script({{1, 2, 3}});
    EXPECT_EQ(verdict_of(bad), Verdict{peg::kBadGenesis});
}
}  // namespace
}  // namespace engine::test
