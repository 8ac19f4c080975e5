#include "engine/domain/bitcoin/state.hpp"
#include "engine/runtime/bitcoin_intake.hpp"

#include <gtest/gtest.h>

namespace engine
{
namespace
{
using bitcoin::RescanRange;
using bitcoin::RescanState;

RescanState rescan(std::uint32_t version, std::uint32_t from, std::uint32_t next)
{
    RescanState state;
    state.open = RescanRange{version, ChainHeight{from}, ChainHeight{20}};
    state.next = ChainHeight{next};
    return state;
}

bool is_news(std::optional<RescanState> before, std::optional<RescanState> after)
{
    const auto bytes_of = [](const std::optional<RescanState>& state) {
        return state ? encode_row(*state) : Bytes{};
    };
    const auto old_row = bytes_of(before);
    const auto new_row = bytes_of(after);
    const auto view_of = [](bool there, const Bytes& bytes) {
        return there ? std::optional<ByteView>{bytes} : std::nullopt;
    };
    Changes changes;
    changes.set(bitcoin::kRescan.id, {}, view_of(before.has_value(), old_row),
        view_of(after.has_value(), new_row));
    return is_news_to_follower(changes);
}

TEST(FollowerNews, AnotherVersionOfTheWatchListIsNews)
{
    const auto row = encode_row(bitcoin::WatchState{2, {3}});
    Changes changes;
    EXPECT_FALSE(is_news_to_follower(changes));
    changes.set(bitcoin::kWatch.id, {}, std::nullopt, ByteView{row});
    EXPECT_TRUE(is_news_to_follower(changes));
}

TEST(FollowerNews, ARescanThatOpensIsNews)
{
    EXPECT_TRUE(is_news(std::nullopt, rescan(2, 5, 5)));
    EXPECT_TRUE(is_news(rescan(2, 5, 20), rescan(3, 4, 4)));
}

TEST(FollowerNews, HowFarARescanHasComeAndItsEndAreNoNews)
{
    EXPECT_FALSE(is_news(rescan(2, 5, 5), rescan(2, 5, 11)));
    EXPECT_FALSE(is_news(rescan(2, 5, 20), std::nullopt));
}

TEST(FollowerNews, WhatIsQueuedBehindARescanIsNoNewsYet)
{
    auto queued = rescan(2, 5, 11);
    queued.queued = RescanRange{3, ChainHeight{1}, ChainHeight{20}};
    EXPECT_FALSE(is_news(rescan(2, 5, 11), queued));
}

TEST(FollowerNews, OtherTablesAreNoNews)
{
    const Bytes row{1};
    Changes changes;
    changes.set(bitcoin::kTip.id, {}, std::nullopt, ByteView{row});
    EXPECT_FALSE(is_news_to_follower(changes));
}
}  // namespace
}  // namespace engine
