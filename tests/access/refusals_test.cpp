// Every reason that access knows to say no: met once, missed narrowly once, and nothing is written
// by what is refused.

#include "tests/access/refusals.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace engine::test
{
namespace
{
void expect_refused(const Refusal& row, Fate fate)
{
    FoldAlone fold{access_genesis()};
    const auto outcome = row.refused(fold);
    EXPECT_EQ(outcome.verdict.name(), row.reason.name);
    EXPECT_EQ(outcome.verdict.code(), row.reason.code);
    EXPECT_EQ(outcome.fate, fate);
    EXPECT_TRUE(outcome.changes.empty());
    EXPECT_TRUE(outcome.effects.empty());
}

void expect_passes(const Refusal& row)
{
    FoldAlone fold{access_genesis()};
    EXPECT_EQ(row.passes(fold).verdict.name(), "accepted");
}

void expect_table(const std::vector<Refusal>& rows, Fate fate)
{
    for (const auto& row : rows)
    {
        SCOPED_TRACE(std::string{row.reason.name}.append(": ").append(row.what));
        expect_refused(row, fate);
        expect_passes(row);
    }
}

TEST(AccessRefusals, AuthorsWhoMayNotSpeakAreRefusedAndTheirNeighboursPass)
{
    expect_table(refusals_of_authors(), Fate::refused);
}

TEST(AccessRefusals, OrdersThatMayNotStandAreRefusedAndTheirNeighboursPass)
{
    expect_table(refusals_of_events(), Fate::refused);
}

TEST(AccessRefusals, AGenesisThatContradictsItselfIsRefusedAndItsNeighbourPasses)
{
    expect_table(refusals_of_genesis(), Fate::refused);
}

TEST(AccessRefusals, DuplicatesGapsAndWhatIsOverARateStayOutsideAndTheirNeighboursPass)
{
    expect_table(what_stays_outside(), Fate::outside);
}

/// The reasons that a header declares, by code.
std::map<std::uint16_t, std::string> reasons_in(const std::string& header)
{
    std::ifstream file{std::string{REFOLD_SOURCE_DIR} + "/" + header};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const std::regex declaration{R"re(Reject k\w+\{\s*(0x[0-9a-f]{4}),\s*"([^"]+)")re"};
    std::map<std::uint16_t, std::string> out;
    for (std::sregex_iterator it{text.begin(), text.end(), declaration}, end; it != end; ++it)
    {
        const auto code = static_cast<std::uint16_t>(std::stoul((*it)[1], nullptr, 16));
        EXPECT_TRUE(out.emplace(code, (*it)[2]).second) << "twice: " << (*it)[1];
    }
    return out;
}

TEST(AccessRefusals, EveryReasonInTheHeadersHasARow)
{
    std::map<std::uint16_t, std::string> tested;
    for (const auto& rows :
        {refusals_of_authors(), refusals_of_events(), refusals_of_genesis(), what_stays_outside()})
    {
        for (const auto& row : rows)
            tested.emplace(row.reason.code, row.reason.name);
    }
    auto declared = reasons_in("engine/domain/access/rejects.hpp");
    EXPECT_GT(declared.size(), 10u);
    declared.merge(reasons_in("engine/core/verdict.hpp"));
    EXPECT_EQ(tested, declared);
}
}  // namespace
}  // namespace engine::test
