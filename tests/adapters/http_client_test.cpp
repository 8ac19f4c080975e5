#include "adapters/http/client.hpp"

#include "adapters/http/server.hpp"
#include "engine/ports/server_sent_events.hpp"
#include "tests/adapters/scripted_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace engine::http
{
namespace
{
using namespace std::chrono_literals;
using test::ScriptedServer;

HttpRequest get(std::string path)
{
    return {"GET", std::move(path), {}, {}, {}, {}};
}

std::unique_ptr<HttpServer> echo_server(std::uint16_t port = 0)
{
    Router router;
    router.add("POST", "/echo", [](HttpRequest request, std::shared_ptr<HttpExchange> answer) {
        answer->respond({200, "text/plain",
            {{"X-Query", std::string{find_field(request.query, "a b").value_or("")}}},
            request.body});
    });
    router.add("GET", "/events", [](HttpRequest, std::shared_ptr<HttpExchange> answer) {
        auto stream = answer->open_stream(event_stream_head());
        for (int i = 0; i < 3; ++i)
            stream->send(server_sent_event(std::to_string(i), "", "x"));
    });
    auto server = HttpServer::start({"127.0.0.1", port, {}}, std::move(router));
    return server ? std::move(*server) : nullptr;
}
}  // namespace

TEST(HttpClient, SendsAndReceivesOverOneConnection)
{
    const auto server = echo_server();
    HttpClient client{{"127.0.0.1", server->port()}};
    for (const auto* body : {"one", "two", ""})
    {
        const auto reply = client.send({"POST", "/echo", {{"a b", "c&d"}}, {}, {}, body});
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->status, 200U);
        EXPECT_EQ(reply->body, body);
        EXPECT_EQ(find_field(reply->headers, "x-query"), "c&d");
    }
    EXPECT_EQ(server->stats().connections, 1U);
}

TEST(HttpClient, SurvivesAServerThatWasRestarted)
{
    auto server = echo_server();
    const auto port = server->port();
    HttpClient client{{"127.0.0.1", port}};
    ASSERT_TRUE(client.send({"POST", "/echo", {}, {}, {}, "x"}));
    server.reset();
    const auto refused = client.send({"POST", "/echo", {}, {}, {}, "x"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ClientErrorKind::connect);
    server = echo_server(port);
    ASSERT_TRUE(server);
    EXPECT_TRUE(client.send({"POST", "/echo", {}, {}, {}, "x"}));
}

TEST(HttpClient, ReadsAStreamToItsEnd)
{
    const auto server = echo_server();
    HttpClient client{{"127.0.0.1", server->port()}};
    std::string text;
    const auto reply = client.stream(get("/events"), [&](std::string_view piece) {
        text += piece;
        return true;
    });
    ASSERT_TRUE(reply);
    EXPECT_EQ(text, "id: 0\ndata: x\n\nid: 1\ndata: x\n\nid: 2\ndata: x\n\n");
}

TEST(HttpClient, AStreamThatIsRefusedComesWithItsProblem)
{
    const auto server = echo_server();
    HttpClient client{{"127.0.0.1", server->port()}};
    const auto reply = client.stream(get("/nothing"), [](std::string_view) { return true; });
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 404U);
    EXPECT_NE(reply->body.find("not_found"), std::string::npos);
}

TEST(HttpClient, AReplyAboveTheLimitIsRefused)
{
    const auto server = echo_server();
    ClientLimits limits;
    limits.reply_bytes = 100;
    HttpClient client{{"127.0.0.1", server->port()}, limits};
    EXPECT_TRUE(client.send({"POST", "/echo", {}, {}, {}, std::string(100, 'x')}));
    const auto refused = client.send({"POST", "/echo", {}, {}, {}, std::string(101, 'x')});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ClientErrorKind::too_large);
    EXPECT_TRUE(client.send({"POST", "/echo", {}, {}, {}, "after it"}));
}

TEST(HttpClient, AServerThatSaysNothingIsGivenUp)
{
    ScriptedServer server{[](const std::string&) { return std::string{}; }};
    ClientLimits limits;
    limits.total_ms = 100;
    HttpClient client{{"127.0.0.1", server.port()}, limits};
    const auto begin = std::chrono::steady_clock::now();
    const auto reply = client.send(get("/"));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ClientErrorKind::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST(HttpClient, AReplyThatBreaksOffIsNoReply)
{
    ScriptedServer server{[](const std::string&) {
        return std::string{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"} +
               ScriptedServer::kHangUp;
    }};
    HttpClient client{{"127.0.0.1", server.port()}};
    const auto reply = client.send(get("/"));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ClientErrorKind::closed);
}

TEST(HttpClient, NonsenseIsMalformed)
{
    ScriptedServer server{[](const std::string&) { return std::string{"SMTP ready\r\n\r\n"}; }};
    HttpClient client{{"127.0.0.1", server.port()}};
    const auto reply = client.send(get("/"));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ClientErrorKind::malformed);
}

TEST(HttpClient, AKeptConnectionThatTheServerClosedIsReplacedOnce)
{
    std::atomic<int> requests{0};
    ScriptedServer server{[&](const std::string&) {
        // Every second request on a connection meets its end.
        return ++requests == 2 ? std::string{ScriptedServer::kHangUp}
                               : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    }};
    HttpClient client{{"127.0.0.1", server.port()}};
    EXPECT_TRUE(client.send(get("/")));
    EXPECT_TRUE(client.send(get("/")));
    EXPECT_EQ(requests, 3);
}

TEST(HttpClient, AnInterruptedCallEndsAtOnce)
{
    ScriptedServer server{[](const std::string&) { return std::string{}; }};
    HttpClient client{{"127.0.0.1", server.port()}};
    std::thread other{[&] {
        std::this_thread::sleep_for(50ms);
        client.interrupt();
    }};
    const auto begin = std::chrono::steady_clock::now();
    const auto reply = client.send(get("/"));
    other.join();
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ClientErrorKind::interrupted);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST(HttpClient, NobodyThereIsSaid)
{
    std::uint16_t port = 0;
    {
        ScriptedServer server{[](const std::string&) { return std::string{}; }};
        port = server.port();
    }
    HttpClient client{{"127.0.0.1", port}};
    const auto reply = client.send(get("/"));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ClientErrorKind::connect);
    EXPECT_NE(reply.error().what.find(std::to_string(port)), std::string::npos);
}
}  // namespace engine::http
