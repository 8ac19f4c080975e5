#include "engine/domain/bitcoin/validate.hpp"

#include "tests/bitcoin/vectors.hpp"
#include "tests/support/chain.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
constexpr RulesVersion kRules{1};

std::string fault(const bitcoin::Genesis& genesis, const auto& event)
{
    const auto invalid = validate(genesis, kRules, event);
    return invalid ? invalid->what : "good";
}

class BitcoinValidate : public testing::Test
{
protected:
    Chain chain;
    bitcoin::Genesis genesis = chain_genesis();
    // Six transactions: the tree has three levels, and its last leaf stands alone.
    MinedBlock block = chain.at(chain.mine(chain.genesis(), [] {
        std::vector<btc::Transaction> list;
        for (std::uint32_t i = 1; i <= 5; ++i)
            list.push_back(spend({coin(i)}, {{*Sats::from(i), script_of(1)}}));
        return list;
    }()));
};

TEST_F(BitcoinValidate, EveryTransactionOfABlockHasItsProof)
{
    EXPECT_EQ(fault(genesis, header_seen(block)), "good");
    for (std::uint32_t i = 0; i < block.block.transactions.size(); ++i)
        EXPECT_EQ(fault(genesis, transaction_seen(block, i)), "good") << i;
}

TEST_F(BitcoinValidate, AHeaderProvesItsWork)
{
    auto event = header_seen(block);
    event.header.bytes[74] = 0x00;
    event.header.bytes[75] = 0x21;  // Easier than regtest allows.
    EXPECT_EQ(fault(genesis, event), "header: its target is easier than the network allows");
    event.header.bytes[74] = 0x80;  // Negative.
    EXPECT_EQ(fault(genesis, event), "header: its bits stand for no target");

    auto header = block.block.header;
    while (btc::proves_work(
        btc::block_hash(header), header.bits, btc::parameters(btc::Network::regtest)))
        ++header.nonce;
    EXPECT_NE(fault(genesis, bitcoin::HeaderSeen{raw(header)}).find("misses its target"),
        std::string::npos);

    genesis.network = bitcoin::Network::mainnet;
    EXPECT_EQ(
        fault(genesis, header_seen(block)), "header: its target is easier than the network allows");
}

TEST_F(BitcoinValidate, NothingOfAProofCanBeChanged)
{
    const auto good = transaction_seen(block, 2);
    const auto is_refused = [&](const auto& change) {
        auto event = good;
        change(event);
        return fault(genesis, event) != "good";
    };
    using Event = bitcoin::TransactionSeen;
    EXPECT_TRUE(is_refused([](Event& e) { e.index = 3; }));
    EXPECT_TRUE(is_refused([](Event& e) { e.index = 0; }));
    EXPECT_TRUE(is_refused([](Event& e) { e.index += 8; }));
    EXPECT_TRUE(is_refused([](Event& e) { e.branch[1].bytes[0] ^= 1; }));
    EXPECT_TRUE(is_refused([](Event& e) { e.branch.pop_back(); }));
    EXPECT_TRUE(is_refused([](Event& e) { e.branch.emplace_back(); }));
    EXPECT_TRUE(is_refused([](Event& e) { e.coinbase_branch[0].bytes[0] ^= 1; }));
    EXPECT_TRUE(is_refused([](Event& e) { e.coinbase_branch.pop_back(); }));
    EXPECT_TRUE(is_refused([](Event& e) { e.coinbase.back() ^= 1; }));
    EXPECT_TRUE(is_refused([](Event& e) { e.coinbase = e.transaction; }));
    EXPECT_TRUE(is_refused([](Event& e) { e.transaction.back() ^= 1; }));
    EXPECT_TRUE(is_refused([](Event& e) { e.transaction.pop_back(); }));
    EXPECT_TRUE(is_refused([](Event& e) { e.transaction.push_back(0); }));
    EXPECT_TRUE(is_refused([](Event& e) { e.transaction.clear(); }));
    EXPECT_TRUE(is_refused([](Event& e) { e.header.bytes[40] ^= 1; }));
}

// CVE-2012-2459: the last leaf of an odd level is hashed with itself, so index 7 would fit too.
TEST_F(BitcoinValidate, ADoubledLeafHasNoPlaceOfItsOwn)
{
    const auto last = static_cast<std::uint32_t>(block.block.transactions.size() - 1);
    auto event = transaction_seen(block, last - 1);
    const auto odd = chain.at(
        chain.mine(chain.genesis(), {spend({coin(1)}, {{*Sats::from(1), script_of(1)}}),
                                        spend({coin(2)}, {{*Sats::from(2), script_of(1)}})}));
    auto doubled = transaction_seen(odd, 2);
    ASSERT_EQ(fault(genesis, doubled), "good");
    doubled.index = 3;
    EXPECT_NE(fault(genesis, doubled), "good");
}

// An inner node's two children, 64 bytes, offered as a transaction one level higher.
TEST_F(BitcoinValidate, ANodeIsNoTransaction)
{
    auto event = transaction_seen(block, 2);
    const auto ids = btc::txids(block.block);
    Bytes node{ids[2].bytes.begin(), ids[2].bytes.end()};
    append(node, event.branch[0].bytes);
    event.transaction = node;
    event.branch.erase(event.branch.begin());
    event.index = 1;
    EXPECT_NE(fault(genesis, event), "good");
}

TEST_F(BitcoinValidate, TheCoinbaseComesWithoutItsWitness)
{
    auto event = transaction_seen(block, 2);
    auto coinbase = block.block.transactions[0];
    coinbase.inputs[0].witness = {Bytes(32)};
    event.coinbase = btc::encode(coinbase);
    EXPECT_NE(fault(genesis, event).find("coinbase"), std::string::npos);
}

TEST_F(BitcoinValidate, AScanHasAVersion)
{
    EXPECT_NE(fault(genesis, bitcoin::BlockScanned{block.hash, 0}), "good");
    EXPECT_EQ(fault(genesis, bitcoin::BlockScanned{block.hash, 1}), "good");
}

// romeo/src/proof_data.rs of the developer release: blocks of testnet and regtest.
TEST_F(BitcoinValidate, RealBlocksProveTheirTransactions)
{
    const auto vectors = btc::read_json_vector("sbtc-alpha/merkle_proofs.json");
    SKIP_WITHOUT(vectors, "sbtc-alpha/merkle_proofs.json");
    for (const auto& row : vectors->as_array())
    {
        const auto decoded = btc::decode_block(btc::hex(row.at("block_hex")));
        ASSERT_TRUE(decoded.has_value());
        MinedBlock real;
        real.block = *decoded;
        // Testnet has mainnet's easiest target.
        auto there = genesis;
        if (real.block.header.bits != 0x207fffff)
            there.network = bitcoin::Network::testnet4;
        const auto index = row.at("txindex").to_number<std::uint32_t>();
        const auto event = transaction_seen(real, index);
        EXPECT_EQ(fault(there, event), "good");
        EXPECT_EQ(fault(there, header_seen(real)), "good");
        EXPECT_EQ(to_display_hex(btc::txids(real.block)[index].bytes), btc::text(row.at("txid")));
        auto flipped = event;
        flipped.header.bytes[36] ^= 1;
        EXPECT_NE(fault(there, flipped), "good");
    }
}
}  // namespace
}  // namespace engine::test
