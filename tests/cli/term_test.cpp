#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/progress.hpp"
#include "engine/cli/term/table.hpp"
#include "engine/runtime/logging.hpp"
#include "tests/sim/clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace engine::cli
{
namespace
{
using testing::HasSubstr;
using testing::Not;

TEST(Numbers, AreGroupedByThousands)
{
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(41'902'377), "41,902,377");
    EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(Numbers, BytesHaveThreeDigitsAndAUnit)
{
    EXPECT_EQ(bytes_in_words(0), "0 B");
    EXPECT_EQ(bytes_in_words(608), "608 B");
    EXPECT_EQ(bytes_in_words(999), "999 B");
    EXPECT_EQ(bytes_in_words(1000), "1 kB");
    EXPECT_EQ(bytes_in_words(6170), "6.17 kB");
    EXPECT_EQ(bytes_in_words(12'400'000'000), "12.4 GB");
    EXPECT_EQ(bytes_in_words(999'999), "1.00 MB");
}

TEST(Numbers, DurationsNameTheirTwoLargestUnits)
{
    EXPECT_EQ(duration_in_words(850), "850 ms");
    EXPECT_EQ(duration_in_words(2'340), "2.3 s");
    EXPECT_EQ(duration_in_words(38 * 60'000), "38 min");
    EXPECT_EQ(duration_in_words((12 * 24 + 4) * 3'600'000LL), "12d 4h");
}

TEST(Numbers, TimesAreInUtc)
{
    EXPECT_EQ(time_in_words(LogTime{1'800'000'000'000}), "2027-01-15 08:00:00 UTC");
    EXPECT_EQ(timestamp(LogTime{1'800'000'000'017}), "2027-01-15T08:00:00.017Z");
}

TEST(Numbers, IdsAreShortenedForPeopleAlone)
{
    const std::string id(64, 'a');
    EXPECT_EQ(short_id(id, true), "aaaa..aaaa");
    EXPECT_EQ(short_id(id, false), id);
}

TEST(Numbers, PlacesAreAHeightOrAHeightWithAnIndex)
{
    EXPECT_EQ(parse_place("12")->height, LogHeight{12});
    EXPECT_FALSE(parse_place("12")->index.has_value());
    EXPECT_EQ(parse_place("12.3")->index, 3u);
    for (const auto* bad : {"", ".", "12.", ".3", "12.3.4", "x", "-1", "12.4294967296"})
        EXPECT_FALSE(parse_place(bad).has_value()) << bad;
}

TEST(Tables, AlignTheirColumnsAndEndNoLineInSpaces)
{
    Table table;
    table.column("name").column("count", Align::right).column("note");
    table.add({"a", "1,000", ""});
    table.add({"bcd", "7", "x"});
    std::ostringstream out;
    table.write(out, "  ");
    EXPECT_EQ(out.str(),
        "  name  count  note\n"
        "  a     1,000\n"
        "  bcd       7  x\n");
}

TEST(Tables, CountCharactersAndNotBytes)
{
    Table table;
    table.column("").column("");
    table.add({"\xc3\xa4", "1"});
    table.add({"ab", "2"});
    std::ostringstream out;
    table.write(out);
    EXPECT_EQ(out.str(), "\xc3\xa4   1\nab  2\n");
}

struct Progressing
{
    std::ostringstream out;
    sim::SimClock clock;
    ProgressLine line;

    explicit Progressing(Terminal terminal = {}) : line{out, terminal, clock, "replay"} {}
};

TEST(Progress, NeverGoesBackEvenWhenTheTotalGrows)
{
    Progressing p;
    std::uint32_t last = 0;
    const std::uint64_t totals[] = {1000, 1000, 2000, 4000, 1000, 4000};
    const std::uint64_t done[] = {100, 500, 600, 700, 400, 3900};
    for (std::size_t i = 0; i < 6; ++i)
    {
        p.clock.advance(1000);
        p.line.update(done[i], totals[i]);
        EXPECT_GE(p.line.permille(), last);
        last = p.line.permille();
    }
}

TEST(Progress, ReachesAHundredPercentAtTheEndAndNotBefore)
{
    Progressing p;
    p.clock.advance(60'000);
    p.line.update(1000, 1000);
    EXPECT_LT(p.line.permille(), 1000u);
    EXPECT_THAT(p.out.str(), Not(HasSubstr("100.0 %")));
    p.line.finish();
    EXPECT_EQ(p.line.permille(), 1000u);
    EXPECT_THAT(p.out.str(), HasSubstr("100.0 %"));
}

TEST(Progress, WithoutATerminalWritesEveryTenSecondsAndAtEachTenth)
{
    Progressing p;
    for (int second = 1; second <= 100; ++second)
    {
        p.clock.advance(1000);
        p.line.update(static_cast<std::uint64_t>(second) * 2, 1000);  // 0.2 % a second.
    }
    const auto text = p.out.str();
    const auto lines = std::count(text.begin(), text.end(), '\n');
    EXPECT_GE(lines, 10);
    EXPECT_LE(lines, 12);
    EXPECT_THAT(text, Not(HasSubstr("\r")));
}

TEST(Progress, OnATerminalRewritesOneLine)
{
    Progressing p{{.out_is_terminal = true, .err_is_terminal = true}};
    for (int i = 1; i <= 50; ++i)
    {
        p.clock.advance(200);
        p.line.update(static_cast<std::uint64_t>(i), 50);
    }
    p.line.finish();
    const auto text = p.out.str();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
    EXPECT_GT(std::count(text.begin(), text.end(), '\r'), 10);
}

TEST(Progress, TellsTheTimeThatIsLeftAfterFiveSecondsFromTheLastThirty)
{
    Progressing p;
    p.clock.advance(4'000);
    p.line.update(40, 1000);
    EXPECT_FALSE(p.line.left_ms().has_value());
    for (int second = 5; second <= 60; ++second)
    {
        p.clock.advance(1000);
        p.line.update(static_cast<std::uint64_t>(second) * 10, 1000);
    }
    ASSERT_TRUE(p.line.left_ms().has_value());
    EXPECT_NEAR(static_cast<double>(*p.line.left_ms()), 40'000.0, 2'000.0);
}

TEST(LogLines, AreLogfmtForPeople)
{
    EXPECT_EQ(
        logging::format_line("text", "2026-11-20T18:40:02.017Z", logging::Level::info, "sequencer",
            "block is durable", {{"h", 184211u}, {"path", "/a b"}, {"ok", true}, {"left", -5}}),
        "2026-11-20T18:40:02.017Z info sequencer \"block is durable\" h=184211 path=\"/a b\" "
        "ok=true left=-5");
}

TEST(LogLines, AreOneObjectWithTypesForPrograms)
{
    EXPECT_EQ(logging::format_line("json", "T", logging::Level::warning, "log", "a \"b\"",
                  {{"h", 1u}, {"file", "x\ny"}, {"ok", false}}),
        "{\"time\":\"T\",\"level\":\"warning\",\"part\":\"log\",\"text\":\"a \\\"b\\\"\",\"h\":1,"
        "\"file\":\"x\\ny\",\"ok\":false}");
}
}  // namespace
}  // namespace engine::cli
