#pragma once

#include "engine/cli/running_node.hpp"
#include "tests/cli/call.hpp"

#include <gtest/gtest.h>

#include <future>

namespace engine::cli::test
{
/// A log that `engine init` made, and the node over it when it is started: the commands see them as
/// they do outside, over files and HTTP on loopback.
class RunningNodeFixture : public testing::Test
{
protected:
    TemporaryDirectory directory;
    std::string data = directory / "data";
    const std::string key_file = directory / "operator.key";
    std::unique_ptr<RunningNode> node;

    void init(const std::vector<std::string>& more)
    {
        std::vector<std::string> words{
            "init", "--data", data, "--operator-key", key_file, "--log.segment_bytes", "1MiB"};
        words.insert(words.end(), more.begin(), more.end());
        const auto said = engine(std::move(words));
        ASSERT_EQ(said.code, 0) << said.err;
    }

    /// The node over the data directory, with further settings.
    Result<std::unique_ptr<RunningNode>, OperatorError> open(const NamedValues& more = {}) const
    {
        NamedValues flags{{"data", data}, {"listen", "127.0.0.1:0"}, {"log.segment_bytes", "1MiB"}};
        flags.insert(flags.end(), more.begin(), more.end());
        Options options;
        options.settings = *load_settings({{}, {}, std::move(flags)});
        std::ostringstream err;
        return RunningNode::start(options, err, [] {});
    }

    void start(const NamedValues& more = {})
    {
        auto started = open(more);
        ASSERT_TRUE(started) << to_string(started.error());
        node = *std::move(started);
    }

    void stop()
    {
        std::promise<void> drained;
        node->drain([&drained] { drained.set_value(); });
        drained.get_future().wait();
        EXPECT_FALSE(node->failure().has_value());
        node = nullptr;
    }

    void TearDown() override
    {
        if (node)
            stop();
    }
};
}  // namespace engine::cli::test
