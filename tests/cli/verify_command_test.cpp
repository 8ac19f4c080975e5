// verify-consistency as its user sees it: text, JSON and exit codes over a log that was just made.

#include "adapters/system/disk.hpp"
#include "engine/log/data_directory.hpp"
#include "tests/cli/call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <fstream>

namespace engine::cli::test
{
namespace
{
namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A log with its genesis alone, that no node has run on.
class VerifyCommand : public ::testing::Test
{
protected:
    TemporaryDirectory directory;
    const std::string data = directory / "data";
    const std::string segment = data + "/log/00000000000000000000.seg";

    void SetUp() override
    {
        const auto made = engine({"init", "--data", data, "--operator-key", directory / "key"});
        ASSERT_EQ(made.code, 0) << made.err;
    }

    Said verify(std::vector<std::string> words = {})
    {
        words.insert(words.end(), {"--data", data});
        return call(verify_program(), std::move(words));
    }

    bj::value json(std::vector<std::string> words = {})
    {
        words.emplace_back("--json");
        return bj::parse(verify(std::move(words)).out);
    }

    void flip(std::streamoff offset)
    {
        std::fstream file{segment, std::ios::in | std::ios::out | std::ios::binary};
        file.seekg(offset);
        const auto byte = static_cast<char>(file.get() ^ 1);
        file.seekp(offset);
        file.put(byte);
    }
};

TEST_F(VerifyCommand, SaysALineForEachLayerAndTheVerdict)
{
    const auto said = verify();
    EXPECT_EQ(said.code, 0) << said.out << said.err;
    EXPECT_EQ(said.err, "");
    EXPECT_THAT(said.out, StartsWith(" 1 log    1 block, 0 seals, no seal file   "));
    EXPECT_THAT(said.out, HasSubstr("\n 2 fold   1 event folded again, 0 recorded roots equal "));
    EXPECT_THAT(said.out, HasSubstr("\n 3 state "));
    EXPECT_THAT(said.out, HasSubstr("/state is not there"));
    EXPECT_THAT(said.out, HasSubstr("laws at height 0 "));
    EXPECT_THAT(said.out, HasSubstr("\n 5 chain  no Bitcoin node was named (--bitcoin-rpc URL)"));
    EXPECT_THAT(said.out, HasSubstr("\n\nCONSISTENT  "));
    EXPECT_THAT(said.out, HasSubstr(" in all\n"));
    EXPECT_THAT(said.out, HasSubstr("\n  genesis not pinned: this is log "));
}

TEST_F(VerifyCommand, ADamagedLogIsAReportAndNotAnError)
{
    flip(72 + 24 + 40);  // A byte of the first block.
    const auto said = verify();
    EXPECT_EQ(said.code, 1);
    EXPECT_EQ(said.err, "");
    EXPECT_THAT(said.out, HasSubstr("DIFFERS"));
    EXPECT_THAT(said.out, HasSubstr("INCONSISTENT  layer 1 (log)"));
    EXPECT_THAT(said.out, HasSubstr("  log  height 0, " + segment + ", byte 72: "));
    EXPECT_THAT(said.out, HasSubstr("\n          found     a block with the CRC-32C 0x"));
    EXPECT_THAT(said.out, HasSubstr("\n          expected  0x"));
    EXPECT_THAT(said.out, HasSubstr("\n  do      keep the directory"));
}

TEST_F(VerifyCommand, ADamagedLogIsTheSameInJson)
{
    flip(72 + 24 + 40);
    const auto report = json();
    EXPECT_EQ(report.at("consistent"), false);
    EXPECT_EQ(report.at("exit_code"), 1);
    EXPECT_TRUE(report.at("genesis").is_null());
    const auto& log = report.at("layers").at(0);
    EXPECT_EQ(log.at("verdict"), "differs");
    EXPECT_EQ(log.at("differences_all"), 1);
    const auto& difference = log.at("differences").at(0);
    EXPECT_EQ(difference.at("height"), 0);
    EXPECT_EQ(difference.at("file").as_string(), segment);
    EXPECT_EQ(difference.at("offset_bytes"), 72);
    EXPECT_FALSE(difference.at("stored").as_string().empty());
    EXPECT_FALSE(difference.at("computed").as_string().empty());
    for (std::size_t i = 1; i < 5; ++i)
        EXPECT_EQ(report.at("layers").at(i).at("verdict"), "not checked");
}

TEST_F(VerifyCommand, ALayerThatNeedsTheDamagedPartCouldNotTell)
{
    flip(72 + 24 + 40);
    const auto said = verify({"--layer", "fold,laws"});
    EXPECT_EQ(said.code, 2);
    EXPECT_THAT(said.out, HasSubstr("NOT KNOWN  layers 2 (fold), 4 (laws)"));
    EXPECT_THAT(said.out, HasSubstr("the log can't be read to its end (--layer log says more)"));
    EXPECT_TRUE(json({"--layer", "fold"}).at("consistent").is_null());
}

TEST_F(VerifyCommand, AMissingStateCountsOnlyWhenItIsAskedFor)
{
    EXPECT_EQ(verify().code, 0);
    EXPECT_EQ(verify({"--layer", "state"}).code, 2);
    EXPECT_EQ(verify({"--layer", "laws,log"}).code, 0);
}

TEST_F(VerifyCommand, AStateThatARunningNodeDoesNotGiveIsNotKnown)
{
    PosixDisk disk;
    const auto owner = log::DataDirectory::own(disk, data, "a node that does not answer");
    ASSERT_TRUE(owner);
    const auto said = verify({"--node", "http://127.0.0.1:1"});
    EXPECT_EQ(said.code, 2) << said.out << said.err;
    EXPECT_THAT(said.out, HasSubstr("a node runs, and gave no checkpoint"));
    EXPECT_THAT(said.out, HasSubstr("NOT KNOWN  layer 3 (state) could not be checked"));
    EXPECT_TRUE(json({"--node", "http://127.0.0.1:1"}).at("consistent").is_null());
    EXPECT_EQ(verify({"--node", "http://127.0.0.1:1", "--layer", "log,fold"}).code, 0);
}

TEST_F(VerifyCommand, ABitcoinNodeThatWasNamedAndDoesNotAnswerIsNotKnown)
{
    const auto said = verify({"--bitcoin-rpc", "http://127.0.0.1:1"});
    EXPECT_EQ(said.code, 2) << said.out << said.err;
    EXPECT_THAT(said.out, HasSubstr("NOT KNOWN  layer 5 (chain) could not be checked"));
    EXPECT_EQ(verify({"--bitcoin-rpc", "http://127.0.0.1:1", "--layer", "log"}).code, 0);
}

TEST_F(VerifyCommand, ReplayPinsTheGenesisInTheSameWay)
{
    const std::string id{json().at("genesis").as_string()};
    const auto replay = [this](std::vector<std::string> words) {
        words.insert(words.end(), {"--data", data});
        return call(replay_program(), std::move(words));
    };
    const auto open = replay({});
    EXPECT_EQ(open.code, 0) << open.err;
    EXPECT_THAT(open.out, HasSubstr("\n  genesis not pinned: this is log " + id));
    EXPECT_EQ(bj::parse(replay({"--json"}).out).at("genesis_pinned"), false);

    const auto same = replay({"--genesis", id});
    EXPECT_EQ(same.code, 0) << same.err;
    EXPECT_THAT(same.out, HasSubstr("genesis " + id + ", as pinned"));
    const auto report = bj::parse(replay({"--genesis", id, "--json"}).out);
    EXPECT_EQ(report.at("genesis").as_string(), id);
    EXPECT_EQ(report.at("genesis_pinned"), true);

    const std::string other(64, '1');
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"--genesis", other}, {"--genesis", other, "--compare", data}})
    {
        const auto another = replay(words);
        EXPECT_EQ(another.code, 1);
        EXPECT_THAT(another.err, HasSubstr("RF-0312"));
        EXPECT_THAT(another.err, HasSubstr("its genesis is " + id + ", not " + other));
    }
    EXPECT_EQ(replay({"--genesis", id, "--compare", data}).code, 0);
    EXPECT_EQ(replay({"--genesis", "1234"}).code, 64);
    EXPECT_EQ(replay({"--at", "0", "--show", "peg.totals", "--genesis", id}).code, 64);
}

TEST_F(VerifyCommand, TheGenesisCanBePinned)
{
    const std::string id{json().at("genesis").as_string()};
    ASSERT_EQ(id.size(), 64u);
    const auto same = verify({"--genesis", id});
    EXPECT_EQ(same.code, 0);
    EXPECT_THAT(same.out, HasSubstr("genesis " + id + ", as pinned"));
    EXPECT_THAT(same.out, Not(HasSubstr("not pinned")));

    const std::string other(64, '1');
    const auto another = verify({"--genesis", other});
    EXPECT_EQ(another.code, 1);
    EXPECT_THAT(another.out, HasSubstr("ANOTHER LOG: its genesis is " + id + ", not " + other));
    EXPECT_EQ(json({"--genesis", other}).at("consistent"), false);
    EXPECT_EQ(verify({"--genesis", "1234"}).code, 64);
}

TEST_F(VerifyCommand, LayersAreNamedOnceAndInAnyOrder)
{
    const auto report = json({"--layer", "laws,log"});
    ASSERT_EQ(report.at("layers").as_array().size(), 2u);
    EXPECT_EQ(report.at("layers").at(0).at("layer"), "log");
    EXPECT_EQ(report.at("layers").at(1).at("layer"), "laws");
    for (const auto* wrong : {"", "log,", ",", "log,log", "lgo", "log, fold"})
        EXPECT_EQ(verify({"--layer", wrong}).code, 64) << wrong;
}
}  // namespace
}  // namespace engine::cli::test
