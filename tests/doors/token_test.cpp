#include "engine/runtime/doors/token.hpp"

#include "engine/base/hex.hpp"
#include "engine/runtime/doors/token_list.hpp"

#include <gtest/gtest.h>

#include <array>

namespace engine::doors
{
namespace
{
std::string token(std::uint8_t seed)
{
    std::array<std::uint8_t, 36> bytes{};
    bytes.fill(seed);
    return token_text(bytes);
}

TokenRecord record(std::string name, std::uint8_t seed, std::optional<LogTime> expires = {})
{
    TokenRecord out;
    const auto text = token(seed);
    const auto parts = *parse_token(text);
    out.name = std::move(name);
    out.id = parts.id;
    out.created = LogTime{1000};
    out.expires = expires;
    out.salt.fill(static_cast<std::uint8_t>(seed + 1));
    out.hash = hash_token(out.salt, parts.secret);
    return out;
}

TEST(Token, IsReadBackFromItsText)
{
    const auto text = token(0xab);
    EXPECT_EQ(text.substr(0, 20), "refold_abababab_abab");
    EXPECT_EQ(text.size(), 80U);
    const auto parts = parse_token(text);
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->id, "abababab");
    EXPECT_EQ(parts->secret.size(), 64U);
}

TEST(Token, AnythingElseIsNone)
{
    const auto good = token(0x5c);
    for (const auto& bad : {std::string{}, good.substr(1), good + "0", good.substr(0, 79),
             "Refold" + good.substr(6), good.substr(0, 15) + "-" + good.substr(16),
             good.substr(0, 79) + "C", good.substr(0, 79) + "g", std::string(80, '0')})
        EXPECT_FALSE(parse_token(bad)) << bad;
}

TEST(Token, MatchesItsOwnRecordAndNoOther)
{
    const auto mine = record("a", 1);
    const auto text = token(1);
    const auto secret = parse_token(text)->secret;
    EXPECT_TRUE(matches(mine, secret));
    for (std::size_t i = 0; i < secret.size(); ++i)
    {
        std::string changed{secret};
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_FALSE(matches(mine, changed)) << i;
    }
    auto salted = mine;
    salted.salt[15] ^= 1;
    EXPECT_FALSE(matches(salted, secret));
}

TEST(TokenList, IsReadBackFromItsTextAndHoldsNoSecret)
{
    const TokenList list{record("monitor", 1), record("wallet-2.x", 2, LogTime{5000})};
    const auto text = to_text(list);
    const auto again = parse_token_list(text);
    ASSERT_TRUE(again);
    EXPECT_EQ(to_text(*again), text);
    EXPECT_EQ((*again)[1].expires, LogTime{5000});
    for (std::uint8_t seed : {std::uint8_t{1}, std::uint8_t{2}})
        EXPECT_EQ(text.find(std::string{parse_token(token(seed))->secret}), std::string::npos);
    EXPECT_TRUE(parse_token_list("")->empty());
}

TEST(TokenList, ALineThatIsNotWholeIsRefusedWithItsNumber)
{
    const auto line = [](const TokenRecord& made) {
        auto text = to_text({made});
        return text.substr(text.find("token 1"));
    };
    const auto good = line(record("monitor", 1));
    const auto refused = [&](const std::string& text) -> std::size_t {
        const auto read = parse_token_list("# a comment\n" + good + text);
        return read ? 0 : read.error().line;
    };
    EXPECT_EQ(refused(line(record("other", 2))), 0U);
    EXPECT_EQ(refused(line(record("monitor", 2))), 3U) << "a name twice";
    EXPECT_EQ(refused(line(record("other", 1))), 3U) << "an id twice";
    EXPECT_EQ(refused("token 2 x\n"), 3U);
    EXPECT_EQ(refused("\n"), 3U);
    for (const auto& [from, to] : std::initializer_list<std::pair<std::string, std::string>>{
             {"read", "root"}, {" 1000 ", " 01000 "}, {" 1000 ", " -1 "}, {"never", "Never"},
             {"02020202", "0202020"}, {" never", "  never"}, {"other", "oth/er"}})
    {
        auto text = line(record("other", 2));
        const auto at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        EXPECT_EQ(refused(text), 3U) << from << " -> " << to;
    }
    EXPECT_FALSE(parse_token_list(good.substr(0, good.size() - 1))) << "cut short";
}

TEST(TokenList, HoldsNoMoreThanItsBound)
{
    TokenList list;
    for (std::size_t i = 0; i <= kTokensMost; ++i)
    {
        auto made = record("t" + std::to_string(i), 1);
        made.id = to_hex(std::array{std::uint8_t{0}, std::uint8_t{0},
            static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i & 255)});
        list.push_back(std::move(made));
    }
    EXPECT_FALSE(parse_token_list(to_text(list)));
    list.pop_back();
    EXPECT_TRUE(parse_token_list(to_text(list)));
}
}  // namespace
}  // namespace engine::doors
