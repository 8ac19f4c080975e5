// What the past says: rows that differ between two heights, every change of a row; and waiting for
// what is to come.

#include "engine/cli/row_diff.hpp"
#include "tests/cli/probe_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace engine::cli::test
{
namespace
{
namespace bj = boost::json;
using testing::HasSubstr;

class PastCommands : public ProbeFixture
{
protected:
    /// Submits a probe and says at which height it stands.
    std::string probed_at(int id, int account, int amount)
    {
        const auto said = probe(id, account, amount);
        EXPECT_EQ(said.code, 0) << said.err;
        const std::string place{bj::parse(said.out).at("place").as_string()};
        return place.substr(0, place.find('.'));
    }

    bj::value json(std::vector<std::string> words)
    {
        words.emplace_back("--json");
        const auto said = read(std::move(words));
        EXPECT_EQ(said.code, 0) << said.err;
        return bj::parse(said.out);
    }
};

TEST_F(PastCommands, ADifferenceHasEachMemberBeforeAndAfterAndTheLastWriter)
{
    start();
    const auto first = probed_at(1, 7, 5);
    probed_at(2, 7, 6);
    const auto last = probed_at(3, 8, 9);
    stop();

    const auto diff = json({"diff", first, last, "probe.accounts"});
    EXPECT_EQ(diff.at("changed"), 1);
    EXPECT_EQ(diff.at("added"), 1);
    EXPECT_EQ(diff.at("removed"), 0);
    EXPECT_EQ(diff.at("complete"), true);
    EXPECT_TRUE(diff.at("next").is_null());
    const auto& changed = diff.at("rows").at(0);
    EXPECT_EQ(changed.at("key"), "7");
    EXPECT_EQ(changed.at("change"), "changed");
    EXPECT_EQ(changed.at("members"), bj::parse(R"([{"member":"count","before":1,"after":2},
                      {"member":"amount","before":5,"after":11}])"));
    EXPECT_EQ(changed.at("kind"), "probe.probed");
    const auto& added = diff.at("rows").at(1);
    EXPECT_EQ(added.at("key"), "8");
    EXPECT_EQ(added.at("change"), "added");
    EXPECT_TRUE(added.at("members").at(0).at("before").is_null());
}

TEST_F(PastCommands, NothingDiffersFromOneHeightToItself)
{
    start();
    const auto height = probed_at(1, 7, 5);
    stop();
    const auto diff = json({"diff", height, height});
    EXPECT_TRUE(diff.at("rows").as_array().empty());
    EXPECT_EQ(diff.at("changed"), 0);
}

TEST_F(PastCommands, ADifferenceIsPagedWithoutLossAndWithoutRepetition)
{
    start();
    std::string last;
    for (int i = 1; i <= 5; ++i)
        last = probed_at(i, i, i);
    stop();
    std::vector<std::string> keys;
    std::vector<std::string> words{"diff", "0", last, "probe.accounts", "--limit", "2"};
    for (int page = 0; page < 3; ++page)
    {
        const auto diff = json(words);
        for (const auto& row : diff.at("rows").as_array())
            keys.emplace_back(row.at("key").as_string());
        if (diff.at("next").is_null())
            break;
        words.resize(6);
        words.insert(words.end(), {"--from", std::string{diff.at("next").at("key").as_string()}});
    }
    EXPECT_THAT(keys, testing::ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(PastCommands, HistoryHasEveryChangeOfARowWithItsEvent)
{
    start();
    const auto first = probed_at(1, 7, 5);
    probed_at(2, 8, 1);
    const auto second = probed_at(3, 7, 6);
    stop();

    const auto history = json({"history", "probe.accounts", "7"});
    EXPECT_EQ(history.at("changes_all"), 2);
    const auto& changes = history.at("changes").as_array();
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[0].at("change"), "added");
    EXPECT_THAT(std::string{changes[0].at("place").as_string()}, testing::StartsWith(first + "."));
    EXPECT_EQ(changes[1].at("change"), "changed");
    EXPECT_EQ(changes[1].at("kind"), "probe.probed");
    EXPECT_EQ(
        changes[1].at("members").at(1), bj::parse(R"({"member":"amount","before":5,"after":11})"));

    const auto later = json({"history", "probe.accounts", "7", "--from", second});
    EXPECT_EQ(later.at("changes_all"), 1);
    const auto newest = json({"history", "probe.totals", "--limit", "1"});
    EXPECT_EQ(newest.at("changes").as_array().size(), 1u);
    EXPECT_EQ(newest.at("changes_all"), 4);
}

TEST_F(PastCommands, ARowThatNothingHasChangedHasNoHistory)
{
    const auto said = read({"history", "probe.accounts", "7", "--json"});
    EXPECT_EQ(said.code, 1);
    EXPECT_EQ(bj::parse(said.out).at("changes_all"), 0);
}

TEST_F(PastCommands, HistoryAndDifferenceBeginAtACheckpointWithTheSameAnswer)
{
    start();
    probed_at(1, 7, 5);
    ASSERT_EQ(ask({"checkpoint"}).code, 0);
    const auto from = probed_at(2, 7, 6);
    const auto to = probed_at(3, 7, 7);
    stop();
    const auto diff = json({"diff", from, to, "probe.accounts"});
    const auto history = json({"history", "probe.accounts", "7", "--from", to});
    std::filesystem::remove_all(data + "/checkpoints");
    EXPECT_EQ(json({"diff", from, to, "probe.accounts"}), diff);
    EXPECT_EQ(json({"history", "probe.accounts", "7", "--from", to}), history);
    EXPECT_EQ(diff.at("rows").at(0).at("members").at(1).at("before"), 11);
}

TEST_F(PastCommands, WhatCantBeMeantIsRefused)
{
    EXPECT_EQ(read({"diff", "1", "0"}).code, 64);
    EXPECT_EQ(read({"diff", "0", "x"}).code, 64);
    EXPECT_EQ(read({"diff", "0", "0", "peg.deposit"}).code, 64);
    EXPECT_EQ(read({"diff", "0", "0", "--from", "7"}).code, 64);
    EXPECT_EQ(read({"diff", "0", "9"}).code, 1);
    EXPECT_EQ(read({"history", "probe.accounts"}).code, 64);
    EXPECT_EQ(read({"history", "probe.accounts", "seven"}).code, 64);
    EXPECT_EQ(read({"history", "probe.totals", "--from", "2", "--to", "1"}).code, 64);
}

TEST_F(PastCommands, WaitingEndsWhenItIsSo)
{
    start();
    const auto height = probed_at(1, 7, 5);
    for (const auto* condition : {"height", "root", "seal"})
        EXPECT_EQ(ask({"wait", condition, height, "--timeout", "1m"}).code, 0) << condition;
    EXPECT_EQ(ask({"wait", "bitcoin", "0", "--timeout", "0"}).code, 0);
    EXPECT_EQ(ask({"wait", "healthy"}).code, 0);
}

TEST_F(PastCommands, WaitingForWhatDoesNotComeIsNo)
{
    start();
    const auto said = ask({"wait", "height", "1000000", "--timeout", "0"});
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.err, HasSubstr("RF-0408"));
    const auto effect = ask({"wait", "effect", std::string(64, 'a'), "--timeout", "0"});
    EXPECT_EQ(effect.code, 1);
    EXPECT_THAT(effect.err, HasSubstr("there is none yet"));
}

TEST(Waiting, ForANodeThatDoesNotAnswerCouldNotTell)
{
    const auto said =
        engine({"wait", "height", "1", "--timeout", "0", "--node", "http://127.0.0.1:1"});
    EXPECT_EQ(said.code, 2);
    EXPECT_THAT(said.err, HasSubstr("RF-0401"));
}

TEST(Waiting, TakesKnownConditionsWithTheirValues)
{
    EXPECT_THAT(engine({"wait", "heihgt", "1"}).err, HasSubstr("did you mean `height`?"));
    for (const auto& words : std::vector<std::vector<std::string>>{{"wait", "height"},
             {"wait", "height", "x"}, {"wait", "healthy", "1"}, {"wait", "effect", "12"},
             {"wait", "height", "1", "--timeout", "2d"},
             {"wait", "height", "1", "--timeout", "25h"}})
        EXPECT_EQ(engine(words).code, 64) << words.back();
}

Bytes key_of(std::uint8_t i)
{
    return {i};
}

Changes one_change(std::uint8_t key, std::optional<Bytes> before, std::optional<Bytes> after)
{
    Changes out;
    const auto view = [](const std::optional<Bytes>& row) {
        return row ? std::optional{ByteView{*row}} : std::nullopt;
    };
    out.set(TableId{1}, key_of(key), view(before), view(after));
    return out;
}

TEST(RowDiffs, ARowThatEndsAsItBeganDoesNotDiffer)
{
    RowDiff diff{std::nullopt, {}, 1 << 20};
    diff.add({LogHeight{1}, 0}, one_change(1, std::nullopt, Bytes{5}));
    diff.add({LogHeight{2}, 0}, one_change(2, Bytes{1}, Bytes{2}));
    diff.add({LogHeight{3}, 0}, one_change(1, Bytes{5}, std::nullopt));
    diff.finish();
    ASSERT_EQ(diff.rows().size(), 1u);
    EXPECT_EQ(diff.rows().begin()->first.second, key_of(2));
}

TEST(RowDiffs, KeepsTheLowestKeysWithinItsMemoryAndSaysWhereItGaveUp)
{
    constexpr std::size_t kThreeRows = 600;
    RowDiff diff{std::nullopt, {}, kThreeRows};
    for (const int key : {9, 1, 8, 2, 7, 3, 9, 8})
        diff.add({LogHeight{1}, 0}, one_change(static_cast<std::uint8_t>(key), Bytes{1}, Bytes{2}));
    diff.finish();
    std::vector<Bytes> kept;
    for (const auto& [key, row] : diff.rows())
        kept.push_back(key.second);
    EXPECT_THAT(kept, testing::ElementsAre(key_of(1), key_of(2), key_of(3)));
    ASSERT_TRUE(diff.given_up_from());
    EXPECT_EQ(diff.given_up_from()->second, key_of(7));
}
}  // namespace
}  // namespace engine::cli::test
