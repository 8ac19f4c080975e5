#include "adapters/http/server.hpp"

#include "engine/ports/problem.hpp"
#include "tests/adapters/raw_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace engine::http
{
namespace
{
using test::RawSocket;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A server that is asked by those who mean no good. After each test it still answers others.
class HostileClients : public testing::Test
{
protected:
    HttpLimits limits;
    HttpGuard guard;
    std::unique_ptr<HttpServer> server;
    std::atomic<int> handled{0};

    HostileClients()
    {
        limits.header_ms = 300;
        limits.body_ms = 300;
        limits.idle_ms = 1'000;
        limits.write_ms = 500;
    }

    void start()
    {
        Router router;
        router.add("GET", "/hello", [this](HttpRequest, std::shared_ptr<HttpExchange> answer) {
            ++handled;
            answer->respond({200, "text/plain", {}, "hello"});
        });
        router.add(
            "POST", "/echo", [this](HttpRequest request, std::shared_ptr<HttpExchange> answer) {
                ++handled;
                answer->respond({200, "text/plain", {}, request.body});
            });
        router.add("GET", "/large", [](HttpRequest, std::shared_ptr<HttpExchange> answer) {
            answer->respond({200, "text/plain", {}, std::string(32 << 20, 'x')});
        });
        ListenOn where;
        where.guard = guard;
        auto started = HttpServer::start(where, std::move(router), limits);
        ASSERT_TRUE(started);
        server = *std::move(started);
    }

    void TearDown() override
    {
        if (server)
        {
            EXPECT_THAT(ask("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                HasSubstr("200 OK"));
        }
    }

    std::string ask(std::string_view bytes) const
    {
        RawSocket client{server->port()};
        client.send(bytes);
        return client.receive_all(2000);
    }
};

struct Smuggled
{
    const char* name;
    const char* fields;
};

class SmuggledRequests : public HostileClients, public testing::WithParamInterface<Smuggled>
{};

// What one program takes for a body, another takes for a request: neither is answered as one.
TEST_P(SmuggledRequests, AreRefusedAndEndTheConnection)
{
    start();
    const auto answer =
        ask("POST /echo HTTP/1.1\r\nHost: localhost\r\n" + std::string{GetParam().fields} +
            "\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(answer, Not(HasSubstr("200 OK")));
    EXPECT_EQ(handled, 0);
}

INSTANTIATE_TEST_SUITE_P(Forms, SmuggledRequests,
    testing::Values(
        Smuggled{"LengthThenChunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"},
        Smuggled{"ChunkedThenLength", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"},
        Smuggled{"TwoLengths", "Content-Length: 5\r\nContent-Length: 6\r\n"},
        Smuggled{"LengthList", "Content-Length: 5, 6\r\n"},
        Smuggled{"SignedLength", "Content-Length: +5\r\n"},
        Smuggled{"HexLength", "Content-Length: 0x5\r\n"},
        Smuggled{"HugeLength", "Content-Length: 18446744073709551617\r\n"},
        Smuggled{"UnknownCoding", "Transfer-Encoding: xchunked\r\n"},
        Smuggled{"Identity", "Transfer-Encoding: identity\r\n"},
        Smuggled{"ChunkedFirst", "Transfer-Encoding: chunked, identity\r\n"},
        Smuggled{"ChunkedLast", "Transfer-Encoding: identity, chunked\r\n"},
        Smuggled{"ChunkedTwice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"},
        Smuggled{"SpaceBeforeColon", "Transfer-Encoding : chunked\r\n"},
        Smuggled{"TwoHosts", "Host: 127.0.0.1\r\nContent-Length: 5\r\n"}),
    [](const auto& form) { return std::string{form.param.name}; });

TEST_F(HostileClients, OldHttpMayHaveNoChunks)
{
    start();
    EXPECT_THAT(
        ask("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
        StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nab"), HasSubstr("200 OK"));
    EXPECT_THAT(ask("GET /hello HTTP/2.0\r\nHost: localhost\r\n\r\n"), Not(HasSubstr("200 OK")));
}

TEST_F(HostileClients, OddTargetsAndMethodsAreRefused)
{
    start();
    const auto status = [&](const std::string& line) {
        const auto answer = ask(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return answer.size() > 12 ? answer.substr(9, 3) : std::string{"---"};
    };
    EXPECT_EQ(status("GET *"), "400");
    EXPECT_EQ(status("CONNECT 127.0.0.1:22"), "400");
    EXPECT_EQ(status("GET /hello%00"), "400");
    EXPECT_EQ(status("GET /%2"), "400");
    EXPECT_EQ(status("GET /hello?a=%u0041"), "400");
    EXPECT_EQ(status("GET /%2e%2e/%2e%2e/etc/passwd"), "404");
    EXPECT_EQ(status("GET /../../etc/passwd"), "404");
    EXPECT_EQ(status("GET //hello"), "404");
    EXPECT_EQ(status("GET /hello%2f"), "404");
    EXPECT_EQ(status("BREW /hello"), "405");
    EXPECT_EQ(status("TRACE /hello"), "405");
    EXPECT_EQ(status("GET /hello?" + std::string(10'000, '&')), "200");
    EXPECT_EQ(status("GET /hello?" + std::string(20'000, 'a')), "431");
}

TEST_F(HostileClients, RubbishAndHalfOpenConnectionsAreEnded)
{
    start();
    std::string rubbish(4096, '\0');
    for (std::size_t i = 0; i < rubbish.size(); ++i)
        rubbish[i] = static_cast<char>(i * 131 + i / 7);
    EXPECT_THAT(ask(rubbish), Not(HasSubstr("200")));
    RawSocket half{server->port()};
    half.send("GET /hel");
    half.finish_sending();
    EXPECT_TRUE(half.closed_by_peer(2000));
    RawSocket shut{server->port()};
    shut.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    shut.finish_sending();
    EXPECT_THAT(shut.receive_all(2000), HasSubstr("200 OK"));
}

TEST_F(HostileClients, ChunksThatNeverEndAreBounded)
{
    limits.body_bytes = 64 * 1024;
    start();
    RawSocket client{server->port()};
    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    const auto piece = "1000\r\n" + std::string(4096, 'c') + "\r\n";
    for (int i = 0; i < 64 && client.send(piece); ++i)
        continue;
    EXPECT_THAT(client.receive_all(2000), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "ffffffffffffffffff\r\n"),
        StartsWith("HTTP/1.1 4"));
}

TEST_F(HostileClients, WhoDoesNotReadItsAnswerIsCut)
{
    start();
    RawSocket client{server->port(), 4096};
    client.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (server->stats().connections_open > 0 && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    EXPECT_EQ(server->stats().connections_open, 0U);
}

TEST_F(HostileClients, AThousandPipelinedRequestsThatNobodyReadsAreBounded)
{
    start();
    RawSocket client{server->port(), 4096};
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client.send(many);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (server->stats().connections_open > 0 && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    EXPECT_EQ(server->stats().connections_open, 0U);
    EXPECT_LT(server->stats().requests, 5U);
}

TEST_F(HostileClients, OneAddressCannotTakeEveryConnection)
{
    limits.connections = 8;
    limits.connections_per_address = 3;
    start();
    std::vector<std::unique_ptr<RawSocket>> held;
    for (int i = 0; i < 3; ++i)
    {
        held.push_back(std::make_unique<RawSocket>(server->port()));
        held.back()->send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
        held.back()->receive_until("hello");
    }
    EXPECT_THAT(ask("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 503 "));
    RawSocket other{server->port(), 0, "127.0.0.9"};
    other.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(other.receive_until("hello"), HasSubstr("200 OK"));
    held.clear();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (server->stats().connections_open > 1 && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
}

TEST_F(HostileClients, TheGuardSpeaksBeforeTheBodyIsRead)
{
    guard = [](const HttpCall& call) -> std::optional<HttpResponse> {
        if (call.pattern == "/hello")
            return std::nullopt;
        return to_response({401, "no", "no",
            std::string{call.authorization.value_or("nothing")} + " from " +
                std::string{call.client_address},
            "ask somebody else"});
    };
    start();
    RawSocket client{server->port()};
    client.send(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n"
        "Content-Length: 1000000\r\n\r\n");
    const auto answer = client.receive_until("}");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 401 "));
    EXPECT_THAT(answer, HasSubstr("Bearer x from 127.0.0.1"));
    EXPECT_EQ(handled, 0);
    EXPECT_THAT(
        ask("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 401 "));
    EXPECT_THAT(ask("GET /hello HTTP/1.1\r\nHost: localhost\r\nAuthorization: a\r\n"
                    "Authorization: b\r\n\r\n"),
        StartsWith("HTTP/1.1 400 "));
}

TEST_F(HostileClients, ARefusalWithoutABodyKeepsTheConnection)
{
    start();
    RawSocket client{server->port()};
    client.send("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.receive_until("}"), StartsWith("HTTP/1.1 404 "));
    client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.receive_until("hello"), HasSubstr("200 OK"));
}
}  // namespace
}  // namespace engine::http
