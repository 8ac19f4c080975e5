#include "adapters/http/tls.hpp"

#include "adapters/http/client.hpp"
#include "adapters/http/server.hpp"
#include "engine/ports/server_sent_events.hpp"
#include "tests/adapters/raw_socket.hpp"
#include "tests/support/certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace engine::http
{
namespace
{
using test::Certificates;
using test::RawSocket;
using testing::HasSubstr;

/// A server with TLS on loopback, and what clients of different kinds get from it. The certificates
/// are made once.
class HttpTls : public testing::Test
{
protected:
    static inline std::string folder;
    static inline std::unique_ptr<Certificates> certificates;
    std::unique_ptr<HttpServer> server;
    HttpLimits limits;
    std::vector<std::string> seen;  // By the guard: the name in each caller's certificate.

    static void SetUpTestSuite()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "refold-tls-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        certificates = std::make_unique<Certificates>(folder);
        certificates->authority("authority");
        certificates->authority("stranger");
        certificates->certificate("server", "authority", "IP:127.0.0.1,DNS:localhost");
        certificates->certificate("elsewhere", "authority", "IP:192.0.2.1,DNS:node.example");
        certificates->certificate("wallet", "authority", "DNS:wallet");
        certificates->certificate("intruder", "stranger", "DNS:intruder");
    }

    static void TearDownTestSuite()
    {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    static Result<std::shared_ptr<TlsContext>, TlsError> serving(const std::string& name,
        const std::string& authority = "", TlsVersion minimum = TlsVersion::v1_3)
    {
        const auto certificate = certificates->read(name + ".crt");
        const auto key = certificates->read(name + ".key");
        const auto ca = authority.empty() ? "" : certificates->read(authority + ".crt");
        return make_tls(TlsServing{certificate, key, ca, minimum});
    }

    static std::shared_ptr<TlsContext> asking(
        const std::string& authority, const std::string& name = "")
    {
        const auto ca = certificates->read(authority + ".crt");
        const auto certificate = name.empty() ? "" : certificates->read(name + ".crt");
        const auto key = name.empty() ? "" : certificates->read(name + ".key");
        const auto made = make_tls(TlsAsking{ca, certificate, key});
        EXPECT_TRUE(made);
        return *made;
    }

    void start(std::shared_ptr<TlsContext> tls)
    {
        Router router;
        router.add("GET", "/hello", [](HttpRequest, std::shared_ptr<HttpExchange> answer) {
            answer->respond({200, "text/plain", {}, "hello"});
        });
        router.add("POST", "/echo", [](HttpRequest request, std::shared_ptr<HttpExchange> answer) {
            answer->respond({200, "text/plain", {}, request.body});
        });
        router.add("GET", "/events", [](HttpRequest, std::shared_ptr<HttpExchange> answer) {
            const auto stream = answer->open_stream(event_stream_head());
            for (int i = 0; i < 100; ++i)
                stream->send(server_sent_event(std::to_string(i), {}, std::string(1000, 'x')));
        });
        ListenOn where;
        where.tls = std::move(tls);
        where.guard = [this](const HttpCall& call) {
            seen.emplace_back(call.client_name.value_or("(none)"));
            return std::optional<HttpResponse>{};
        };
        auto started = HttpServer::start(where, std::move(router), limits);
        ASSERT_TRUE(started);
        server = *std::move(started);
    }

    Endpoint at(std::shared_ptr<TlsContext> tls, std::string host = "127.0.0.1") const
    {
        return {std::move(host), server->port(), std::move(tls)};
    }

    static Result<HttpResponse, ClientError> hello(const Endpoint& where)
    {
        HttpClient client{where};
        return client.send({"GET", "/hello", {}, {}, {}, {}});
    }
};

TEST_F(HttpTls, AClientThatBelievesTheAuthorityIsAnswered)
{
    start(*serving("server"));
    HttpClient client{at(asking("authority"))};
    for (int i = 0; i < 3; ++i)
    {
        const auto answer = client.send({"GET", "/hello", {}, {}, {}, {}});
        ASSERT_TRUE(answer) << answer.error().what;
        EXPECT_EQ(answer->body, "hello");
    }
    EXPECT_EQ(server->stats().connections, 1U);
}

TEST_F(HttpTls, ALargeBodyGoesThereAndBack)
{
    start(*serving("server"));
    HttpClient client{at(asking("authority"))};
    const std::string body(1 << 20, 'b');
    const auto answer = client.send({"POST", "/echo", {}, {}, {}, body});
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->body, body);
}

TEST_F(HttpTls, AStreamEndsWell)
{
    start(*serving("server"));
    HttpClient client{at(asking("authority"))};
    std::size_t bytes = 0;
    const auto ended =
        client.stream({"GET", "/events", {}, {}, {}, {}}, [&](std::string_view piece) {
            bytes += piece.size();
            return true;
        });
    ASSERT_TRUE(ended) << ended.error().what;
    EXPECT_GT(bytes, 100'000U);
}

TEST_F(HttpTls, ABodyTooLargeIsToldSo)
{
    limits.body_bytes = 64 * 1024;
    start(*serving("server"));
    HttpClient client{at(asking("authority"))};
    const auto answer = client.send({"POST", "/echo", {}, {}, {}, std::string(70'000, 'b')});
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->status, 413U);
}

TEST_F(HttpTls, AnAuthorityThatTheClientDoesNotKnowIsRefusedBeforeAnythingIsSent)
{
    start(*serving("server"));
    const auto answer = hello(at(asking("stranger")));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ClientErrorKind::connect);
    EXPECT_THAT(answer.error().what, HasSubstr("certificate verify failed"));
    EXPECT_EQ(server->stats().requests, 0U);
}

TEST_F(HttpTls, ACertificateOfAnotherNameIsRefused)
{
    start(*serving("elsewhere"));
    for (const auto* host : {"127.0.0.1", "localhost"})
    {
        const auto answer = hello(at(asking("authority"), host));
        ASSERT_FALSE(answer) << host;
        EXPECT_EQ(answer.error().kind, ClientErrorKind::connect);
    }
    start(*serving("server"));
    EXPECT_TRUE(hello(at(asking("authority"), "localhost")));
}

TEST_F(HttpTls, WhoSpeaksPlainHttpGetsNoAnswer)
{
    start(*serving("server"));
    RawSocket client{server->port()};
    client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(client.receive_all().find("HTTP"), std::string::npos);
    EXPECT_EQ(server->stats().requests, 0U);
    HttpClient plain{{"127.0.0.1", server->port()}};
    EXPECT_FALSE(plain.send({"GET", "/hello", {}, {}, {}, {}}));
}

TEST_F(HttpTls, AHandshakeThatStallsIsGivenUp)
{
    limits.header_ms = 100;
    start(*serving("server"));
    RawSocket silent{server->port()};
    RawSocket half{server->port()};
    half.send(std::string_view{"\x16\x03\x01\x02\x00\x01", 6});
    EXPECT_TRUE(silent.closed_by_peer(3000));
    EXPECT_TRUE(half.closed_by_peer(3000));
}

TEST_F(HttpTls, AnOldVersionIsSpokenOnlyWhereItIsAllowed)
{
    const auto speaks = [&](const std::string& version) {
        return std::system(
                   ("openssl s_client -connect 127.0.0.1:" + std::to_string(server->port()) + " " +
                       version + " </dev/null >/dev/null 2>&1")
                       .c_str()) == 0;
    };
    start(*serving("server"));
    EXPECT_TRUE(speaks("-tls1_3"));
    EXPECT_FALSE(speaks("-tls1_2"));
    start(*serving("server", "", TlsVersion::v1_2));
    EXPECT_TRUE(speaks("-tls1_2"));
    EXPECT_FALSE(speaks("-tls1_1"));
}

TEST_F(HttpTls, ACertificateOfTheAuthorityNamesItsOwnerToTheGuard)
{
    start(*serving("server", "authority"));
    ASSERT_TRUE(hello(at(asking("authority", "wallet"))));
    ASSERT_TRUE(hello(at(asking("authority"))));
    server->stop();
    EXPECT_EQ(seen, (std::vector<std::string>{"wallet", "(none)"}));
}

TEST_F(HttpTls, ACertificateOfAnotherAuthorityIsRefused)
{
    start(*serving("server", "authority"));
    EXPECT_FALSE(hello(at(asking("authority", "intruder"))));
    EXPECT_EQ(server->stats().requests, 0U);
}

TEST_F(HttpTls, WithoutAnAuthorityForClientsTheirCertificatesNameNobody)
{
    start(*serving("server"));
    ASSERT_TRUE(hello(at(asking("authority", "intruder"))));
    server->stop();
    EXPECT_EQ(seen, std::vector<std::string>{"(none)"});
}

TEST_F(HttpTls, WhatCannotBeShownIsSaidAtTheStart)
{
    const auto certificate = certificates->read("server.crt");
    const auto other = certificates->read("wallet.key");
    const auto mixed = make_tls(TlsServing{certificate, other, {}, TlsVersion::v1_3});
    ASSERT_FALSE(mixed);
    EXPECT_THAT(mixed.error().what, HasSubstr("key"));
    EXPECT_FALSE(make_tls(TlsServing{"nonsense", other, {}, TlsVersion::v1_3}));
    EXPECT_FALSE(make_tls(TlsServing{certificate, "nonsense", {}, TlsVersion::v1_3}));
    EXPECT_FALSE(make_tls(TlsAsking{"nonsense", {}, {}}));
}

TEST_F(HttpTls, AKeyWithAPassphraseIsRefusedWithoutAsking)
{
    const auto locked = certificates->path("locked.key");
    ASSERT_EQ(std::system(("openssl pkey -aes256 -passout pass:word -in " +
                           certificates->path("server.key") + " -out " + locked)
                              .c_str()),
        0);
    const auto certificate = certificates->read("server.crt");
    const auto key = certificates->read("locked.key");
    EXPECT_FALSE(make_tls(TlsServing{certificate, key, {}, TlsVersion::v1_3}));
}

TEST_F(HttpTls, AwayFromLoopbackBothTlsAndAGuardAreNeeded)
{
    ListenOn where;
    where.address = "192.0.2.1";  // Of no machine: nothing is bound, whatever is decided.
    where.tls = *serving("server");
    const auto unguarded = HttpServer::start(where, {});
    ASSERT_FALSE(unguarded);
    EXPECT_THAT(unguarded.error().why, HasSubstr("can be reached from other machines"));
    where.guard = [](const HttpCall&) { return std::optional<HttpResponse>{}; };
    const auto allowed = HttpServer::start(where, {});
    ASSERT_FALSE(allowed);
    EXPECT_THAT(allowed.error().why, testing::Not(HasSubstr("can be reached")));
    where.tls = nullptr;
    EXPECT_THAT(HttpServer::start(where, {}).error().why, HasSubstr("can be reached"));
}
}  // namespace
}  // namespace engine::http
