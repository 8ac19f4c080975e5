#include "engine/runtime/logging.hpp"
#include "engine/runtime/line_rate.hpp"
#include "tests/sim/clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace engine::logging
{
namespace
{
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::function<void()>& write)
{
    testing::internal::CaptureStderr();
    write();
    std::istringstream text{testing::internal::GetCapturedStderr()};
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

class LogLines : public testing::Test
{
protected:
    sim::SimClock clock;

    std::vector<std::string> run(const std::function<void()>& lines)
    {
        return lines_of([&] {
            start({"info", "text", &clock});
            lines();
            stop();
        });
    }

    static void repeat() { info("test", "the same again", {{"n", 1}}); }
    static void another() { info("test", "another place"); }
};

TEST_F(LogLines, APlaceThatWritesOftenIsLetThroughTenTimesThenOnceASecond)
{
    const auto lines = run([&] {
        for (int i = 0; i < 1'000; ++i)
            repeat();
        clock.advance(999);
        repeat();
        clock.advance(1);
        repeat();
        repeat();
    });
    ASSERT_EQ(lines.size(), 12U);
    EXPECT_THAT(lines[9], Not(HasSubstr("suppressed")));
    EXPECT_THAT(lines[10], HasSubstr("\"the same again\" n=1 suppressed=991"));
    EXPECT_THAT(lines[11], HasSubstr("left out"));
    EXPECT_THAT(lines[11], HasSubstr("suppressed=1"));
}

TEST_F(LogLines, OnePlaceDoesNotSilenceAnother)
{
    const auto lines = run([&] {
        for (int i = 0; i < 50; ++i)
            repeat();
        another();
    });
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                  [](const auto& line) { return line.find("another place") != line.npos; }),
        1);
}

TEST_F(LogLines, AQuietPlaceGetsItsLinesBack)
{
    const auto lines = run([&] {
        for (int i = 0; i < 10; ++i)
            repeat();
        clock.advance(3'600'000);
        for (int i = 0; i < 10; ++i)
            repeat();
    });
    EXPECT_EQ(lines.size(), 20U);
}

TEST_F(LogLines, LinesBelowTheLevelCostNothingOfTheRate)
{
    const auto lines = run([&] {
        for (const auto level : {Level::debug, Level::info})
        {
            for (int i = 0; i < 10; ++i)
                write(level, "test", "one place", {});
        }
    });
    EXPECT_EQ(lines.size(), 10U);
}

TEST(LineRate, AClockThatIsSetBackSilencesNobodyForLong)
{
    LineRates rates;
    const CallSite site{"a.cpp", 1};
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(rates.admit(site, 1'000'000));
    EXPECT_FALSE(rates.admit(site, 1'000));
    EXPECT_EQ(rates.admit(site, 2'000), 1U);
}

TEST(LineRate, TheJsonFormHasTheCountToo)
{
    EXPECT_EQ(format_line("json", "T", Level::info, "part", "text", {{"h", 7}}, 3),
        R"({"time":"T","level":"info","part":"part","text":"text","h":7,"suppressed":3})");
}
}  // namespace
}  // namespace engine::logging
