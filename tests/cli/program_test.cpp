#include "engine/runtime/config/error.hpp"
#include "engine/runtime/config/option.hpp"
#include "tests/cli/call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fstream>

namespace engine::cli::test
{
namespace
{
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> words_of(std::string_view name)
{
    std::vector<std::string> out;
    std::istringstream words{std::string{name}};
    for (std::string word; words >> word;)
        out.push_back(word);
    return out;
}

std::vector<std::string> with(std::vector<std::string> words, const std::string& last)
{
    words.push_back(last);
    return words;
}

std::vector<Program> programs()
{
    return {engine_program(), replay_program(), verify_program()};
}

void write_file(const std::string& path, std::string_view text)
{
    std::ofstream{path} << text;
}

TEST(Help, IsThereForEveryCommandWithExamplesOnStandardOutput)
{
    for (const auto& program : programs())
    {
        for (const auto& command : program.commands)
        {
            const auto said = call(program, with(words_of(command.name), "--help"));
            EXPECT_EQ(said.code, 0) << command.name;
            EXPECT_THAT(said.err, IsEmpty()) << command.name;
            EXPECT_THAT(said.out, StartsWith(std::string{program.name})) << command.name;
            EXPECT_THAT(said.out, HasSubstr("\nusage: ")) << command.name;
            EXPECT_THAT(said.out, HasSubstr("\nexamples\n  ")) << command.name;
            EXPECT_FALSE(command.examples.empty()) << command.name;
            for (const auto& flag : command.flags)
                EXPECT_THAT(said.out, HasSubstr("  --" + std::string{flag.name}));
        }
    }
}

TEST(Help, BeforeACommandSaysTheSameAsAfterIt)
{
    for (const auto& command : engine_program().commands)
    {
        auto words = words_of(command.name);
        const auto after = engine(with(words, "--help")).out;
        words.insert(words.begin(), "help");
        EXPECT_EQ(engine(words).out, after);
    }
}

TEST(Help, ListsEveryCommand)
{
    const auto said = engine({"help"});
    EXPECT_EQ(said.code, 0);
    for (const auto& command : engine_program().commands)
        EXPECT_THAT(said.out, HasSubstr("\n  " + std::string{command.name}));
}

TEST(Help, NoLineIsLongerThanAHundredCharacters)
{
    for (const auto& program : programs())
    {
        for (const auto& command : program.commands)
        {
            std::istringstream lines{call(program, with(words_of(command.name), "--help")).out};
            for (std::string line; std::getline(lines, line);)
                EXPECT_LE(line.size(), 100u) << line;
        }
    }
}

TEST(CommandLine, WithoutACommandTheOverviewGoesToStandardErrorWith64)
{
    const auto said = engine({});
    EXPECT_EQ(said.code, 64);
    EXPECT_THAT(said.out, IsEmpty());
    EXPECT_THAT(said.err, HasSubstr("commands"));
}

TEST(CommandLine, AMisspeltCommandIsToldTheNearest)
{
    const auto said = engine({"statsu"});
    EXPECT_EQ(said.code, 64);
    EXPECT_EQ(said.err,
        "error RF-0201: no such command\n"
        "  where   statsu\n"
        "  why     `statsu` is no command\n"
        "  do      did you mean `status`?   all commands: engine help\n"
        "usage: engine COMMAND [arguments] [flags]\n");
}

TEST(CommandLine, AnIncompleteCommandIsToldItsContinuations)
{
    const auto said = engine({"config"});
    EXPECT_EQ(said.code, 64);
    EXPECT_THAT(said.err, HasSubstr("`config show`, `config check`, `config default`"));
}

TEST(CommandLine, AMisspeltFlagIsToldTheNearestWithOneLineOfUsage)
{
    const auto said = engine({"config", "show", "--origni"});
    EXPECT_EQ(said.code, 64);
    EXPECT_THAT(said.out, IsEmpty());
    EXPECT_EQ(said.err,
        "error RF-0202: no such flag\n"
        "  where   --origni\n"
        "  why     flags are never abbreviated or guessed\n"
        "  do      did you mean `--origin`?   all flags: engine config show --help\n"
        "usage: engine config show [--origin] [--json] [--config FILE] [--SECTION.KEY VALUE]\n");
}

TEST(CommandLine, AFlagIsNeverGuessedFromItsBeginning)
{
    EXPECT_EQ(engine({"config", "show", "--orig"}).code, 64);
}

TEST(CommandLine, NoCommandTakesAFlagThatNobodyKnows)
{
    for (const auto& program : programs())
    {
        for (const auto& command : program.commands)
        {
            const auto said = call(program, with(words_of(command.name), "--frobnicate"));
            EXPECT_EQ(said.code, 64) << command.name;
            EXPECT_THAT(said.err, HasSubstr("RF-0202")) << command.name;
            EXPECT_THAT(said.err, HasSubstr("\nusage: ")) << command.name;
        }
    }
}

TEST(CommandLine, AFlagWithoutItsValueIsRefused)
{
    EXPECT_EQ(engine({"show", "--at"}).code, 64);
    EXPECT_EQ(engine({"show", "--at="}).code, 64);
}

TEST(CommandLine, ASwitchWithAValueIsRefused)
{
    EXPECT_EQ(engine({"config", "show", "--origin=yes"}).code, 64);
}

TEST(CommandLine, AFlagGivenTwiceIsRefusedAlsoUnderItsOtherName)
{
    const auto said = engine({"config", "show", "--data", "/a", "--data.directory", "/b"});
    EXPECT_EQ(said.code, 64);
    EXPECT_THAT(said.err, HasSubstr("given twice, also as --data"));
}

TEST(CommandLine, TooManyAndTooFewArgumentsAreRefused)
{
    EXPECT_EQ(engine({"explain"}).code, 64);
    EXPECT_EQ(engine({"explain", "a", "b"}).code, 64);
    EXPECT_EQ(engine({"status", "a"}).code, 64);
}

TEST(CommandLine, EveryPairThatExcludesEachOtherIsRefused)
{
    for (const auto& program : programs())
    {
        for (const auto& command : program.commands)
        {
            for (const auto& exclusion : command.exclusions)
            {
                auto words = words_of(command.name);
                for (const auto name : {exclusion.a, exclusion.b})
                {
                    const auto flag = std::find_if(command.flags.begin(), command.flags.end(),
                        [&](const Flag& f) { return f.name == name; });
                    ASSERT_NE(flag, command.flags.end()) << name;
                    words.push_back("--" + std::string{name});
                    if (!flag->value.empty())
                        words.push_back("1");
                }
                const auto said = call(program, words);
                EXPECT_EQ(said.code, 64) << command.name << exclusion.a << exclusion.b;
                EXPECT_THAT(said.err, HasSubstr("RF-0204")) << exclusion.a << exclusion.b;
            }
        }
    }
}

TEST(CommandLine, ErrorsAreJsonWhenJsonIsAskedFor)
{
    const auto said = engine({"status", "--frobnicate", "--json"});
    EXPECT_EQ(said.code, 64);
    const auto error = boost::json::parse(said.err).at("error");
    EXPECT_EQ(error.at("code"), "RF-0202");
    EXPECT_EQ(error.at("exit_code"), 64);
}

TEST(CommandLine, TheVersionIsOneLine)
{
    EXPECT_THAT(engine({"--version"}).out, StartsWith("engine "));
}

TEST(ConfigCommands, AnUnknownKeyEndsEveryCommandThatIsConfiguredWith78)
{
    const TemporaryDirectory directory;
    const auto file = directory / "refold.toml";
    write_file(file, "[http]\nlitsen = \"127.0.0.1:1\"\n");
    for (const auto& command : engine_program().commands)
    {
        if (!command.configured)
            continue;
        auto words = words_of(command.name);
        for (std::size_t i = 0; i < command.arguments_min; ++i)
            words.emplace_back("x");
        words.insert(words.end(), {"--config", file});
        const auto said = engine(words);
        EXPECT_EQ(said.code, 78) << command.name;
        EXPECT_THAT(said.err, HasSubstr(file + ":2:1")) << command.name;
        EXPECT_THAT(said.err, HasSubstr("did you mean `listen`?")) << command.name;
    }
}

TEST(ConfigCommands, ShowNamesTheOriginOfEachValue)
{
    const TemporaryDirectory directory;
    const auto file = directory / "refold.toml";
    write_file(file, "[bitcoin]\npoll_ms = 250\n");
    const auto said = engine({"config", "show", "--origin", "--config", file, "--data", "/x"},
        {{"REFOLD_STATE_FLUSH_ROWS", "1000"}});
    EXPECT_EQ(said.code, 0);
    EXPECT_THAT(said.out, StartsWith("file  " + file + "\n"));
    EXPECT_THAT(said.out, testing::ContainsRegex("bitcoin.poll_ms +250 +" + file + ":2:1\n"));
    EXPECT_THAT(said.out, testing::ContainsRegex("data.directory +/x +--data\n"));
    EXPECT_THAT(
        said.out, testing::ContainsRegex("state.flush_rows +1000 +REFOLD_STATE_FLUSH_ROWS\n"));
    EXPECT_THAT(said.out, testing::ContainsRegex("ledger.url +\\(not set\\) +default\n"));
}

TEST(ConfigCommands, ShowAsJsonHasEveryKey)
{
    const auto said = engine({"config", "show", "--json"});
    const auto answer = boost::json::parse(said.out);
    EXPECT_EQ(answer.at("settings").as_array().size(), options().size());
}

TEST(ConfigCommands, CheckAcceptsWhatDefaultPrints)
{
    const TemporaryDirectory directory;
    const auto file = directory / "refold.toml";
    write_file(file, engine({"config", "default"}).out);
    const auto said = engine({"config", "check", file});
    EXPECT_EQ(said.code, 0);
    EXPECT_THAT(said.out, HasSubstr("is valid: 0 keys set"));
}

TEST(ConfigCommands, CheckReportsEveryErrorWith78)
{
    const TemporaryDirectory directory;
    const auto file = directory / "refold.toml";
    write_file(file, "[state]\nflush_rows = 0\n[logging]\nlevel = \"loud\"\n");
    const auto said = engine({"config", "check", file});
    EXPECT_EQ(said.code, 78);
    EXPECT_THAT(said.err, HasSubstr(file + ":2:1"));
    EXPECT_THAT(said.err, HasSubstr(file + ":4:1"));
}

TEST(ConfigCommands, AFileThatIsNamedMustBeThere)
{
    EXPECT_EQ(engine({"config", "show", "--config", "/nowhere/refold.toml"}).code, 78);
    EXPECT_EQ(engine({"config", "show"}, {{"REFOLD_CONFIG", "/nowhere/refold.toml"}}).code, 78);
}

TEST(ConfigCommands, ASecondFileInTheDataDirectoryIsRefused)
{
    const TemporaryDirectory directory;
    write_file(directory / "refold.toml", "");
    const auto said = engine({"config", "show", "--data", directory.path()});
    EXPECT_EQ(said.code, 78);
    EXPECT_THAT(said.err, HasSubstr("RF-0103"));
    EXPECT_EQ(engine({"config", "show", "--data", directory.path(), "--config",
                         directory / "refold.toml"})
                  .code,
        0);
}

TEST(ConfigCommands, TheFileInTheUsersDirectoryIsFound)
{
    const TemporaryDirectory home;
    std::filesystem::create_directories(home / ".config/refold");
    write_file(home / ".config/refold/refold.toml", "[bitcoin]\npoll_ms = 77\n");
    const auto said = engine({"config", "show"}, {{"HOME", home.path()}});
    EXPECT_THAT(said.out, testing::ContainsRegex("bitcoin.poll_ms +77"));
}

TEST(Explain, KnowsEveryCode)
{
    for (const auto& kind : error_kinds())
    {
        const auto said = engine({"explain", std::string{kind.code}});
        EXPECT_EQ(said.code, 0);
        EXPECT_THAT(said.out, HasSubstr("\n  do      "));
    }
    EXPECT_EQ(engine({"explain", "RF-9999"}).code, 64);
}

TEST(Client, ANodeThatDoesNotAnswerMeansCouldNotTell)
{
    for (const auto* command : {"status", "show", "checkpoint"})
    {
        const auto said = engine({command, "--node", "http://127.0.0.1:1"});
        EXPECT_EQ(said.code, 2) << command;
        EXPECT_THAT(said.err, HasSubstr("RF-0401")) << command;
        EXPECT_THAT(said.err, HasSubstr("http://127.0.0.1:1/")) << command;
    }
}

TEST(Client, AnUnknownTableIsToldTheNearestBeforeANodeIsAsked)
{
    const auto said = engine({"show", "peg.deposit"});
    EXPECT_EQ(said.code, 64);
    EXPECT_THAT(said.err, HasSubstr("peg.deposits"));
}
}  // namespace
}  // namespace engine::cli::test
