#include "engine/runtime/config/settings.hpp"

#include "engine/base/nearest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace engine
{
namespace
{
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

ConfigSources from_file(std::string text)
{
    return {ConfigText{"refold.toml", std::move(text)}, {}, {}};
}

std::vector<OperatorError> errors_of(const ConfigSources& sources)
{
    const auto settings = load_settings(sources);
    return settings ? std::vector<OperatorError>{} : settings.error();
}

OperatorError only_error(const ConfigSources& sources)
{
    const auto errors = errors_of(sources);
    EXPECT_EQ(errors.size(), 1u);
    return errors.empty() ? OperatorError{} : errors.front();
}

const Setting& row(const Settings& settings, std::string_view name)
{
    for (const auto& setting : settings.rows)
    {
        if (dotted_name(*setting.option) == name)
            return setting;
    }
    throw std::logic_error{"no such row"};
}

TEST(Settings, WithoutAnySourceTheDefaultsAreInForce)
{
    const auto settings = load_settings({});
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->config.http.listen, "127.0.0.1:7117");
    EXPECT_EQ(settings->config.log.segment_bytes, 67'108'864u);
    EXPECT_EQ(settings->config.bitcoin.rpc_url, std::nullopt);
    for (const auto& setting : settings->rows)
        EXPECT_EQ(setting.place, "default");
}

TEST(Settings, AFlagGoesOverTheEnvironmentAndTheEnvironmentOverTheFile)
{
    ConfigSources sources =
        from_file("[state]\ncheckpoints_kept = 5\nflush_rows = 500\ncheckpoint_every = 7\n");
    sources.environment = {
        {"REFOLD_STATE_CHECKPOINTS_KEPT", "6"}, {"REFOLD_STATE_FLUSH_ROWS", "600"}};
    sources.flags = {{"state.checkpoints_kept", "7"}};
    const auto settings = load_settings(sources);
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->config.state.checkpoints_kept, 7u);
    EXPECT_EQ(settings->config.state.flush_rows, 600u);
    EXPECT_EQ(settings->config.state.checkpoint_every, 7u);
    EXPECT_EQ(row(*settings, "state.checkpoints_kept").place, "--state.checkpoints_kept");
    EXPECT_EQ(row(*settings, "state.flush_rows").place, "REFOLD_STATE_FLUSH_ROWS");
    EXPECT_EQ(row(*settings, "state.checkpoint_every").place, "refold.toml:4:1");
    EXPECT_EQ(row(*settings, "state.checkpoint_every").origin, ValueOrigin::file);
}

TEST(Settings, AnUnknownKeyIsNamedByFileLineColumnAndNearestKey)
{
    const auto error =
        only_error(from_file("[bitcoin]\n\n  rcp_url = \"http://127.0.0.1:8332\"\n"));
    EXPECT_EQ(to_string(error),
        "error RF-0107: unknown configuration key\n"
        "  where   refold.toml:3:3    [bitcoin] rcp_url = \"http://127.0.0.1:8332\"\n"
        "  why     [bitcoin] has no key `rcp_url`; a misspelt key would leave the default in "
        "force\n"
        "  do      did you mean `rpc_url`?   all keys: engine config default\n");
    EXPECT_EQ(error.kind.exit_code, kExitConfiguration);
}

TEST(Settings, AnUnknownSectionIsNamedOnceWithTheNearestOne)
{
    const auto error = only_error(from_file("[bitcion]\nrpc_url = \"x\"\npoll_ms = 1\n"));
    EXPECT_EQ(error.kind.code, "RF-0106");
    EXPECT_THAT(error.where, StartsWith("refold.toml:1:"));
    EXPECT_THAT(error.action, HasSubstr("did you mean `[bitcoin]`?"));
}

TEST(Settings, AKeyBeforeTheFirstSectionIsRefused)
{
    EXPECT_EQ(only_error(from_file("poll_ms = 100\n")).kind.code, "RF-0107");
}

TEST(Settings, ADuplicateKeyIsRefusedWithItsPlace)
{
    const auto error = only_error(from_file("[bitcoin]\npoll_ms = 100\npoll_ms = 200\n"));
    EXPECT_EQ(error.kind.code, "RF-0101");
    EXPECT_THAT(error.where, StartsWith("refold.toml:3:"));
}

TEST(Settings, AValueOutOfRangeIsToldItsUnitAndRange)
{
    const auto error = only_error(from_file("[bitcoin]\npoll_ms = 9\n"));
    EXPECT_EQ(error.kind.code, "RF-0109");
    EXPECT_THAT(error.why, HasSubstr("whole number of milliseconds, 10 to 600000"));
}

TEST(Settings, ANegativeNumberIsOutOfRange)
{
    EXPECT_EQ(only_error(from_file("[bitcoin]\npoll_ms = -1\n")).kind.code, "RF-0109");
}

TEST(Settings, AnEmptyValueIsRefusedWhereverItComesFrom)
{
    EXPECT_EQ(only_error(from_file("[data]\ndirectory = \"\"\n")).kind.code, "RF-0110");
    EXPECT_EQ(only_error({{}, {{"REFOLD_DATA_DIRECTORY", ""}}, {}}).kind.code, "RF-0110");
    EXPECT_EQ(only_error({{}, {}, {{"data", ""}}}).kind.code, "RF-0110");
}

TEST(Settings, TheWrongTypeIsRefused)
{
    EXPECT_EQ(only_error(from_file("[bitcoin]\npoll_ms = \"1000\"\n")).kind.code, "RF-0108");
    EXPECT_EQ(only_error(from_file("[bitcoin]\npoll_ms = 1.5\n")).kind.code, "RF-0108");
    EXPECT_EQ(only_error(from_file("[data]\ndirectory = 5\n")).kind.code, "RF-0108");
    EXPECT_EQ(only_error(from_file("[data]\ndirectory = true\n")).kind.code, "RF-0108");
    EXPECT_EQ(only_error(from_file("[data.directory]\nx = 1\n")).kind.code, "RF-0108");
}

TEST(Settings, ByteCountsMayBeWrittenWithAUnit)
{
    const auto settings = load_settings(from_file("[log]\nsegment_bytes = \"2 MiB\"\n"));
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->config.log.segment_bytes, 2'097'152u);
}

TEST(Settings, EveryErrorIsReportedAtOnceInTheOrderOfTheFile)
{
    const auto errors = errors_of(
        from_file("[state]\nflush_rows = 0\nchekpoint_every = 1\n[logging]\nlevel = \"loud\"\n"));
    ASSERT_EQ(errors.size(), 3u);
    EXPECT_THAT(errors[0].where, StartsWith("refold.toml:2:1"));
    EXPECT_THAT(errors[1].where, StartsWith("refold.toml:3:1"));
    EXPECT_THAT(errors[2].where, StartsWith("refold.toml:5:1"));
}

TEST(Settings, AValueThatAStrongerSourceCoversIsCheckedAllTheSame)
{
    auto sources = from_file("[bitcoin]\npoll_ms = 0\n");
    sources.flags = {{"bitcoin.poll_ms", "1000"}};
    EXPECT_EQ(only_error(sources).kind.code, "RF-0109");
}

TEST(Settings, APasswordInTheFileIsRefusedAndNotRepeated)
{
    const auto error = only_error(from_file("[bitcoin]\nrpc_password = \"hunter2\"\n"));
    EXPECT_EQ(error.kind.code, "RF-0111");
    EXPECT_THAT(to_string(error), Not(HasSubstr("hunter2")));
    EXPECT_THAT(to_string(error), HasSubstr("rpc_password_file"));
}

TEST(Settings, APasswordInTheEnvironmentIsRefusedAndNotRepeated)
{
    const auto error = only_error({{}, {{"REFOLD_BITCOIN_RPC_PASSWORD", "hunter2"}}, {}});
    EXPECT_EQ(error.kind.code, "RF-0111");
    EXPECT_THAT(to_string(error), Not(HasSubstr("hunter2")));
}

TEST(Settings, APasswordInAnAddressIsRefusedAndNotRepeated)
{
    const auto error =
        only_error(from_file("[bitcoin]\nrpc_url = \"http://me:hunter2@127.0.0.1:8332\"\n"));
    EXPECT_EQ(error.kind.code, "RF-0111");
    EXPECT_THAT(to_string(error), Not(HasSubstr("hunter2")));
}

TEST(Settings, AMisspeltVariableOfOursIsAnErrorAndThoseOfOthersAreNot)
{
    const auto error = only_error({{},
        {{"REFOLD_BITCOIN_RCP_URL", "x"}, {"REFOLD_VECTORS", "/v"}, {"PATH", ""},
            {"REFOLD_BITCOIN_RPC", "http://127.0.0.1:1"}},
        {}});
    EXPECT_THAT(error.where, HasSubstr("REFOLD_BITCOIN_RCP_URL"));
    EXPECT_THAT(error.action, HasSubstr("`REFOLD_BITCOIN_RPC_URL`"));
}

TEST(Settings, KeysThatExcludeEachOtherAreRefusedTogether)
{
    const auto error = only_error({{}, {},
        {{"bitcoin.rpc_url", "http://127.0.0.1:1"}, {"bitcoin.record", "/r"},
            {"bitcoin.cookie_file", "/c"}, {"bitcoin.rpc_user", "u"},
            {"bitcoin.rpc_password_file", "/p"}}});
    EXPECT_EQ(error.kind.code, "RF-0112");
    EXPECT_EQ(error.where, "--bitcoin.cookie_file and --bitcoin.rpc_user");
}

TEST(Settings, AUserNeedsAPassword)
{
    const auto error = only_error(
        {{}, {}, {{"bitcoin.rpc_url", "http://127.0.0.1:1"}, {"bitcoin.rpc_user", "u"}}});
    EXPECT_EQ(error.kind.code, "RF-0113");
}

TEST(DefaultFile, HoldsEveryKeyCommentedOutAndParsesToTheDefaults)
{
    const auto text = default_config_file();
    for (const auto& option : options())
        EXPECT_THAT(text, HasSubstr("\n#" + std::string{option.key} + " = "));
    const auto settings = load_settings(from_file(text));
    ASSERT_TRUE(settings);
    for (const auto& setting : settings->rows)
        EXPECT_EQ(setting.origin, ValueOrigin::standard) << dotted_name(*setting.option);
}

TEST(DefaultFile, WithItsLinesUncommentedGivesTheDefaultsAgain)
{
    std::string text, line;
    std::istringstream lines{default_config_file()};
    bool is_example = false;
    while (std::getline(lines, line))
    {
        const bool is_setting = line.size() > 1 && line[0] == '#' && line[1] != ' ';
        if (is_setting && !is_example)
            line.erase(0, 1);
        is_example = line == "# Not set by default. For example:";
        text += line + "\n";
    }
    const auto settings = load_settings(from_file(text));
    ASSERT_TRUE(settings) << text;
    const auto defaults = load_settings({});
    for (std::size_t i = 0; i < settings->rows.size(); ++i)
    {
        EXPECT_EQ(settings->rows[i].value, defaults->rows[i].value);
        EXPECT_EQ(
            settings->rows[i].value.has_value(), settings->rows[i].origin == ValueOrigin::file);
    }
}

TEST(Nearest, CountsInsertionsRemovalsReplacementsAndSwaps)
{
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("abc", "abc"), 0u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
    EXPECT_EQ(edit_distance("rcp_url", "rpc-URL"), 1u);
}

TEST(Nearest, SaysNothingRatherThanSomethingFarAway)
{
    constexpr std::array<std::string_view, 3> names{"status", "show", "submit"};
    EXPECT_EQ(nearest("statsu", names), "status");
    EXPECT_EQ(nearest("sow", names), "show");
    EXPECT_EQ(nearest("frobnicate", names), std::nullopt);
    EXPECT_EQ(nearest("", names), std::nullopt);
}

TEST(Nearest, FindsWhatWasMeantInNineteenOfTwentyMutatedNames)
{
    std::vector<std::string> keys;
    for (const auto& option : options())
        keys.push_back(dotted_name(option));
    const std::vector<std::string_view> names{keys.begin(), keys.end()};
    std::size_t tried = 0, right = 0;
    std::uint32_t seed = 1;
    const auto random = [&](std::size_t below) {
        seed = seed * 1664525 + 1013904223;
        return (seed >> 8) % below;
    };
    for (std::size_t i = 0; i < 200; ++i)
    {
        const auto& key = keys[i % keys.size()];
        auto typed = key;
        const auto at = random(typed.size() - 1);
        switch (random(4))
        {
            case 0:
                typed.erase(at, 1);
                break;
            case 1:
                typed.insert(at, 1, static_cast<char>('a' + random(26)));
                break;
            case 2:
                typed[at] = static_cast<char>('a' + random(26));
                break;
            default:
                std::swap(typed[at], typed[at + 1]);
        }
        ++tried;
        right += nearest(typed, names) == key ? 1u : 0u;
    }
    EXPECT_GE(right * 20, tried * 19);
}
}  // namespace
}  // namespace engine
