#include "engine/bitcoin/network.hpp"
#include "engine/bitcoin/target.hpp"
#include "engine/domain/bitcoin/header_rules.hpp"
#include "engine/domain/bitcoin/rejects.hpp"
#include "tests/bitcoin/vectors.hpp"

#include <gtest/gtest.h>

namespace engine::bitcoin
{
namespace
{
constexpr LogTime kNow{4'000'000'000'000};

KnownHeader known(std::uint32_t height, std::uint32_t time, std::uint32_t bits,
    std::uint32_t period_start, std::uint32_t period_bits)
{
    KnownHeader header;
    header.height = ChainHeight{height};
    header.time = ChainTime{time};
    header.bits = bits;
    header.period_start = ChainTime{period_start};
    header.period_bits = period_bits;
    header.last_times = {ChainTime{time}};
    return header;
}

// Bitcoin Core, pow_tests.cpp: first block's time, last block's height, time and bits, next bits.
TEST(Difficulty, TheRetargetsOfBitcoinCoresOwnTestsComeOut)
{
    const struct
    {
        std::uint32_t first_time, height, time, bits, next;
    } rows[] = {
        {1261130161, 32255, 1262152739, 0x1d00ffff, 0x1d00d86a},
        {1231006505, 2015, 1233061996, 0x1d00ffff, 0x1d00ffff},   // Never above the limit.
        {1279008237, 68543, 1279297671, 0x1c05a3f4, 0x1c0168fd},  // Never below a quarter.
        {1263163443, 46367, 1269211443, 0x1c387f6f, 0x1d00e1fd},  // Never above four times.
    };
    for (const auto& row : rows)
    {
        const auto last = known(row.height, row.time, row.bits, row.first_time, row.bits);
        EXPECT_EQ(required_bits(Network::mainnet, last, ChainTime{row.time + 600}), row.next);
    }
}

TEST(Difficulty, InsideAPeriodItStays)
{
    const auto parent = known(100'000, 1'500'000'000, 0x1b04864c, 1'499'000'000, 0x1b04864c);
    for (const auto network : {Network::mainnet, Network::signet})
    {
        EXPECT_EQ(required_bits(network, parent, ChainTime{1'500'000'600}), 0x1b04864cu);
        EXPECT_EQ(required_bits(network, parent, ChainTime{1'500'100'000}), 0x1b04864cu);
    }
}

TEST(Difficulty, OnTestnet4ABlockAfterTwentyMinutesMayBeEasyAndTheNextIsNot)
{
    constexpr std::uint32_t kReal = 0x1b04864c;
    constexpr std::uint32_t kEasy = 0x1d00ffff;
    const auto parent = known(100'000, 1'500'000'000, kReal, 1'499'000'000, kReal);
    EXPECT_EQ(required_bits(Network::testnet4, parent, ChainTime{1'500'001'200}), kReal);
    EXPECT_EQ(required_bits(Network::testnet4, parent, ChainTime{1'500'001'201}), kEasy);
    const auto easy = known(100'001, 1'500'001'201, kEasy, 1'499'000'000, kReal);
    EXPECT_EQ(required_bits(Network::testnet4, easy, ChainTime{1'500'001'801}), kReal);
}

// BIP-94: the first block's bits count, however easy the last one was.
TEST(Difficulty, OnTestnet4ThePeriodsFirstBlockDecidesTheNextPeriod)
{
    constexpr std::uint32_t kReal = 0x1b04864c;
    constexpr std::uint32_t kTwoWeeks = 14 * 24 * 3600;
    const auto last = known(2015, 1'500'000'000 + kTwoWeeks, 0x1d00ffff, 1'500'000'000, kReal);
    EXPECT_EQ(required_bits(Network::testnet4, last, ChainTime{1'600'000'000}), kReal);
    EXPECT_EQ(required_bits(Network::mainnet, last, ChainTime{1'600'000'000}), 0x1d00ffffu);
}

TEST(Difficulty, OnTestnet4APeriodBeginsAtMostTenMinutesBeforeTheBlockBefore)
{
    auto parent = known(2015, 1'500'000'000, 0x1d00ffff, 1'499'000'000, 0x1d00ffff);
    parent.last_times = {ChainTime{1'400'000'000}};
    btc::Header header;
    header.version = 4;
    header.time = ChainTime{1'500'000'000 - 601};
    header.bits = required_bits(Network::testnet4, parent, header.time);
    const auto early = follow(Network::testnet4, parent, header, kNow);
    ASSERT_FALSE(early.has_value());
    EXPECT_EQ(early.error(), Verdict{kTimewarp});

    header.time = ChainTime{1'500'000'000 - 600};
    const auto good = follow(Network::testnet4, parent, header, kNow);
    ASSERT_TRUE(good.has_value());
    EXPECT_EQ(good->period_start, header.time);
    EXPECT_EQ(good->period_bits, header.bits);

    parent.height = ChainHeight{2014};  // Inside a period only the median counts.
    header.time = ChainTime{1'450'000'000};
    header.bits = parent.bits;
    EXPECT_TRUE(follow(Network::testnet4, parent, header, kNow).has_value());
}

TEST(Difficulty, OnMainnetOldVersionsWereAllowedForAWhile)
{
    const struct
    {
        std::uint32_t height, version;
        bool is_allowed;
    } rows[] = {{227'930, 1, true}, {227'931, 1, false}, {227'931, 2, true}, {363'724, 2, true},
        {363'725, 2, false}, {363'725, 3, true}, {388'380, 3, true}, {388'381, 3, false},
        {388'381, 4, true}};
    for (const auto& row : rows)
    {
        const auto parent =
            known(row.height - 1, 1'500'000'000, 0x1b04864c, 1'499'000'000, 0x1b04864c);
        btc::Header header;
        header.version = row.version;
        header.time = ChainTime{1'500'000'600};
        header.bits = required_bits(Network::mainnet, parent, header.time);
        EXPECT_EQ(follow(Network::mainnet, parent, header, kNow).has_value(), row.is_allowed)
            << row.height;
    }
}

TEST(Difficulty, WorkAddsUp)
{
    auto parent = known(1, 1'500'000'000, 0x1d00ffff, 1'499'000'000, 0x1d00ffff);
    parent.work.bytes[31] = 7;
    btc::Header header;
    header.version = 4;
    header.time = ChainTime{1'500'000'600};
    header.bits = 0x1d00ffff;
    const auto next = follow(Network::mainnet, parent, header, kNow);
    ASSERT_TRUE(next.has_value());
    Hash256 expected;  // 2^256 / (target + 1) = 0x100010001, and 7.
    expected.bytes[27] = 1;
    expected.bytes[29] = 1;
    expected.bytes[31] = 8;
    EXPECT_EQ(next->work, expected);
    EXPECT_EQ(next->height, ChainHeight{2});
    EXPECT_EQ(next->last_times.size(), 2u);

    parent.work.bytes.fill(0xff);
    EXPECT_EQ(follow(Network::mainnet, parent, header, kNow).error(), Verdict{kWorkOverflow});
    parent.height = ChainHeight{UINT32_MAX};
    EXPECT_EQ(follow(Network::mainnet, parent, header, kNow).error(), Verdict{kHeightOverflow});
}

// Headers of mainnet blocks: with a parent that has what the real one had, they are accepted.
TEST(Difficulty, RealHeadersFollowTheirParents)
{
    const auto expected = btc::read_json_vector("blocks/expected.json");
    SKIP_WITHOUT(expected, "blocks/expected.json");
    std::size_t count = 0;
    for (const auto& [path, row] : expected->as_object())
    {
        const auto bytes = btc::read_vector(path);
        const bool is_raw = path.ends_with(".blk") || path.ends_with(".raw");
        if (!bytes || !is_raw || !row.as_object().contains("bip34_height") ||
            !row.at("bip34_height").is_number() || path.find("testnet") != std::string::npos)
            continue;
        std::array<std::uint8_t, 80> raw{};
        std::copy_n(bytes->begin(), raw.size(), raw.begin());
        const auto header = btc::decode_header(raw);
        const auto height = row.at("bip34_height").to_number<std::uint32_t>();
        if (height % btc::kRetargetPeriod == 0)
            continue;
        const auto parent = known(height - 1, header.time.value - 600, header.bits,
            header.time.value - 600'000, header.bits);
        EXPECT_TRUE(follow(Network::mainnet, parent, header, kNow).has_value()) << path;
        auto other = parent;
        other.bits = header.bits - 1;
        EXPECT_FALSE(follow(Network::mainnet, other, header, kNow).has_value()) << path;
        ++count;
    }
    EXPECT_GE(count, 3u);
}
}  // namespace
}  // namespace engine::bitcoin
