// The follower, the intake and the sequencer in one process, over a recorded Bitcoin node whose
// chain is reorganized on the way: threads, files and HTTP as in `engine run`.

#include "tests/cli/running_node_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <chrono>
#include <thread>

namespace engine::cli::test
{
namespace
{
namespace bj = boost::json;

// 20 blocks; then a branch from block 14 on with 9 more, and one more on top: 24.
constexpr const char* kRecording = REFOLD_SOURCE_DIR "/fixtures/bitcoin/reorg.jsonl";

class FollowedChain : public RunningNodeFixture
{
protected:
    void SetUp() override
    {
        // The recorded coinbases pay the script OP_TRUE.
        init({"--network", "regtest", "--wallet", "51"});
    }

    void follow(const std::string& recording)
    {
        start({{"bitcoin.playback", recording}, {"bitcoin.poll_ms", "10"}});
    }

    bj::value ask(std::vector<std::string> words)
    {
        words.insert(words.end(), {"--node", node->address(), "--data", data, "--json"});
        return bj::parse(engine(words).out);
    }

    std::int64_t tip()
    {
        return ask({"status"}).at("bitcoin").at("height").to_number<std::int64_t>();
    }

    bool reaches(std::int64_t height)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (tip() != height)
        {
            if (std::chrono::steady_clock::now() > end)
                return false;
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        return true;
    }

    std::uint64_t applied()
    {
        return ask({"status"}).at("requests").at("applied").to_number<std::uint64_t>();
    }

    std::size_t rows(const std::string& table)
    {
        return ask({"show", table, "--limit", "1000"}).at("rows").as_array().size();
    }
};

TEST_F(FollowedChain, AReorganizationIsFoldedAndEveryToolAgrees)
{
    follow(kRecording);
    ASSERT_TRUE(reaches(24)) << tip();
    EXPECT_EQ(rows("bitcoin.headers"), 31U);  // Genesis, 20, and 10 of the other branch.
    EXPECT_EQ(rows("bitcoin.best"), 25U);
    EXPECT_EQ(rows("bitcoin.transactions"), 30U);  // One coinbase a block.
    const auto best = ask({"show", "bitcoin.best", "24"}).at("row").at("block");
    EXPECT_EQ(ask({"status"}).at("bitcoin").at("block"), best);
    const auto height = ask({"status"}).at("log").at("height").to_number<std::uint64_t>();
    stop();

    EXPECT_GT(height, 1U);
    const auto verified = call(verify_program(), {"--data", data, "--json"});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
    const auto replayed = call(replay_program(), {"--data", data, "--full", "--json"});
    EXPECT_EQ(replayed.code, 0) << replayed.err;
}

TEST_F(FollowedChain, WhatWasDeliveredBeforeARestartIsNotDeliveredAgain)
{
    follow(kRecording);
    ASSERT_TRUE(reaches(24));
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (applied() < 90)  // 30 headers, 30 coinbases, 30 scans.
        ASSERT_LT(std::chrono::steady_clock::now(), end);
    stop();

    // The node says the same again from the beginning: all of it is known, and none logged twice.
    follow(kRecording);
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    const auto after = ask({"status"});
    EXPECT_EQ(after.at("requests").at("applied"), 0);
    EXPECT_EQ(after.at("bitcoin").at("height"), 24);
    EXPECT_EQ(rows("bitcoin.headers"), 31U);
    stop();
}
}  // namespace
}  // namespace engine::cli::test
