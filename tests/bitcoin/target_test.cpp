#include "engine/bitcoin/target.hpp"

#include "engine/base/hex.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::btc
{
namespace
{
const NetworkParameters& kMain = parameters(Network::mainnet);
const NetworkParameters& kRegtest = parameters(Network::regtest);

std::string digits(const U256& number)
{
    return to_hex(to_big_endian(number));
}

TEST(Target, BitsOfTheFirstBlockStandForTheLimit)
{
    const auto target = decode_target(0x1d00ffff);
    ASSERT_TRUE(target);
    EXPECT_EQ(digits(*target), "00000000ffff0000000000000000000000000000000000000000000000000000");
}

TEST(Target, ShortExponentsDropTheLowBytes)
{
    EXPECT_EQ(decode_target(0x01120000), U256{0x12});
    EXPECT_EQ(decode_target(0x02123400), U256{0x1234});
    EXPECT_EQ(decode_target(0x03123456), U256{0x123456});
    EXPECT_EQ(decode_target(0x04123456), U256{0x12345600});
}

TEST(Target, BitsThatStandForNoTargetAreRefused)
{
    struct Row
    {
        const char* name;
        std::uint32_t bits;
    };
    const Row rows[] = {
        {"zero", 0},
        {"zero with an exponent", 0x1d000000},
        {"shifted to zero", 0x01003456},
        {"exponent zero", 0x00123456},
        {"negative", 0x04923456},
        {"negative and small", 0x01fedcba},
        {"one byte over", 0x23000001},
        {"two bytes, the upper over", 0x22000101},
        {"three bytes, the upper over", 0x21010001},
        {"far over", 0xff123456},
    };
    for (const auto& row : rows)
        EXPECT_FALSE(decode_target(row.bits)) << row.name;

    EXPECT_TRUE(decode_target(0x22000001));  // Just inside.
    EXPECT_TRUE(decode_target(0x21000100));
    EXPECT_TRUE(decode_target(0x20010000));
    EXPECT_TRUE(decode_target(0x207fffff));
}

TEST(Target, EasierThanTheNetworkAllowsIsRefused)
{
    EXPECT_TRUE(decode_target(0x1d00ffff, kMain));
    EXPECT_FALSE(decode_target(0x1d010000, kMain));
    EXPECT_FALSE(decode_target(0x207fffff, kMain));
    EXPECT_TRUE(decode_target(0x207fffff, kRegtest));
    EXPECT_TRUE(decode_target(0x1e0377ae, parameters(Network::signet)));
    EXPECT_FALSE(decode_target(0x1e0377af, parameters(Network::signet)));
}

TEST(Target, HighestBitIsNeverEncodedAsASign)
{
    EXPECT_EQ(encode_target(U256{0x80}), 0x02008000U);
    EXPECT_EQ(encode_target(U256{0x12}), 0x01120000U);
    EXPECT_EQ(encode_target(U256{0x1234560000}), 0x05123456U);
    EXPECT_EQ(encode_target(U256{}), 0U);
}

RC_GTEST_PROP(Target, EncodedIsDecodedTheSame, ())
{
    const auto exponent = *rc::gen::inRange<std::uint32_t>(3, 33);
    const auto mantissa = *rc::gen::inRange<std::uint32_t>(0x8000, 0x800000);
    const auto bits = exponent << 24 | mantissa;
    const auto target = decode_target(bits);
    RC_ASSERT(target.has_value());
    RC_ASSERT(encode_target(*target) == bits);
}

TEST(Work, OfTheFirstBlockIsTwoToThe32AndAbit)
{
    // The chain work that nodes show for the first block.
    EXPECT_EQ(work(*decode_target(0x1d00ffff)), U256{0x100010001});
    EXPECT_EQ(work(*decode_target(0x207fffff)), U256{2});
    EXPECT_EQ(work(U256::max()), U256{1});
    EXPECT_EQ(work(U256{1}), shift_left(U256{1}, 255));
}

RC_GTEST_PROP(Work, IsTheQuotientOfTwoToThe256, ())
{
    // floor(2^256 / (t+1)) * (t+1) is at most 2^256, and one more is above.
    const auto bits = *rc::gen::inRange<std::uint32_t>(4, 32) << 24 |
                      *rc::gen::inRange<std::uint32_t>(0x8000, 0x800000);
    const auto target = *decode_target(bits);
    const auto quotient = work(target);
    const auto rest = div(U256::max(), *add(target, U256{1}));
    // 2^256 - 1 = q * (t + 1) + r; the quotient of 2^256 is greater by one only if r = t.
    const auto expected =
        rest->remainder == target ? *add(rest->quotient, U256{1}) : rest->quotient;
    RC_ASSERT(quotient == expected);
}

TEST(ProofOfWork, HashMustNotExceedTheTarget)
{
    auto hash = to_little_endian(*decode_target(0x1d00ffff));
    EXPECT_TRUE(proves_work(BlockHash{hash}, 0x1d00ffff, kMain));
    ++hash[0];
    EXPECT_FALSE(proves_work(BlockHash{hash}, 0x1d00ffff, kMain));
    EXPECT_FALSE(proves_work(BlockHash{}, 0x207fffff, kMain));
    EXPECT_FALSE(proves_work(BlockHash{}, 0, kMain));
}

TEST(Retarget, GivesTheBitsThatMainnetTook)
{
    struct Row
    {
        const char* name;
        std::uint32_t bits;
        std::int64_t first;
        std::int64_t last;
        std::uint32_t expected;
    };
    // Times of real blocks; after 2016, 32256, 46368 and 68544 blocks.
    const Row rows[] = {
        {"capped by the limit", 0x1d00ffff, 1231006505, 1233061996, 0x1d00ffff},
        {"first change", 0x1d00ffff, 1261130161, 1262152739, 0x1d00d86a},
        {"a quarter at least", 0x1c05a3f4, 1279008237, 1279297671, 0x1c0168fd},
        {"four times at most", 0x1c387f6f, 1263163443, 1269211443, 0x1d00e1fd},
    };
    for (const auto& row : rows)
        EXPECT_EQ(retarget(row.bits, row.last - row.first, kMain), row.expected) << row.name;
}

TEST(Retarget, TimeThatRunsBackwardsCountsAsAQuarter)
{
    EXPECT_EQ(retarget(0x1c05a3f4, INT64_MIN, kMain), retarget(0x1c05a3f4, 0, kMain));
    EXPECT_EQ(
        retarget(0x1c05a3f4, INT64_MAX, kMain), retarget(0x1c05a3f4, 4 * kRetargetTimespan, kMain));
}

TEST(Retarget, RegtestKeepsItsBits)
{
    EXPECT_EQ(retarget(0x207fffff, 1, kRegtest), 0x207fffffU);
}

TEST(Retarget, ProductFitsAtTheLimitOfEveryNetwork)
{
    for (const auto network : {Network::mainnet, Network::testnet4, Network::signet})
    {
        const auto& p = parameters(network);
        EXPECT_EQ(retarget(p.pow_limit_bits, INT64_MAX, p), p.pow_limit_bits) << name(network);
    }
}

TEST(Network, FirstBlocksHaveTheirHashesAndProofs)
{
    struct Row
    {
        Network network;
        const char* hash;
    };
    const Row rows[] = {
        {Network::mainnet, "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"},
        {Network::testnet4, "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"},
        {Network::signet, "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"},
        {Network::regtest, "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"},
    };
    for (const auto& row : rows)
    {
        const auto& p = parameters(row.network);
        const auto hash = block_hash(p.genesis);
        EXPECT_EQ(to_display_hex(hash.bytes), row.hash);
        EXPECT_TRUE(proves_work(hash, p.genesis.bits, p)) << row.hash;
        EXPECT_EQ(encode_target(p.pow_limit), p.pow_limit_bits) << row.hash;
        EXPECT_EQ(network_of(name(row.network)), row.network);
    }
    EXPECT_FALSE(network_of("testnet"));
}

TEST(Network, SubsidyHalvesUntilNothingIsLeft)
{
    EXPECT_EQ(subsidy(0, kMain), 50'00000000U);
    EXPECT_EQ(subsidy(209'999, kMain), 50'00000000U);
    EXPECT_EQ(subsidy(210'000, kMain), 25'00000000U);
    EXPECT_EQ(subsidy(32 * 210'000, kMain), 1U);
    EXPECT_EQ(subsidy(33 * 210'000, kMain), 0U);
    EXPECT_EQ(subsidy(64 * 210'000, kMain), 0U);
    EXPECT_EQ(subsidy(UINT32_MAX, kMain), 0U);
    EXPECT_EQ(subsidy(150, kRegtest), 25'00000000U);
}

RC_GTEST_PROP(Header, EncodedIsDecodedTheSame, (const std::array<std::uint8_t, 80>& raw))
{
    const auto header = decode_header(raw);
    RC_ASSERT(encode(header).bytes == raw);
    RC_ASSERT(block_hash(header) == block_hash(raw));
}
}  // namespace
}  // namespace engine::btc
