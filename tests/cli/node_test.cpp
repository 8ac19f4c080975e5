#include "engine/runtime/node.hpp"
#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/secret_file.hpp"
#include "engine/core/row_codec.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/domain/probe/state.hpp"
#include "engine/log/restored.hpp"
#include "tests/cli/probe_fixture.hpp"
#include "tests/support/plant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fstream>

namespace engine::cli::test
{
namespace
{
namespace bj = boost::json;
using testing::HasSubstr;

class NodeCommands : public ProbeFixture
{
protected:
    std::string operator_key()
    {
        const auto rows = bj::parse(ask({"show", "access.operators", "--json"}).out);
        return std::string{rows.at("rows").at(0).at("key").as_string()};
    }
};

TEST_F(NodeCommands, InitRefusesADirectoryThatHasALog)
{
    const auto said = engine({"init", "--data", data, "--operator-key", directory / "other.key"});
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.err, HasSubstr("RF-0302"));
    EXPECT_FALSE(std::filesystem::exists(directory / "other.key"));
}

TEST_F(NodeCommands, InitNeedsAnOperatorAndASensibleGenesis)
{
    const auto elsewhere = directory / "elsewhere";
    EXPECT_EQ(engine({"init", "--data", elsewhere}).code, 64);
    const std::vector<std::string> begin{
        "init", "--data", elsewhere, "--operator-key", directory / "k"};
    for (const auto& wrong : std::vector<std::vector<std::string>>{{"--network", "regtset"},
             {"--wallet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"}, {"--window", "0"},
             {"--window", "2017"}, {"--confirmations", "0"}, {"--minimum", "2100000000000001"},
             {"--rules", "99"}, {"--operator", "00"}})
    {
        auto words = begin;
        words.insert(words.end(), wrong.begin(), wrong.end());
        EXPECT_EQ(engine(words).code, 64) << wrong[0] << wrong[1];
    }
    EXPECT_FALSE(std::filesystem::exists(elsewhere));
}

TEST_F(NodeCommands, InitTakesAGenesisFile)
{
    const auto file = directory / "genesis.toml";
    const std::string point = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    std::ofstream{file} << "network = \"signet\"\nconfirmations = 3\noperators = [\"" << point
                        << "\"]\n[[source]]\nid = 7\nname = \"bench\"\nproof = \"none\"\n"
                           "events_per_second = 1000\nbytes_per_second = 1000000\n";
    const auto made = directory / "made";
    ASSERT_EQ(engine({"init", "--data", made, "--genesis", file}).code, 0);
    const auto event = bj::parse(engine({"log", "0.0", "--json", "--data", made}).out);
    const auto& genesis = event.at("event").at("body").at("genesis");
    EXPECT_EQ(genesis.at("access").at("operators").at(0).as_string(), point);
    EXPECT_EQ(genesis.at("access").at("sources").at(0).at("id"), 7);
    EXPECT_EQ(genesis.at("peg").at("confirmations"), 3);
    EXPECT_EQ(genesis.at("bitcoin").at("network"), "signet");
}

TEST_F(NodeCommands, AMisspeltNameInAGenesisFileIsNamedWithItsLine)
{
    const auto file = directory / "genesis.toml";
    std::ofstream{file} << "\nnetwrok = \"signet\"\n";
    const auto said = engine({"init", "--data", directory / "made", "--genesis", file});
    EXPECT_EQ(said.code, 78);
    EXPECT_THAT(said.err, HasSubstr(file + ":2:1"));
    EXPECT_THAT(said.err, HasSubstr("did you mean `network`?"));
}

TEST_F(NodeCommands, TheLogIsReadWithoutANode)
{
    const auto said = read({"log", "0", "--json"});
    EXPECT_EQ(said.code, 0);
    const auto block = bj::parse(said.out);
    EXPECT_EQ(block.at("height"), 0);
    EXPECT_EQ(block.at("events").at(0).at("kind"), "genesis");
    EXPECT_EQ(read({"log", "1"}).code, 1);
    EXPECT_EQ(read({"log", "0.1"}).code, 1);
    EXPECT_EQ(read({"log", "x"}).code, 64);
    EXPECT_EQ(read({"log", "--module", "pge"}).code, 64);
}

TEST_F(NodeCommands, ARequestIsAppliedOnceAndSeenEverywhere)
{
    start();
    const auto first = probe(1, 7, 5);
    ASSERT_EQ(first.code, 0) << first.err;
    const auto place = std::string{bj::parse(first.out).at("place").as_string()};

    const auto shown = bj::parse(ask({"show", "probe.accounts", "7", "--json"}).out);
    EXPECT_EQ(shown.at("row").at("amount"), 5);
    EXPECT_EQ(bj::parse(read({"log", place, "--json"}).out).at("kind"), "probe.probed");
    EXPECT_EQ(bj::parse(ask({"status", "--json"}).out).at("healthy"), true);
    stop();
}

TEST_F(NodeCommands, ARefusedRequestNamesItsReasonAndLeavesNoTrace)
{
    start();
    ASSERT_EQ(probe(1, 7, 5).code, 0);
    const auto height = bj::parse(ask({"status", "--json"}).out).at("log").at("height");
    const auto again = probe(1, 7, 5);
    EXPECT_EQ(again.code, 1);
    EXPECT_THAT(again.err, HasSubstr("probe-seen"));
    EXPECT_EQ(bj::parse(ask({"status", "--json"}).out).at("log").at("height"), height);
    stop();
}

TEST_F(NodeCommands, ARowIsProvedAndSoIsItsAbsence)
{
    start();
    ASSERT_EQ(probe(1, 7, 5).code, 0);
    const auto present = ask({"prove", "probe.accounts", "7", "--json"});
    ASSERT_EQ(present.code, 0) << present.err;
    EXPECT_EQ(bj::parse(present.out).at("present"), true);
    EXPECT_EQ(bj::parse(present.out).at("row").at("amount"), 5);
    const auto absent = ask({"prove", "probe.accounts", "8", "--json"});
    ASSERT_EQ(absent.code, 0) << absent.err;
    EXPECT_EQ(bj::parse(absent.out).at("present"), false);

    const auto foreign = ask({"prove", "probe.accounts", "7", "--sequencer", operator_key()});
    EXPECT_EQ(foreign.code, 1);
    EXPECT_THAT(foreign.err, HasSubstr("RF-0407"));
    stop();
}

TEST_F(NodeCommands, AnEventIsProvedByTheNodeAndFromTheFilesBesideItAndWithoutIt)
{
    start();
    const auto first = probe(1, 7, 5);
    ASSERT_EQ(first.code, 0) << first.err;
    const auto place = std::string{bj::parse(first.out).at("place").as_string()};
    ASSERT_EQ(ask({"prove", "probe.accounts", "7"}).code, 0);  // Waits for the seal.

    const auto asked = ask({"prove", "--event", place, "--json"});
    ASSERT_EQ(asked.code, 0) << asked.err;
    const auto proof = bj::parse(asked.out);
    EXPECT_EQ(proof.at("valid"), true);
    EXPECT_EQ(proof.at("place").as_string(), place);
    EXPECT_TRUE(proof.at("seal").is_string());
    const auto foreign = ask({"prove", "--event", place, "--sequencer", operator_key()});
    EXPECT_EQ(foreign.code, 1);
    EXPECT_THAT(foreign.err, HasSubstr("RF-0407"));
    const auto beside = read({"prove", "--event", place, "--json"});
    ASSERT_EQ(beside.code, 0) << beside.err;
    EXPECT_EQ(bj::parse(beside.out).at("branch"), proof.at("branch"));
    stop();

    const auto file = directory / "proof.json";
    const auto alone = read({"prove", "--event", place, "--json", "--output", file});
    ASSERT_EQ(alone.code, 0) << alone.err;
    std::stringstream kept;
    kept << std::ifstream{file}.rdbuf();
    EXPECT_EQ(kept.str(), alone.out);
    for (const auto* same : {"event", "event_hash", "branch", "header", "hash", "genesis"})
        EXPECT_EQ(bj::parse(alone.out).at(same), proof.at(same)) << same;
    EXPECT_THAT(read({"prove", "--event", "0.0"}).out, HasSubstr("complete the proof"));
    EXPECT_EQ(read({"prove", "--event", "0.0", "--sequencer", std::string(64, '1')}).code, 1);

    EXPECT_EQ(read({"prove", "--event", "0.1"}).code, 1);
    EXPECT_EQ(read({"prove", "--event", "1000000.0"}).code, 1);
    EXPECT_EQ(read({"prove", "--event", "x"}).code, 64);
    EXPECT_EQ(read({"prove", "probe.accounts", "7", "--event", place}).code, 64);
    EXPECT_EQ(read({"prove", "probe.accounts"}).code, 64);
}

TEST_F(NodeCommands, AnEventThatNoSealCoversYetIsProvedToBeInItsBlockAndThatIsSaid)
{
    std::filesystem::remove(seal_path(data));
    const auto said = read({"prove", "--event", "0.0"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("not sealed yet"));
    EXPECT_EQ(
        bj::parse(read({"prove", "--event", "0.0", "--json"}).out).at("seal").is_null(), true);
}

TEST_F(NodeCommands, TheStateAsOfAHeightIsFoldedFromTheNearestCheckpoint)
{
    start();
    const auto first = bj::parse(probe(1, 7, 5).out);
    const std::string place{first.at("place").as_string()};
    const auto height = place.substr(0, place.find('.'));
    ASSERT_EQ(ask({"checkpoint"}).code, 0);
    ASSERT_EQ(probe(2, 7, 6).code, 0);

    const auto before =
        bj::parse(read({"show", "probe.accounts", "7", "--at", height, "--json"}).out);
    EXPECT_EQ(before.at("row").at("amount"), 5);
    EXPECT_EQ(read({"show", "probe.accounts", "7", "--at", "0"}).code, 1);
    EXPECT_EQ(read({"show", "probe.accounts", "7", "--at", "1000000"}).code, 1);
    stop();
}

TEST_F(NodeCommands, ACheckpointWhoseRowsDontGiveItsRootIsNotBelieved)
{
    start();
    ASSERT_EQ(probe(1, 7, 5).code, 0);
    ASSERT_EQ(ask({"checkpoint"}).code, 0);
    stop();
    const auto path = std::filesystem::directory_iterator
    {
        data + "/checkpoints"
        } -> path();
    const auto height = path.filename().string();
    EXPECT_EQ(read({"show", "probe.accounts", "7", "--at", height}).code, 0);
    {
        PosixDisk disk;
        engine::test::PlantedRows{disk, path.string()}.put(probe::kAccounts.id,
            encode_key(std::uint64_t{7}), ByteView{encode_row(probe::Account{1, 6})});
    }
    const auto shown = read({"show", "probe.accounts", "7", "--at", height});
    EXPECT_EQ(shown.code, 1) << shown.out;
    EXPECT_THAT(shown.err, HasSubstr(path.string()));
    EXPECT_THAT(shown.err, HasSubstr("its rows don't give the root of its height row"));
    const auto replayed = call(replay_program(), {"--data", data, "--from-height", height});
    EXPECT_EQ(replayed.code, 1) << replayed.out;
    EXPECT_EQ(call(replay_program(), {"--data", data, "--from-height", "0"}).code, 0);
}

TEST_F(NodeCommands, ReplayAndVerifyAgreeBesideTheNodeAndWithoutIt)
{
    start();
    for (int i = 1; i <= 20; ++i)
        ASSERT_EQ(probe(i, i % 3, i).code, 0);
    const auto beside =
        call(verify_program(), {"--data", data, "--node", node->address(), "--json"});
    EXPECT_EQ(beside.code, 0) << beside.out << beside.err;
    stop();

    const auto replayed = call(replay_program(), {"--data", data, "--full", "--json"});
    ASSERT_EQ(replayed.code, 0) << replayed.err;
    EXPECT_EQ(bj::parse(replayed.out).at("sealed"), true);
    const auto verified = call(verify_program(), {"--data", data, "--json"});
    ASSERT_EQ(verified.code, 0) << verified.out;
    const auto report = bj::parse(verified.out);
    EXPECT_EQ(report.at("consistent"), true);
    EXPECT_EQ(report.at("layers").as_array().size(), 5u);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(report.at("layers").at(i).at("verdict"), "ok");
    EXPECT_EQ(report.at("layers").at(4).at("verdict"), "not checked");
}

TEST_F(NodeCommands, ALayerThatIsNamedAndCantBeCheckedMeansCouldNotTell)
{
    EXPECT_EQ(call(verify_program(), {"--data", data, "--layer", "chain"}).code, 2);
    EXPECT_EQ(call(verify_program(), {"--data", data, "--layer", "log,fold"}).code, 0);
    EXPECT_EQ(call(verify_program(), {"--data", data, "--layer", "lgo"}).code, 64);
}

TEST_F(NodeCommands, ReadingToolsLeaveTheDataDirectoryAsItIs)
{
    start();
    ASSERT_EQ(probe(1, 7, 5).code, 0);
    stop();
    const auto listing = [this] {
        std::map<std::string, std::pair<std::uintmax_t, std::filesystem::file_time_type>> out;
        for (const auto& entry : std::filesystem::recursive_directory_iterator{data})
        {
            if (entry.is_regular_file())
                out[entry.path()] = {entry.file_size(), entry.last_write_time()};
        }
        return out;
    };
    const auto before = listing();
    EXPECT_EQ(read({"log"}).code, 0);
    EXPECT_EQ(read({"show", "probe.accounts", "--at", "1"}).code, 0);
    EXPECT_EQ(call(replay_program(), {"--data", data}).code, 0);
    EXPECT_EQ(call(verify_program(), {"--data", data}).code, 0);
    EXPECT_EQ(listing(), before);
}

TEST_F(NodeCommands, AReplayIsComparedWithAReplicaWithACheckpointAndWithAnotherLog)
{
    start();
    ASSERT_EQ(probe(1, 7, 5).code, 0);
    ASSERT_EQ(ask({"checkpoint"}).code, 0);
    ASSERT_EQ(probe(2, 8, 6).code, 0);
    stop();
    auto replica = directory / "replica";
    std::filesystem::copy(data, replica, std::filesystem::copy_options::recursive);
    start();
    ASSERT_EQ(probe(3, 9, 7).code, 0);
    stop();
    const auto compare = [this](const std::string& with) {
        return call(replay_program(), {"--data", data, "--compare", with, "--json"});
    };

    // Up to where the replica ends, the two are one.
    const auto same = compare(replica);
    EXPECT_EQ(same.code, 0) << same.out << same.err;
    EXPECT_EQ(bj::parse(same.out).at("equal"), true);
    EXPECT_EQ(bj::parse(same.out).at("first_block").is_null(), true);

    const auto checkpoints = std::filesystem::directory_iterator{data + "/checkpoints"};
    const auto checkpoint = compare(checkpoints->path().string());
    EXPECT_EQ(checkpoint.code, 0) << checkpoint.out << checkpoint.err;
    EXPECT_GT(bj::parse(checkpoint.out).at("rows").as_int64(), 0);

    // The replica goes a way of its own.
    std::swap(data, replica);
    start();
    ASSERT_EQ(probe(4, 9, 100).code, 0);
    stop();
    const auto other = compare(replica);
    EXPECT_EQ(other.code, 1) << other.out << other.err;
    const auto report = bj::parse(other.out);
    EXPECT_EQ(report.at("equal"), false);
    EXPECT_GT(report.at("first_block").as_int64(), 0);
    EXPECT_GT(report.at("rows_differing").as_int64(), 0);
    bool named = false;
    for (const auto& row : report.at("differences").as_array())
    {
        if (row.at("table") != "probe.accounts")
            continue;
        named = true;
        EXPECT_EQ(row.at("key"), "9");
        EXPECT_EQ(row.at("here").at("amount"), 100);
        EXPECT_EQ(row.at("there").at("amount"), 7);
        EXPECT_TRUE(row.at("written_here").is_string());
        EXPECT_TRUE(row.at("written_there").is_string());
    }
    EXPECT_TRUE(named) << other.out;
    const auto people =
        call(replay_program(), {"--data", data, "--compare", replica, "--limit", "1"});
    EXPECT_EQ(people.code, 1);
    EXPECT_THAT(people.out, HasSubstr("DIFFERENT"));
    EXPECT_THAT(people.out, HasSubstr("more: --limit shows more"));
    EXPECT_EQ(call(replay_program(), {"--data", data, "--limit", "1"}).code, 64);
    EXPECT_EQ(compare(directory / "nowhere").code, 64);
}

TEST_F(NodeCommands, ReplayRefusesASealThatIsForeignOrOfAnotherState)
{
    start();
    ASSERT_EQ(probe(1, 7, 5).code, 0);
    stop();
    PosixDisk disk;
    auto seal = **Node::read_seal(disk, data);
    seal.root.bytes[0] ^= 1;
    ASSERT_TRUE(replace_file(disk, seal_path(data), log::encode_seal(seal)));
    EXPECT_THAT(call(replay_program(), {"--data", data}).err, HasSubstr("RF-0305"));

    const auto sequencer = read_key_file(sequencer_key_path(data));
    ASSERT_TRUE(sequencer);
    const auto genesis =
        std::string{bj::parse(read({"log", "0", "--json"}).out).at("hash").as_string()};
    const auto message = log::seal_message(*fixed_from_hex<GenesisId>(genesis), seal);
    seal.signature = schnorr_sign(*sequencer, message.bytes, {});
    ASSERT_TRUE(replace_file(disk, seal_path(data), log::encode_seal(seal)));
    const auto said = call(replay_program(), {"--data", data});
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.err, HasSubstr("the sealed state root differs"));
}

TEST_F(NodeCommands, ReplayRefusesASealOfABlockThatTheLogHasNot)
{
    start();
    ASSERT_EQ(probe(1, 7, 5).code, 0);
    stop();
    PosixDisk disk;
    const auto good = **Node::read_seal(disk, data);
    const auto sequencer = read_key_file(sequencer_key_path(data));
    ASSERT_TRUE(sequencer);
    const auto genesis =
        std::string{bj::parse(read({"log", "0", "--json"}).out).at("hash").as_string()};
    const auto replay_with = [&](log::Seal seal) {
        const auto message = log::seal_message(*fixed_from_hex<GenesisId>(genesis), seal);
        seal.signature = schnorr_sign(*sequencer, message.bytes, {});
        EXPECT_TRUE(replace_file(disk, seal_path(data), log::encode_seal(seal)));
        return call(replay_program(), {"--data", data});
    };
    EXPECT_EQ(replay_with(good).code, 0);

    auto other = good;
    other.block_hash.bytes[0] ^= 1;
    const auto another = replay_with(other);
    EXPECT_EQ(another.code, 1) << another.out;
    EXPECT_THAT(another.err, HasSubstr("RF-0305"));
    EXPECT_THAT(another.err, HasSubstr("it seals block " + to_hex(other.block_hash.bytes)));

    auto later = good;
    later.height = LogHeight{good.height.value + 100};
    const auto shorter = replay_with(later);
    EXPECT_EQ(shorter.code, 1) << shorter.out;
    EXPECT_THAT(shorter.err, HasSubstr("RF-0305"));
    EXPECT_THAT(shorter.err,
        HasSubstr("the seal knows the block of height " + std::to_string(later.height.value) +
                  ", but the log ends before height "));
}

TEST_F(NodeCommands, BeginningOnSignetSaysHowLittleWorkProvesThere)
{
    const auto said = engine({"init", "--data", directory / "signet", "--operator-key",
        directory / "signet.key", "--network", "signet"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("work proves little on signet"));
}

TEST_F(NodeCommands, ASecondOwnerIsToldWhoHasTheDirectory)
{
    start();
    const auto second = open();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind.code, "RF-0304");
    EXPECT_THAT(second.error().why, HasSubstr("process " + std::to_string(::getpid())));
    stop();
}

TEST_F(NodeCommands, ARestoredLogIsServedAndGoesOnOnceAnOperatorHasDeclared)
{
    start();
    ASSERT_EQ(probe(1, 7, 5).code, 0);
    stop();
    std::ofstream{log::restored_path(data)} << "backup of Friday\n";
    start();
    const auto status = ask({"status", "--json"});
    EXPECT_EQ(status.code, 1);
    EXPECT_EQ(bj::parse(status.out).at("log").at("restored"), true);
    EXPECT_THAT(status.out, HasSubstr("backup of Friday"));
    EXPECT_EQ(ask({"show", "probe.accounts", "7"}).code, 0);
    EXPECT_EQ(probe(2, 7, 5).code, 2);

    const auto shown = bj::parse(read({"restored", "--json"}).out);
    EXPECT_EQ(shown.at("restored"), true);
    const auto height = std::to_string(shown.at("height").to_number<std::uint64_t>());
    const auto while_running = read({"restored", "--no-other-copy", height});
    EXPECT_THAT(while_running.err, HasSubstr("RF-0304"));
    stop();

    const auto wrong = read({"restored", "--no-other-copy", height + "1"});
    EXPECT_EQ(wrong.code, 64);
    EXPECT_THAT(wrong.err, HasSubstr("the log ends at height " + height));
    EXPECT_EQ(bj::parse(read({"restored", "--json"}).out).at("restored"), true);
    ASSERT_EQ(read({"restored", "--no-other-copy", height}).code, 0);
    EXPECT_THAT(read({"restored", "--no-other-copy", height}).err, HasSubstr("RF-0311"));

    std::stringstream kept;
    kept << std::ifstream{log::restored_ended_path(data)}.rdbuf();
    EXPECT_THAT(kept.str(), HasSubstr("beyond height " + height));
    EXPECT_THAT(kept.str(), HasSubstr("backup of Friday"));
    start();
    EXPECT_EQ(probe(2, 7, 5).code, 0);
    stop();
}

TEST_F(NodeCommands, WithoutALogEveryToolSaysSo)
{
    const auto nowhere = directory / "nowhere";
    EXPECT_THAT(engine({"log", "--data", nowhere}).err, HasSubstr("RF-0303"));
    EXPECT_THAT(engine({"run", "--data", nowhere}).err, HasSubstr("RF-0303"));
    EXPECT_THAT(call(replay_program(), {"--data", nowhere}).err, HasSubstr("RF-0303"));
    EXPECT_THAT(call(verify_program(), {"--data", nowhere}).err, HasSubstr("RF-0303"));
}
}  // namespace
}  // namespace engine::cli::test
