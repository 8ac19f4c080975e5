#include "adapters/http/server.hpp"

#include "engine/ports/problem.hpp"
#include "engine/ports/server_sent_events.hpp"
#include "tests/adapters/raw_socket.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace engine::http
{
namespace
{
using test::RawSocket;
using namespace std::chrono_literals;

/// Keeps what a handler was given, for a test that answers later.
template <typename T>
class Kept
{
    std::mutex m_mutex;
    std::condition_variable m_changed;
    T m_value;

public:
    void put(T value)
    {
        const std::lock_guard lock{m_mutex};
        m_value = std::move(value);
        m_changed.notify_all();
    }

    T take()
    {
        std::unique_lock lock{m_mutex};
        m_changed.wait_for(lock, 5s, [this] { return m_value != nullptr; });
        return std::exchange(m_value, nullptr);
    }
};

template <typename F>
bool becomes_true(F&& condition, std::chrono::milliseconds limit = 5s)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition())
    {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

std::string get(std::string_view path, std::string_view more = "")
{
    return "GET " + std::string{path} + " HTTP/1.1\r\nHost: localhost\r\n" + std::string{more} +
           "\r\n";
}

std::string post(std::string_view path, std::string_view body)
{
    return "POST " + std::string{path} +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string{body};
}

class HttpServerTest : public testing::Test
{
protected:
    HttpLimits limits;
    Kept<std::shared_ptr<HttpExchange>> exchange;
    Kept<std::shared_ptr<HttpStream>> stream;
    std::unique_ptr<HttpServer> server;

    HttpServerTest()
    {
        limits.header_ms = 300;
        limits.body_ms = 300;
        limits.idle_ms = 2'000;
        limits.answer_ms = 2'000;
        limits.write_ms = 1'000;
        limits.drain_ms = 500;
        limits.stream_bytes = 4096;
    }

    void start()
    {
        Router router;
        router.add("GET", "/hello", [](HttpRequest, std::shared_ptr<HttpExchange> answer) {
            answer->respond({200, "text/plain", {{"X-Kind", "greeting"}}, "hello"});
        });
        router.add(
            "GET", "/query/{name}", [](HttpRequest request, std::shared_ptr<HttpExchange> answer) {
                answer->respond({200, "text/plain", {},
                    std::string{*find_field(request.parameters, "name")} + "/" +
                        std::string{find_field(request.query, "q").value_or("none")}});
            });
        router.add("POST", "/echo", [](HttpRequest request, std::shared_ptr<HttpExchange> answer) {
            answer->respond({200, "text/plain", {}, request.body});
        });
        router.add("GET", "/later", [this](HttpRequest, std::shared_ptr<HttpExchange> answer) {
            exchange.put(std::move(answer));
        });
        router.add(
            "GET", "/long",
            [this](HttpRequest, std::shared_ptr<HttpExchange> answer) {
                exchange.put(std::move(answer));
            },
            30'000);
        router.add("GET", "/dropped", [](HttpRequest, std::shared_ptr<HttpExchange>) {});
        router.add("GET", "/throws", [](HttpRequest, std::shared_ptr<HttpExchange>) {
            throw std::runtime_error{"a library gave up"};
        });
        router.add(
            "GET", "/events", [this](HttpRequest request, std::shared_ptr<HttpExchange> answer) {
                auto opened = answer->open_stream(event_stream_head());
                if (!opened)
                    return;
                if (const auto last = find_field(request.headers, "Last-Event-ID"))
                    opened->send(server_sent_event("", "resumed", *last));
                stream.put(std::move(opened));
            });
        auto started = HttpServer::start({}, std::move(router), limits);
        ASSERT_TRUE(started);
        server = std::move(*started);
    }

    RawSocket connect(int receive_buffer = 0) { return RawSocket{server->port(), receive_buffer}; }

    std::string ask(const std::string& request)
    {
        auto client = connect();
        client.send(request);
        return client.receive_all(400);
    }
};
}  // namespace

TEST_F(HttpServerTest, AnswersWithStatusFieldsAndBody)
{
    start();
    const auto answer = ask(get("/hello"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_NE(answer.find("X-Kind: greeting\r\n"), std::string::npos);
    EXPECT_NE(answer.find("Content-Length: 5\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("\r\n\r\nhello"));
}

TEST_F(HttpServerTest, PathAndQueryReachTheHandlerDecoded)
{
    start();
    EXPECT_TRUE(ask(get("/query/a%20b?q=c%2Bd")).ends_with("\r\n\r\na b/c+d"));
}

TEST_F(HttpServerTest, OneConnectionServesManyRequests)
{
    start();
    auto client = connect();
    for (int i = 0; i < 3; ++i)
    {
        client.send(get("/hello"));
        EXPECT_TRUE(client.receive_until("hello").ends_with("hello"));
    }
    EXPECT_EQ(server->stats().connections, 1U);
    EXPECT_EQ(server->stats().requests, 3U);
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder)
{
    start();
    auto client = connect();
    client.send(get("/query/one") + post("/echo", "two") + get("/query/three"));
    const auto answers = client.receive_until("three/none");
    const auto one = answers.find("one/none");
    const auto two = answers.find("\r\n\r\ntwo");
    const auto three = answers.find("three/none");
    EXPECT_LT(one, two);
    EXPECT_LT(two, three);
    EXPECT_NE(three, std::string::npos);
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody)
{
    start();
    auto client = connect();
    client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto head = client.receive_until("\r\n\r\n");
    EXPECT_NE(head.find("Content-Length: 5\r\n"), std::string::npos);
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
    client.send(get("/hello"));
    EXPECT_TRUE(client.receive_until("hello").starts_with("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, AnUnknownPathIsAProblemWithANearName)
{
    start();
    const auto answer = ask(get("/helo"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 ")) << answer;
    EXPECT_NE(answer.find("Content-Type: application/problem+json\r\n"), std::string::npos);
    EXPECT_NE(answer.find("\"code\":\"not_found\""), std::string::npos);
    EXPECT_NE(answer.find("Did you mean /hello?"), std::string::npos);
}

TEST_F(HttpServerTest, AnotherMethodIsAProblemWithTheAllowedOnes)
{
    start();
    const auto answer = ask("DELETE /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 ")) << answer;
    EXPECT_NE(answer.find("Allow: GET, HEAD\r\n"), std::string::npos);
    EXPECT_NE(answer.find("\"code\":\"method_not_allowed\""), std::string::npos);
}

TEST_F(HttpServerTest, AHandlerMayAnswerFromAnotherThreadLater)
{
    start();
    auto client = connect();
    client.send(get("/later"));
    auto waiting = exchange.take();
    ASSERT_TRUE(waiting);
    std::thread{[waiting = std::move(waiting)] {
        waiting->respond({202, "text/plain", {}, "done"});
        waiting->respond({500, "text/plain", {}, "twice"});
    }}.join();
    const auto answer = client.receive_all(300);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 202 ")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\ndone"));
}

TEST_F(HttpServerTest, ADroppedRequestAndAThrowingHandlerAnswer500)
{
    start();
    for (const auto* path : {"/dropped", "/throws"})
    {
        const auto answer = ask(get(path));
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
        EXPECT_NE(answer.find("\"code\":\"no_answer\""), std::string::npos);
    }
}

TEST_F(HttpServerTest, AHandlerThatTakesTooLongIsAnsweredFor)
{
    limits.answer_ms = 50;
    start();
    auto client = connect();
    client.send(get("/later"));
    EXPECT_TRUE(client.receive_until("}\n").starts_with("HTTP/1.1 504 "));
    // The late answer must not go to the next request.
    auto late = exchange.take();
    client.send(get("/later"));
    auto next = exchange.take();
    late->respond({200, "text/plain", {}, "late"});
    next->respond({200, "text/plain", {}, "next"});
    EXPECT_TRUE(client.receive_until("next").ends_with("\r\n\r\nnext"));
}

TEST_F(HttpServerTest, ARouteMayHaveALongerTimeOfItsOwn)
{
    limits.answer_ms = 50;
    start();
    auto client = connect();
    client.send(get("/long"));
    const auto waiting = exchange.take();
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    waiting->respond({200, "text/plain", {}, "done"});
    EXPECT_TRUE(client.receive_until("done").starts_with("HTTP/1.1 200 "));
    // The next request has the usual time again.
    client.send(get("/later"));
    EXPECT_TRUE(client.receive_until("}\n").starts_with("HTTP/1.1 504 "));
}

TEST_F(HttpServerTest, AClientThatHangsUpIsNoticed)
{
    start();
    auto client = connect();
    client.send(get("/later"));
    const auto waiting = exchange.take();
    EXPECT_FALSE(waiting->abandoned());
    client.hang_up();
    EXPECT_TRUE(becomes_true([&] { return waiting->abandoned(); }));
}

TEST_F(HttpServerTest, AHeaderAboveTheLimitIsRefused)
{
    limits.header_bytes = 8192;
    start();
    const auto answer = ask(get("/hello", "X-Long: " + std::string(9000, 'x') + "\r\n"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 ")) << answer;
    EXPECT_NE(answer.find("\"code\":\"header_too_large\""), std::string::npos);
}

TEST_F(HttpServerTest, ABodyAtTheLimitIsTakenAndOneByteMoreIsRefused)
{
    limits.body_bytes = 1000;
    start();
    EXPECT_TRUE(ask(post("/echo", std::string(1000, 'b'))).starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(ask(post("/echo", std::string(1001, 'b'))).starts_with("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, AChunkedBodyCountsAgainstTheSameLimit)
{
    limits.body_bytes = 8;
    start();
    const std::string head =
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_TRUE(ask(head + "8\r\n12345678\r\n0\r\n\r\n").ends_with("\r\n\r\n12345678"));
    EXPECT_TRUE(ask(head + "5\r\n12345\r\n4\r\n6789\r\n0\r\n\r\n").starts_with("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, HalfARequestIsTimedOut)
{
    start();
    auto client = connect();
    client.send("GET /hello HTT");
    EXPECT_TRUE(client.receive_all(2000).starts_with("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, ASlowlyDrippingHeaderGetsNoMoreTime)
{
    start();
    auto client = connect();
    const auto begin = std::chrono::steady_clock::now();
    bool alive = true;
    for (int i = 0; i < 40 && alive; ++i)
    {
        alive = client.send("x") && server->stats().connections_open == 1;
        if (client.receive_until("408", 50).find("408") != std::string::npos)
            break;
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1500ms);
}

TEST_F(HttpServerTest, ABodyThatStopsHalfwayIsTimedOut)
{
    start();
    auto client = connect();
    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345");
    EXPECT_TRUE(client.receive_all(2000).starts_with("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, AnIdleConnectionIsClosedWithoutAWord)
{
    limits.idle_ms = 100;
    start();
    auto client = connect();
    EXPECT_EQ(client.receive_all(2000), "");
    EXPECT_TRUE(becomes_true([&] { return server->stats().connections_open == 0; }));
}

TEST_F(HttpServerTest, NonsenseIsRefused)
{
    start();
    EXPECT_TRUE(ask("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(ask("GET /hello HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(ask(get("/%zz")).starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(ask(get("/hello", "Content-Length: 1\r\nContent-Length: 2\r\n"))
                    .starts_with("HTTP/1.1 400 "));
}

TEST_F(HttpServerTest, ABodyWithTwoLengthsIsRefused)
{
    start();
    const std::string head = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
    const std::string length = "Content-Length: 5\r\n";
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    const std::string body = "\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (const auto& fields : {length + chunked, chunked + length})
    {
        const auto answer = ask(head + fields + body);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
        EXPECT_EQ(answer.find("200 OK"), std::string::npos);
    }
}

TEST_F(HttpServerTest, NoRequestBreaksTheServer)
{
    limits.header_ms = 20;
    limits.body_ms = 20;
    start();
    const auto good = post("/echo?a=%20", "a body") + get("/hello", "Expect: 100-continue\r\n");
    std::uint32_t random = 12345;
    const auto next = [&](std::size_t bound) {
        random = random * 1664525 + 1013904223;
        return (random >> 8) % bound;
    };
    for (int i = 0; i < 300; ++i)
    {
        auto request = good.substr(0, next(good.size()) + 1);
        for (std::size_t change = next(4); change > 0; --change)
            request[next(request.size())] = static_cast<char>(next(256));
        auto client = connect();
        client.send(request);
        if (next(2) == 0)
            client.receive_until("\r\n\r\n", 20);
    }
    EXPECT_TRUE(ask(get("/hello")).ends_with("hello"));
}

TEST_F(HttpServerTest, AForeignHostNameIsRefused)
{
    start();
    const auto answer = ask("GET /hello HTTP/1.1\r\nHost: rebound.example:7117\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 421 ")) << answer;
    for (const auto* host : {"localhost:7117", "127.0.0.1", "[::1]:80", "LOCALHOST"})
    {
        EXPECT_TRUE(ask("GET /hello HTTP/1.1\r\nHost: " + std::string{host} + "\r\n\r\n")
                        .starts_with("HTTP/1.1 200 "))
            << host;
    }
}

TEST_F(HttpServerTest, AnExpectedContinueIsSent)
{
    start();
    auto client = connect();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
        "2\r\n\r\n");
    EXPECT_TRUE(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 100 "));
    client.send("ok");
    EXPECT_TRUE(client.receive_until("\r\n\r\nok").starts_with("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, OneConnectionTooManyIsToldSo)
{
    limits.connections = 2;
    start();
    auto one = connect();
    auto two = connect();
    one.send(get("/hello"));
    two.send(get("/hello"));
    one.receive_until("hello");
    two.receive_until("hello");
    auto three = connect();
    three.send(get("/hello"));
    EXPECT_TRUE(three.receive_all(1000).starts_with("HTTP/1.1 503 "));
    EXPECT_EQ(server->stats().connections_refused, 1U);
    one.hang_up();
    EXPECT_TRUE(becomes_true([&] { return server->stats().connections_open == 1; }));
    auto four = connect();
    four.send(get("/hello"));
    EXPECT_TRUE(four.receive_until("hello").starts_with("HTTP/1.1 200 "));
}

// Streams.

TEST_F(HttpServerTest, AStreamCarriesEventsWithTheirIds)
{
    start();
    auto client = connect();
    client.send(get("/events"));
    const auto events = stream.take();
    ASSERT_TRUE(events);
    EXPECT_TRUE(events->send(server_sent_event("7.0", "peg", "{}"), "7.0"));
    const auto text = client.receive_until("data: {}\n\n");
    EXPECT_NE(text.find("Content-Type: text/event-stream\r\n"), std::string::npos);
    EXPECT_NE(text.find("id: 7.0\nevent: peg\ndata: {}\n\n"), std::string::npos);
}

TEST_F(HttpServerTest, AResumingClientSaysItsLastId)
{
    start();
    auto client = connect();
    client.send(get("/events", "Last-Event-ID: 41.3\r\n"));
    EXPECT_NE(client.receive_until("41.3").find("event: resumed\ndata: 41.3"), std::string::npos);
}

TEST_F(HttpServerTest, AQuietStreamCarriesComments)
{
    limits.keep_alive_ms = 50;
    start();
    auto client = connect();
    client.send(get("/events"));
    EXPECT_NE(
        client.receive_until(": keep-alive", 1000).find(": keep-alive\n\n"), std::string::npos);
    EXPECT_NE(
        client.receive_until(": keep-alive", 1000).find(": keep-alive\n\n"), std::string::npos);
}

TEST_F(HttpServerTest, AClosedStreamEndsAfterWhatWasQueued)
{
    start();
    auto client = connect();
    client.send(get("/events"));
    auto events = stream.take();
    for (int i = 0; i < 10; ++i)
        events->send(server_sent_event(std::to_string(i), "", "x"), std::to_string(i));
    events->close();
    EXPECT_FALSE(events->send("more"));
    const auto text = client.receive_all(2000);
    EXPECT_NE(text.find("id: 9\n"), std::string::npos);
    EXPECT_TRUE(text.ends_with("0\r\n\r\n"));
}

TEST_F(HttpServerTest, AProducerWithABacklogIsPacedByRoomAndDrained)
{
    start();
    auto client = connect();
    client.send(get("/events"));
    const auto events = stream.take();
    std::string received;
    std::thread reader{[&] { received = client.receive_until("id: 1999\n"); }};
    for (int next = 0; next < 2000;)
    {
        const auto frame = server_sent_event(std::to_string(next), "", std::string(100, 'x'));
        if (events->room() >= frame.size())
        {
            ASSERT_TRUE(events->send(frame, std::to_string(next)));
            ++next;
            continue;
        }
        std::atomic<bool> drained{false};
        events->when_drained([&] { drained = true; });
        ASSERT_TRUE(becomes_true([&] { return drained.load(); }));
    }
    reader.join();
    EXPECT_NE(received.find("id: 1999\n"), std::string::npos);
    EXPECT_EQ(server->stats().streams_cut, 0U);
}

TEST_F(HttpServerTest, AClientThatDoesNotReadIsCutAndToldItsLastId)
{
    limits.stream_bytes = 64 * 1024;
    limits.write_ms = 5'000;
    start();
    auto client = connect(4096);
    client.send(get("/events"));
    const auto events = stream.take();
    int sent = 0;
    while (events->send(
        server_sent_event(std::to_string(sent), "", std::string(1000, 'x')), std::to_string(sent)))
    {
        ASSERT_LT(++sent, 100'000);
        std::this_thread::sleep_for(50us);
    }
    EXPECT_FALSE(events->open());

    // It reads at last: whole events without a gap, then the cut with the id of the last one.
    const auto text = client.receive_all(2000);
    const auto cut = text.rfind("event: cut");
    ASSERT_NE(cut, std::string::npos);
    const auto last = text.rfind("\nid: ", cut);
    ASSERT_NE(last, std::string::npos);
    const auto id = text.substr(last + 5, text.find('\n', last + 5) - last - 5);
    EXPECT_NE(text.find("\"last_id\":\"" + id + "\""), std::string::npos) << text.substr(cut);
    for (int i = 0; i <= std::stoi(id); ++i)
        ASSERT_NE(text.find("id: " + std::to_string(i) + "\n"), std::string::npos) << i;
    EXPECT_EQ(server->stats().streams_cut, 1U);
}

TEST_F(HttpServerTest, AClientThatNeverReadsLosesItsConnection)
{
    limits.write_ms = 200;
    start();
    auto client = connect(4096);
    client.send(get("/events"));
    const auto events = stream.take();
    while (events->send(std::string(100'000, 'x')))
        std::this_thread::sleep_for(1ms);
    EXPECT_TRUE(becomes_true([&] { return server->stats().connections_open == 0; }));
    EXPECT_EQ(server->stats().streams_open, 0U);
}

TEST_F(HttpServerTest, AStreamWhoseClientHangsUpEnds)
{
    start();
    auto client = connect();
    client.send(get("/events"));
    const auto events = stream.take();
    client.hang_up();
    EXPECT_TRUE(becomes_true([&] { return !events->open(); }));
    EXPECT_FALSE(events->send("x"));
}

TEST_F(HttpServerTest, OneStreamTooManyIsRefusedAndASlotComesBack)
{
    limits.streams = 1;
    start();
    auto one = connect();
    one.send(get("/events"));
    auto events = stream.take();
    const auto refused = ask(get("/events"));
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
    EXPECT_NE(refused.find("too_many_streams"), std::string::npos);
    events->close();
    EXPECT_TRUE(becomes_true([&] { return server->stats().streams_open == 0; }));
    auto two = connect();
    two.send(get("/events"));
    EXPECT_TRUE(stream.take());
}

// Stopping.

TEST_F(HttpServerTest, StoppingWaitsForTheAnswerThatIsUnderWay)
{
    start();
    auto client = connect();
    client.send(get("/later"));
    const auto waiting = exchange.take();
    std::thread answer{[&] {
        std::this_thread::sleep_for(100ms);
        waiting->respond({200, "text/plain", {}, "in time"});
    }};
    const auto port = server->port();
    std::thread reader{[&] {
        const auto text = client.receive_all(2000);
        EXPECT_TRUE(text.ends_with("in time")) << text;
        EXPECT_NE(text.find("Connection: close"), std::string::npos);
        client.hang_up();
    }};
    server->stop();
    answer.join();
    reader.join();
    EXPECT_FALSE(RawSocket{port}.connected());
}

TEST_F(HttpServerTest, StoppingEndsStreamsAndIdleConnections)
{
    start();
    auto idle = connect();
    auto client = connect();
    client.send(get("/events"));
    const auto events = stream.take();
    events->send(server_sent_event("1", "", "last"), "1");
    std::thread reader{[&] {
        EXPECT_TRUE(client.receive_all(2000).ends_with("0\r\n\r\n"));
        client.hang_up();
    }};
    const auto begin = std::chrono::steady_clock::now();
    server->stop();
    reader.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 400ms);
    EXPECT_TRUE(idle.closed_by_peer());
    EXPECT_FALSE(events->send("x"));
}

TEST_F(HttpServerTest, StoppingGivesUpOnAHandlerThatNeverAnswers)
{
    start();
    auto client = connect();
    client.send(get("/later"));
    const auto waiting = exchange.take();
    const auto begin = std::chrono::steady_clock::now();
    server->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1500ms);
    waiting->respond({200, "text/plain", {}, "too late"});
    server.reset();
    waiting->respond({200, "text/plain", {}, "much too late"});
}

TEST(HttpServerStart, OnlyLoopbackAddressesAreServed)
{
    for (const auto* address : {"0.0.0.0", "192.0.2.1", "::", "nonsense"})
    {
        const auto refused = HttpServer::start({address, 0, {}}, {});
        ASSERT_FALSE(refused) << address;
        EXPECT_FALSE(refused.error().action.empty());
    }
    EXPECT_TRUE(HttpServer::start({"127.0.0.2", 0, {}}, {}));
}

TEST(HttpServerStart, APortInUseIsNamed)
{
    const auto first = HttpServer::start({}, {});
    ASSERT_TRUE(first);
    const auto second = HttpServer::start({"127.0.0.1", (*first)->port(), {}}, {});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().what.find(std::to_string((*first)->port())), std::string::npos);
}
}  // namespace engine::http
