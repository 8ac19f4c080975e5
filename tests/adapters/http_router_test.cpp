#include "adapters/http/router.hpp"
#include "engine/ports/server_sent_events.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::http
{
namespace
{
HttpHandler nobody()
{
    return [](HttpRequest, std::shared_ptr<HttpExchange>) {};
}

Router table()
{
    Router router;
    router.add("GET", "/v1/tables/{table}/{key}", nobody());
    router.add("GET", "/v1/tables/peg/head", nobody());
    router.add("GET", "/assets/{path...}", nobody());
    router.add("POST", "/v1/requests", nobody());
    router.add("GET", "/v1/status", nobody());
    return router;
}

RouteMatch find(std::string_view method, std::string_view path)
{
    static const auto router = table();
    return router.find(method, *parse_target(path));
}
}  // namespace

TEST(HttpRouter, ParametersAreDecodedSegments)
{
    const auto match = find("GET", "/v1/tables/vault/a%2Fb%20c");
    const auto& found = std::get<RouteFound>(match);
    EXPECT_EQ(find_field(found.parameters, "table"), "vault");
    EXPECT_EQ(find_field(found.parameters, "key"), "a/b c");
}

TEST(HttpRouter, ALiteralWinsOverAParameter)
{
    EXPECT_TRUE(std::get<RouteFound>(find("GET", "/v1/tables/peg/head")).parameters.empty());
}

TEST(HttpRouter, ARestTakesEverySegmentThatIsLeft)
{
    const auto match = find("GET", "/assets/js/app.js");
    EXPECT_EQ(find_field(std::get<RouteFound>(match).parameters, "path"), "js/app.js");
}

TEST(HttpRouter, AnEmptySegmentIsNoParameter)
{
    EXPECT_TRUE(std::holds_alternative<RouteNotFound>(find("GET", "/v1/tables/vault/")));
}

TEST(HttpRouter, GetAnswersHead)
{
    EXPECT_TRUE(std::holds_alternative<RouteFound>(find("HEAD", "/v1/status")));
    EXPECT_TRUE(std::holds_alternative<MethodNotAllowed>(find("HEAD", "/v1/requests")));
}

TEST(HttpRouter, AnotherMethodIsToldWhichOnesThereAre)
{
    EXPECT_EQ(std::get<MethodNotAllowed>(find("DELETE", "/v1/status")).allow, "GET, HEAD");
}

TEST(HttpRouter, AMisspeltPathIsToldTheNearestOne)
{
    EXPECT_EQ(std::get<RouteNotFound>(find("GET", "/v1/statsu")).nearest, "/v1/status");
    EXPECT_EQ(std::get<RouteNotFound>(find("GET", "/something/else")).nearest, "");
}

TEST(HttpTarget, QueryIsDecodedInOrder)
{
    const auto target = parse_target("/a?x=1&y=a+b%26c&flag&x=2");
    EXPECT_EQ(target->query, (HttpFields{{"x", "1"}, {"y", "a b&c"}, {"flag", ""}, {"x", "2"}}));
    EXPECT_EQ(target->path, "/a");
}

TEST(HttpTarget, TheAbsoluteFormIsUnderstood)
{
    EXPECT_EQ(parse_target("http://localhost:80/v1/x")->path, "/v1/x");
}

TEST(HttpTarget, BrokenCodesAndZeroBytesAreRefused)
{
    for (const auto* bad : {"", "v1", "/%", "/%4", "/%zz", "/%00", "/a?x=%0", "*"})
        EXPECT_FALSE(parse_target(bad)) << bad;
}

RC_GTEST_PROP(HttpTarget, DecodingUndoesEncoding, (std::string text))
{
    std::erase(text, '\0');
    const auto target = parse_target("/" + percent_encode(text) + "?k=" + percent_encode(text));
    RC_ASSERT(target.has_value());
    RC_ASSERT(target->segments == std::vector<std::string>{text});
    RC_ASSERT(target->query == (HttpFields{{"k", text}}));
}

TEST(ServerSentEvents, EveryLineOfTheDataIsAField)
{
    EXPECT_EQ(server_sent_event("7.1", "peg", "a\nb"), "id: 7.1\nevent: peg\ndata: a\ndata: b\n\n");
    EXPECT_EQ(server_sent_event("", "", ""), "data: \n\n");
}
}  // namespace engine::http
