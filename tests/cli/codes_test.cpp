// Every code that a program, a rule or the API can answer with is explained.

#include "engine/cli/code_texts.hpp"
#include "engine/log/error.hpp"
#include "engine/runtime/config/error.hpp"
#include "tests/cli/call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace engine::cli::test
{
namespace
{
namespace bj = boost::json;
namespace fs = std::filesystem;
using testing::HasSubstr;

std::string text_of(const fs::path& path)
{
    std::ifstream file{path};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The sources below a folder, tests not among them.
std::vector<std::string> sources(const std::string& folder)
{
    std::vector<std::string> out;
    for (const auto& entry :
        fs::recursive_directory_iterator{std::string{REFOLD_SOURCE_DIR} + "/" + folder})
    {
        if (entry.path().extension() == ".hpp" || entry.path().extension() == ".cpp")
            out.push_back(text_of(entry.path()));
    }
    return out;
}

/// Every first group that a pattern finds.
std::set<std::string> found_in(const std::vector<std::string>& texts, const std::string& pattern)
{
    const std::regex regex{pattern};
    std::set<std::string> out;
    for (const auto& text : texts)
    {
        for (auto it = std::sregex_iterator{text.begin(), text.end(), regex};
             it != std::sregex_iterator{}; ++it)
            out.insert((*it)[1]);
    }
    return out;
}

TEST(Codes, EveryReasonOfTheRulesIsExplained)
{
    auto texts = sources("engine/domain");
    for (auto& more : {sources("engine/core"), sources("engine/fold")})
        texts.insert(texts.end(), more.begin(), more.end());
    const auto declared =
        found_in(texts, "Reject k\\w+\\s*\\{\\s*0x[0-9a-f]{4},\\s*\"([a-z0-9-]+)\"");
    std::set<std::string> explained;
    for (const auto& text : reject_texts())
        explained.emplace(text.reject.name);
    EXPECT_GT(declared.size(), 60u);
    EXPECT_EQ(declared, explained);
}

TEST(Codes, EveryCodeOfTheHttpApiIsExplained)
{
    auto texts = sources("engine/runtime");
    for (auto& more : {sources("adapters/http"), sources("engine/cli")})
        texts.insert(texts.end(), more.begin(), more.end());
    const auto declared = found_in(texts,
        "(?:not_found\\(|bad_request\\(|return \\{[45][0-9][0-9], |to_response\\(\\s*\\{[45][0-9]["
        "0-9], )\"([a-z_-]+)\"");
    std::set<std::string> explained;
    for (const auto& text : problem_texts())
        explained.emplace(text.code);
    for (const auto& code : declared)
    {
        const auto said = engine({"explain", code});
        EXPECT_EQ(said.code, 0) << code << " has no text in engine/cli/problem_texts.cpp";
    }
    EXPECT_GT(declared.size(), 20u);
    for (const auto* of_receipt : {"busy", "stopping"})
        EXPECT_TRUE(explained.contains(of_receipt));
}

TEST(Codes, EveryCodeOfTheLogIsExplained)
{
    for (int code = 0; code <= static_cast<int>(log::LogErrorCode::beyond_end); ++code)
    {
        const std::string name{log::code_name(static_cast<log::LogErrorCode>(code))};
        EXPECT_EQ(engine({"explain", name}).code, 0) << name;
    }
}

TEST(Codes, EachExplanationSaysWhatWhyAndWhatToDo)
{
    std::vector<std::string> codes;
    for (const auto& kind : error_kinds())
        codes.emplace_back(kind.code);
    for (const auto& text : reject_texts())
        codes.emplace_back(text.reject.name);
    for (const auto& text : problem_texts())
        codes.emplace_back(text.code);
    for (const auto& code : codes)
    {
        const auto said = engine({"explain", code, "--json"});
        ASSERT_EQ(said.code, 0) << code;
        const auto answer = bj::parse(said.out);
        EXPECT_EQ(answer.at("code").as_string(), code);
        for (const auto* member : {"what", "why", "do"})
            EXPECT_FALSE(answer.at(member).as_string().empty()) << code << " " << member;
    }
}

TEST(Codes, NoneMeansTwoThings)
{
    std::map<std::string, int> seen;
    for (const auto& kind : error_kinds())
        ++seen[std::string{kind.code}];
    for (const auto& text : reject_texts())
        ++seen[std::string{text.reject.name}];
    for (const auto& text : problem_texts())
        ++seen[std::string{text.code}];
    for (const auto& [code, times] : seen)
        EXPECT_EQ(times, 1) << code;
}

TEST(Codes, AVerdictIsFoundByItsNameAndByItsNumber)
{
    const auto by_name = engine({"explain", "peg-below-minimum"});
    EXPECT_EQ(by_name.code, 0);
    EXPECT_EQ(engine({"explain", "0x0319"}).out, by_name.out);
    EXPECT_EQ(engine({"explain", "793"}).out, by_name.out);
    EXPECT_EQ(verdict_name(0x0319), "peg-below-minimum");
    EXPECT_EQ(verdict_name(0), "accepted");
    EXPECT_EQ(verdict_name(0xffff), "");
}

TEST(Codes, AnUnknownOneIsToldTheNearest)
{
    const auto said = engine({"explain", "peg-below-minimun"});
    EXPECT_EQ(said.code, 64);
    EXPECT_THAT(said.err, HasSubstr("did you mean `peg-below-minimum`?"));
}
}  // namespace
}  // namespace engine::cli::test
