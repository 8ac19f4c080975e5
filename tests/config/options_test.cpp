#include "engine/runtime/config/settings.hpp"

#include <gtest/gtest.h>

#include <set>

namespace engine
{
namespace
{
std::optional<BadValue::Kind> refusal(std::string_view name, std::string_view text)
{
    const auto* option = find_option(name);
    EXPECT_NE(option, nullptr) << name;
    const auto parsed = parse_option(*option, text);
    const auto* bad = std::get_if<BadValue>(&parsed);
    return bad ? std::optional{bad->kind} : std::nullopt;
}

TEST(OptionTable, EveryKeyHasHelpAndEitherADefaultOrAnExample)
{
    for (const auto& option : options())
    {
        EXPECT_TRUE(option.help.ends_with('.')) << dotted_name(option);
        EXPECT_NE(option.standard.has_value(), !option.example.empty()) << dotted_name(option);
        EXPECT_NE(option.set, nullptr) << dotted_name(option);
        EXPECT_FALSE(describe_range(option).empty()) << dotted_name(option);
    }
}

TEST(OptionTable, EveryDefaultAndEveryExampleIsAValidValue)
{
    for (const auto& option : options())
    {
        const auto parsed = parse_option(option, option.standard.value_or(option.example));
        EXPECT_TRUE(std::holds_alternative<OptionValue>(parsed)) << dotted_name(option);
    }
}

TEST(OptionTable, NamesOfKeysVariablesAndFlagsAreUnique)
{
    std::set<std::string> names;
    for (const auto& option : options())
    {
        EXPECT_TRUE(names.insert(dotted_name(option)).second) << dotted_name(option);
        EXPECT_TRUE(names.insert(environment_name(option)).second) << dotted_name(option);
        if (!option.flag.empty())
        {
            EXPECT_TRUE(names.insert(std::string{option.flag}).second) << option.flag;
        }
    }
}

TEST(OptionTable, SectionsAreNotTornApart)
{
    std::set<std::string_view> closed;
    std::string_view section;
    for (const auto& option : options())
    {
        if (option.section == section)
            continue;
        EXPECT_TRUE(closed.insert(option.section).second) << option.section;
        section = option.section;
    }
}

TEST(OptionTable, NoKeyTakesASecretItself)
{
    for (const auto& option : options())
    {
        const bool sounds_secret = option.key.find("password") != std::string_view::npos ||
                                   option.key.find("secret") != std::string_view::npos;
        if (sounds_secret)
        {
            EXPECT_EQ(option.kind, OptionKind::secret_file) << dotted_name(option);
        }
    }
}

TEST(OptionTable, AnOptionIsFoundByItsDottedNameAndByItsShortFlag)
{
    EXPECT_EQ(find_option("data.directory"), find_option("data"));
    EXPECT_EQ(environment_name(*find_option("bitcoin.rpc_url")), "REFOLD_BITCOIN_RPC_URL");
    EXPECT_EQ(find_option("directory"), nullptr);
}

struct Boundary
{
    std::string_view name;
    std::string_view text;
    std::optional<BadValue::Kind> refused;
};

class ValueOfAnOption : public testing::TestWithParam<Boundary>
{};

TEST_P(ValueOfAnOption, IsTakenOrRefusedForTheRightReason)
{
    const auto& [name, text, refused] = GetParam();
    EXPECT_EQ(refusal(name, text), refused) << name << " = " << text;
}

using Kind = BadValue::Kind;
constexpr auto fine = std::nullopt;

INSTANTIATE_TEST_SUITE_P(Numbers, ValueOfAnOption,
    testing::Values(Boundary{"state.checkpoints_kept", "0", Kind::range},
        Boundary{"state.checkpoints_kept", "1", fine},
        Boundary{"state.checkpoints_kept", "1000", fine},
        Boundary{"state.checkpoints_kept", "1001", Kind::range},
        Boundary{"state.checkpoints_kept", "", Kind::empty},
        Boundary{"state.checkpoints_kept", "three", Kind::type},
        Boundary{"state.checkpoints_kept", "3x", Kind::type},
        Boundary{"state.checkpoints_kept", " 3", Kind::type},
        Boundary{"state.checkpoints_kept", "-1", Kind::type},
        Boundary{"state.checkpoints_kept", "3 MiB", Kind::type},
        Boundary{"state.checkpoints_kept", "18446744073709551616", Kind::range}));

INSTANTIATE_TEST_SUITE_P(ByteCounts, ValueOfAnOption,
    testing::Values(Boundary{"log.segment_bytes", "1048575", Kind::range},
        Boundary{"log.segment_bytes", "1048576", fine},
        Boundary{"log.segment_bytes", "1048577", Kind::range},
        Boundary{"log.segment_bytes", "1049088", fine}, Boundary{"log.segment_bytes", "1MiB", fine},
        Boundary{"log.segment_bytes", "16 GiB", fine},
        Boundary{"log.segment_bytes", "17 GiB", Kind::range},
        Boundary{"log.segment_bytes", "99999999999999999 GiB", Kind::range},
        Boundary{"log.segment_bytes", "1 MB", Kind::type}));

INSTANTIATE_TEST_SUITE_P(Words, ValueOfAnOption,
    testing::Values(Boundary{"logging.level", "info", fine},
        Boundary{"logging.level", "Info", Kind::range}, Boundary{"logging.level", "", Kind::empty},
        Boundary{"data", "/a\nb", Kind::type}));

INSTANTIATE_TEST_SUITE_P(Addresses, ValueOfAnOption,
    testing::Values(Boundary{"http.listen", "127.0.0.1:7117", fine},
        Boundary{"http.listen", "127.9.9.9:0", fine}, Boundary{"http.listen", "[::1]:65535", fine},
        Boundary{"http.listen", "[::1]:65536", Kind::type},
        Boundary{"http.listen", "127.0.0.1", Kind::type},
        Boundary{"http.listen", "127.0.0.1:", Kind::type},
        Boundary{"http.listen", "0.0.0.0:7117", fine}, Boundary{"http.listen", "[::]:7117", fine},
        Boundary{"http.listen", "localhost:7117", Kind::no_address},
        Boundary{"http.listen", "127.0.0.1.example.org:80", Kind::no_address},
        Boundary{"http.listen", "256.0.0.1:80", Kind::no_address},
        Boundary{"http.listen", "::1:80", Kind::no_address},
        Boundary{"bitcoin.rpc_url", "http://127.0.0.1:8332", fine},
        Boundary{"bitcoin.rpc_url", "127.0.0.1:8332", Kind::type},
        Boundary{"bitcoin.rpc_url", "http://", Kind::type},
        Boundary{"bitcoin.rpc_url", "ftp://127.0.0.1", Kind::type},
        Boundary{"bitcoin.rpc_url", "http://user:pw@127.0.0.1", Kind::secret},
        Boundary{"bitcoin.zmq_url", "ipc:///run/zmq", fine}));
}  // namespace
}  // namespace engine
