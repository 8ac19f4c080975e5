// Man pages and shell completion come from the same tables as --help, and leave nothing out.

#include "engine/cli/documented.hpp"
#include "engine/cli/man_pages.hpp"
#include "engine/runtime/config/option.hpp"
#include "tests/cli/call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace engine::cli::test
{
namespace
{
using testing::HasSubstr;
using testing::IsEmpty;

const ManPage* find_page(const std::vector<ManPage>& pages, std::string name)
{
    std::replace(name.begin(), name.end(), ' ', '-');
    for (const auto& page : pages)
    {
        if (page.name == name)
            return &page;
    }
    return nullptr;
}

/// As it stands in a page.
std::string in_roff(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += c == '-' ? std::string{"\\-"} : std::string{c};
    return out;
}

TEST(ManPages, EveryCommandHasOneWithEachOfItsFlags)
{
    const auto pages = man_pages();
    for (const auto& program : all_programs())
    {
        for (const auto& command : program.commands)
        {
            const auto* page = find_page(pages, full_name(program, command));
            ASSERT_TRUE(page) << full_name(program, command);
            for (const auto& flag : command.flags)
                EXPECT_THAT(page->text, HasSubstr(in_roff("--" + std::string{flag.name})));
            for (const auto& flag : common_flags(command))
                EXPECT_THAT(page->text, HasSubstr(in_roff("--" + std::string{flag.name})));
        }
    }
}

TEST(ManPages, EveryKeyOfTheConfigurationIsOnItsPage)
{
    const auto pages = man_pages();
    const auto* page = find_page(pages, "refold.toml");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->section, 5);
    for (const auto& option : options())
        EXPECT_THAT(page->text, HasSubstr(in_roff(dotted_name(option)))) << dotted_name(option);
}

TEST(ManPages, AreListedPrintedAndWritten)
{
    const TemporaryDirectory directory;
    const auto listed = engine({"man"});
    EXPECT_EQ(listed.code, 0);
    const auto written = engine({"man", "--output", directory / "man"});
    EXPECT_EQ(written.code, 0) << written.err;
    EXPECT_EQ(written.out, listed.out);
    for (const auto& page : man_pages())
    {
        EXPECT_THAT(listed.out, HasSubstr(page.file() + "\n"));
        EXPECT_EQ(engine({"man", page.name}).out, page.text);
        std::ostringstream content;
        content << std::ifstream{directory / "man/" + page.file()}.rdbuf();
        EXPECT_EQ(content.str(), page.text);
    }
    EXPECT_EQ(engine({"man", "engine-nothing"}).code, 64);
}

TEST(ManPages, NoTextIsTakenForARequest)
{
    for (const auto& page : man_pages())
    {
        std::istringstream lines{page.text};
        for (std::string line; std::getline(lines, line);)
        {
            if (line.starts_with('.'))
            {
                EXPECT_THAT(line, testing::ContainsRegex("^\\.(\\\\\"|TH|SH|PP|TP|B|ad|nh)"))
                    << line;
            }
            EXPECT_FALSE(line.starts_with('\'')) << line;
        }
    }
}

TEST(Completion, NamesEveryCommandFlagAndKey)
{
    const auto said = engine({"completion", "bash"});
    ASSERT_EQ(said.code, 0);
    EXPECT_THAT(said.err, IsEmpty());
    for (const auto& program : all_programs())
    {
        for (const auto& command : program.commands)
        {
            const auto row = "'" + full_name(program, command) + "') echo '";
            const auto at = said.out.find(row, said.out.find("_refold_flags"));
            ASSERT_NE(at, said.out.npos) << row;
            const auto flags = said.out.substr(at, said.out.find('\n', at) - at) + " ";
            for (const auto& flag : command.flags)
                EXPECT_THAT(flags, HasSubstr("--" + std::string{flag.name})) << row;
            for (const auto& option : options())
            {
                if (command.configured)
                {
                    EXPECT_THAT(flags, HasSubstr("--" + dotted_name(option))) << row;
                }
            }
        }
    }
}

TEST(Completion, OtherShellsAreNotGuessed)
{
    EXPECT_EQ(engine({"completion", "tcsh"}).code, 64);
    EXPECT_EQ(engine({"completion"}).code, 64);
}
}  // namespace
}  // namespace engine::cli::test
