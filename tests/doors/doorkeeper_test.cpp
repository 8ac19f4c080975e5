#include "engine/runtime/doors/doorkeeper.hpp"

#include "engine/runtime/doors/route_roles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace engine::doors
{
namespace
{
using testing::HasSubstr;
using testing::Not;

class HandClock final : public Clock
{
public:
    std::int64_t wall_ms = 1'000'000;
    std::int64_t steady_ms = 0;

    LogTime now() const override { return LogTime{wall_ms}; }
    std::int64_t monotonic_ms() const override { return steady_ms; }
};

std::string token(std::uint8_t seed)
{
    std::array<std::uint8_t, 36> bytes{};
    bytes.fill(seed);
    return token_text(bytes);
}

TokenRecord record(std::string name, Role role, std::uint8_t seed)
{
    TokenRecord out;
    const auto text = token(seed);
    const auto parts = *parse_token(text);
    out.name = std::move(name);
    out.role = role;
    out.id = parts.id;
    out.hash = hash_token(out.salt, parts.secret);
    return out;
}

/// A door with one token of each role: seeds 1, 2 and 3.
class Door : public testing::Test
{
protected:
    HandClock clock;
    DoorRules rules{.everybody_has_a_name = true};
    std::shared_ptr<TokenList> tokens =
        std::make_shared<TokenList>(TokenList{record("reader", Role::read, 1),
            record("sender", Role::submit, 2), record("operator", Role::operate, 3)});
    std::vector<DoorRefusal> refusals;
    std::optional<Doorkeeper> keeper;

    HttpResponse ask(std::string_view method, std::string_view pattern,
        std::optional<std::string> authorization, std::optional<std::string> certificate = {})
    {
        if (!keeper)
            keeper.emplace(
                clock, rules, [this] { return tokens; },
                [this](const DoorRefusal& refusal) { refusals.push_back(refusal); });
        HttpCall call{method, pattern, {}, {}, "192.0.2.7"};
        if (authorization)
            call.authorization = *authorization;
        if (certificate)
            call.client_name = *certificate;
        return (*keeper)(call).value_or(HttpResponse{});
    }

    unsigned read_with(std::optional<std::string> authorization)
    {
        return ask("GET", "/v1/status", std::move(authorization)).status;
    }
};

std::string header(const HttpResponse& response, std::string_view name)
{
    return std::string{find_field(response.headers, name).value_or("")};
}

TEST_F(Door, NobodyWithoutANameComesIn)
{
    const auto answer = ask("GET", "/v1/status", std::nullopt);
    EXPECT_EQ(answer.status, 401U);
    EXPECT_THAT(answer.body, HasSubstr("token-missing"));
    EXPECT_EQ(header(answer, "WWW-Authenticate"), "Bearer realm=\"refold\"");
    EXPECT_EQ(read_with("Bearer " + token(1)), 200U);
    EXPECT_EQ(read_with("bearer   " + token(1)), 200U);
}

TEST_F(Door, WhereNoNameIsNeededAWrongOneIsStillRefused)
{
    rules.everybody_has_a_name = false;
    EXPECT_EQ(read_with(std::nullopt), 200U);
    EXPECT_EQ(ask("POST", "/v1/checkpoint", std::nullopt).status, 200U);
    EXPECT_EQ(read_with("Bearer " + token(9)), 401U);
    EXPECT_EQ(ask("POST", "/v1/checkpoint", "Bearer " + token(1)).status, 403U);
}

TEST_F(Door, WhatIsNoTokenIsUnknown)
{
    auto near = token(1);
    near.back() = near.back() == '0' ? '1' : '0';
    for (const auto& shown : {std::string{""}, std::string{"Bearer"}, std::string{"Bearer "},
             "Bearer" + token(1), "Basic " + token(1), token(1), "Bearer " + near,
             "Bearer " + token(9), "Bearer " + token(1) + " ", "Bearer " + std::string(5000, 'a')})
    {
        const auto answer = ask("GET", "/v1/status", shown);
        EXPECT_EQ(answer.status, 401U) << shown;
        EXPECT_THAT(answer.body, HasSubstr("token-unknown"));
        EXPECT_THAT(header(answer, "WWW-Authenticate"), HasSubstr("error=\"invalid_token\""));
        EXPECT_THAT(answer.body, Not(HasSubstr(near))) << "what was shown is not repeated";
    }
}

TEST_F(Door, ATokenEndsAtItsTimeAndNotBefore)
{
    (*tokens)[0].expires = LogTime{clock.wall_ms + 10};
    clock.wall_ms += 9;
    EXPECT_EQ(read_with("Bearer " + token(1)), 200U);
    clock.wall_ms += 1;
    EXPECT_THAT(ask("GET", "/v1/status", "Bearer " + token(1)).body, HasSubstr("token-expired"));
}

TEST_F(Door, ARevokedTokenAndAListThatIsGoneLetNobodyIn)
{
    ASSERT_EQ(read_with("Bearer " + token(2)), 200U);
    std::erase_if(*tokens, [](const auto& each) { return each.name == "sender"; });
    EXPECT_EQ(read_with("Bearer " + token(2)), 401U);
    EXPECT_EQ(read_with("Bearer " + token(1)), 200U);
    tokens = nullptr;
    EXPECT_EQ(read_with("Bearer " + token(1)), 401U);
}

TEST_F(Door, EveryRoleMayExactlyWhatTheTableSays)
{
    const std::array roles = {Role::read, Role::submit, Role::operate};
    for (const auto& route : kRouteRoles)
    {
        for (std::size_t i = 0; i < roles.size(); ++i)
        {
            const auto shown = "Bearer " + token(static_cast<std::uint8_t>(i + 1));
            const auto answer = ask(route.method, route.pattern, shown);
            const bool allowed = roles[i] >= route.role;
            EXPECT_EQ(answer.status, allowed ? 200U : 403U)
                << name(roles[i]) << " " << route.method << " " << route.pattern;
            if (!allowed)
            {
                EXPECT_THAT(header(answer, "WWW-Authenticate"),
                    HasSubstr("scope=\"" + std::string{name(route.role)} + "\""));
            }
        }
    }
}

TEST_F(Door, WhatTheTableDoesNotKnowNeedsTheMost)
{
    EXPECT_EQ(ask("DELETE", "/v1/status", "Bearer " + token(2)).status, 403U);
    EXPECT_EQ(ask("POST", "/v1/anything", "Bearer " + token(2)).status, 403U);
    EXPECT_EQ(ask("HEAD", "/v1/status", "Bearer " + token(1)).status, 200U);
    EXPECT_EQ(ask("GET", "", "Bearer " + token(1)).status, 200U) << "no route: the server says 404";
}

TEST_F(Door, ACertificateHasTheRoleOfCertificates)
{
    rules.certificate_role = Role::submit;
    EXPECT_EQ(ask("POST", "/v1/requests", {}, "wallet").status, 200U);
    EXPECT_EQ(ask("POST", "/v1/checkpoint", {}, "wallet").status, 403U);
    EXPECT_EQ(ask("POST", "/v1/checkpoint", "Bearer " + token(3), "wallet").status, 200U);
    EXPECT_EQ(ask("GET", "/v1/status", "Bearer " + token(9), "wallet").status, 401U);
}

TEST_F(Door, ANameThatAsksTooOftenIsToldWhenToComeBackAndOthersAreNotHeldUp)
{
    rules.rate_each = 5;
    for (int i = 0; i < 10; ++i)
        ASSERT_EQ(read_with("Bearer " + token(1)), 200U) << i;
    const auto answer = ask("GET", "/v1/status", "Bearer " + token(1));
    EXPECT_EQ(answer.status, 429U);
    EXPECT_EQ(header(answer, "Retry-After"), "1");
    EXPECT_THAT(answer.body, HasSubstr("ask again in 200 ms"));
    EXPECT_EQ(read_with("Bearer " + token(2)), 200U);
    clock.steady_ms += 199;
    EXPECT_EQ(read_with("Bearer " + token(1)), 429U);
    clock.steady_ms += 1;
    EXPECT_EQ(read_with("Bearer " + token(1)), 200U);
    EXPECT_EQ(read_with("Bearer " + token(1)), 429U);
}

TEST_F(Door, StrangersUseUpNothingOfWhatTheKnownMayAsk)
{
    rules.rate_all = 1;
    for (int i = 0; i < 100; ++i)
        ASSERT_EQ(read_with("Bearer " + token(9)), 401U);
    EXPECT_EQ(read_with("Bearer " + token(1)), 200U);
    EXPECT_EQ(read_with("Bearer " + token(2)), 200U);
    EXPECT_EQ(read_with("Bearer " + token(3)), 429U);
}

TEST_F(Door, ARefusalIsToldWithoutWhatWasShown)
{
    read_with("Bearer " + token(9));
    ask("POST", "/v1/checkpoint", "Bearer " + token(1));
    ASSERT_EQ(refusals.size(), 2U);
    EXPECT_EQ(refusals[0].address, "192.0.2.7");
    EXPECT_EQ(refusals[0].path, "/v1/status");
    EXPECT_EQ(refusals[0].name, "");
    EXPECT_EQ(refusals[1].name, "reader");
    EXPECT_EQ(refusals[1].code, "role-too-low");
}

TEST(Bucket, HoldsTwoSecondsWorthAndNeverMore)
{
    Bucket bucket{3, 0};
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(bucket.take(0), 0);
    EXPECT_EQ(bucket.take(0), 334);
    EXPECT_EQ(bucket.take(333), 1);
    EXPECT_EQ(bucket.take(334), 0);
    int taken = 0;
    while (bucket.take(10'000'000) == 0)
        ++taken;
    EXPECT_EQ(taken, 6);
}

TEST(Bucket, WithoutARateIsNeverEmptyAndAClockThatStandsGivesNothing)
{
    Bucket any{0, 0};
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(any.take(0), 0);
    Bucket one{1, 100};
    EXPECT_EQ(one.take(100), 0);
    EXPECT_EQ(one.take(50), 0);
    EXPECT_GT(one.take(0), 0);
    EXPECT_GT(one.take(100), 0);
}
}  // namespace
}  // namespace engine::doors
