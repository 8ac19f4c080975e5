#include "engine/runtime/config/error.hpp"

#include "engine/runtime/config/error_kinds.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace engine
{
namespace
{
TEST(ErrorKinds, AreInOrderAndUnique)
{
    const auto kinds = error_kinds();
    EXPECT_TRUE(std::is_sorted(
        kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.code < b.code; }));
    EXPECT_EQ(std::adjacent_find(kinds.begin(), kinds.end(),
                  [](const auto& a, const auto& b) { return a.code == b.code; }),
        kinds.end());
}

TEST(ErrorKinds, EachSaysWhatWhyAndWhatToDo)
{
    for (const auto& kind : error_kinds())
    {
        EXPECT_EQ(kind.code.size(), 7u) << kind.code;
        EXPECT_EQ(kind.code.substr(0, 3), "RF-") << kind.code;
        EXPECT_FALSE(kind.what.empty()) << kind.code;
        EXPECT_NE(kind.what.back(), '.') << kind.code;
        EXPECT_EQ(kind.explanation.back(), '.') << kind.code;
        EXPECT_GT(kind.remedy.size(), 10u) << kind.code;
    }
}

TEST(ErrorKinds, ConfigurationErrorsEndWith78AndUsageErrorsWith64)
{
    for (const auto& kind : error_kinds())
    {
        const auto area = kind.code.substr(3, 2);
        EXPECT_EQ(kind.exit_code == kExitConfiguration, area == "01") << kind.code;
        if (area == "02")
        {
            EXPECT_EQ(kind.exit_code, kExitUsage) << kind.code;
        }
    }
}

TEST(ErrorKinds, AreFoundByTheirCodeInAnyCase)
{
    EXPECT_EQ(find_error_kind("rf-0107")->what, errors::kUnknownKey.what);
    EXPECT_EQ(find_error_kind("RF-9999"), nullptr);
}

TEST(OperatorError, SaysWhatWhereWhyAndWhatToDoOnFourLines)
{
    const OperatorError error{
        errors::kLogExists, "/data/log", "block 0 is there", "choose another"};
    EXPECT_EQ(to_string(error),
        "error RF-0302: there is a log already\n"
        "  where   /data/log\n"
        "  why     block 0 is there\n"
        "  do      choose another\n");
}

TEST(OperatorError, WithoutWordsOfItsOwnSpeaksForItsKind)
{
    const auto text = to_string({errors::kNoLog, "/data"});
    EXPECT_NE(text.find(errors::kNoLog.explanation), std::string::npos);
    EXPECT_NE(text.find(errors::kNoLog.remedy), std::string::npos);
}

TEST(OperatorError, LongReasonsStayInTheirColumn)
{
    const auto text = to_string({errors::kNoLog, "", "one\ntwo", ""});
    EXPECT_NE(text.find("  why     one\n          two\n"), std::string::npos);
}

TEST(OperatorError, IsAnObjectForPrograms)
{
    EXPECT_EQ(to_json({errors::kOwned, "/d \"x\"", "pid 7", "stop it"}),
        "{\"error\":{\"code\":\"RF-0304\",\"what\":\"another process has the data directory\","
        "\"where\":\"/d \\\"x\\\"\",\"why\":\"pid 7\",\"do\":\"stop it\",\"exit_code\":1}}");
}
}  // namespace
}  // namespace engine
