#include "adapters/bitcoin/anchor.hpp"

#include "engine/bitcoin/network.hpp"
#include "tests/adapters/real_node.hpp"

#include <gtest/gtest.h>

namespace engine::bitcoind
{
TEST(ChainAnchor, SaysWhatALogNeedsToBeginBehindABlock)
{
    REFOLD_NEEDS_BITCOIND();
    test::RealNode real;
    real.mine(15);
    HttpTransport transport{real.endpoint(), real.cookie()};
    Node node{transport};
    const auto& genesis = btc::parameters(btc::Network::regtest).genesis;

    const auto anchor = read_anchor(node, ChainHeight{13});
    ASSERT_TRUE(anchor) << to_string(anchor.error());
    EXPECT_EQ(to_display_hex(btc::block_hash(anchor->header.bytes).bytes), real.hash_at(13));
    EXPECT_EQ(anchor->height, ChainHeight{13});
    EXPECT_EQ(anchor->period_start, genesis.time);
    EXPECT_EQ(anchor->period_bits, genesis.bits);
    // Two hashes of work a block, the genesis block included.
    EXPECT_EQ(to_hex(anchor->work.bytes), std::string(62, '0') + "1c");
    ASSERT_EQ(anchor->last_times.size(), 11U);
    EXPECT_EQ(anchor->last_times.back(), btc::decode_header(anchor->header.bytes).time);

    const auto first = read_anchor(node, ChainHeight{0});
    ASSERT_TRUE(first);
    EXPECT_EQ(first->last_times, std::vector{genesis.time});
}

TEST(ChainAnchor, ABlockThatDoesNotExistIsAnError)
{
    REFOLD_NEEDS_BITCOIND();
    test::RealNode real;
    HttpTransport transport{real.endpoint(), real.cookie()};
    Node node{transport};
    const auto anchor = read_anchor(node, ChainHeight{1});
    ASSERT_FALSE(anchor);
    EXPECT_EQ(anchor.error().code, -8);
}
}  // namespace engine::bitcoind
