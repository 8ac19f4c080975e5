#include "adapters/bitcoin/rpc.hpp"

#include "adapters/bitcoin/back_off.hpp"
#include "adapters/bitcoin/decimal.hpp"
#include "adapters/bitcoin/http_transport.hpp"
#include "adapters/bitcoin/node.hpp"
#include "adapters/bitcoin/recording.hpp"
#include "tests/adapters/child_process.hpp"
#include "tests/adapters/scripted_server.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>

namespace engine::bitcoind
{
namespace
{
using test::ScriptedServer;
using test::TemporaryFolder;

std::string http_reply(unsigned status, const std::string& body)
{
    return "HTTP/1.1 " + std::to_string(status) +
           " Whatever\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// What a client makes of one reply.
RpcResult<json::value> client_reads(unsigned status, const std::string& body)
{
    ScriptedServer server{[&](const std::string&) { return http_reply(status, body); }};
    HttpTransport transport{{"127.0.0.1", server.port()}, UserPassword{"user", "secret"}};
    return RpcClient{transport}.call("getblockhash", {1});
}

void write(const std::string& path, const std::string& text)
{
    std::ofstream{path, std::ios::trunc} << text;
}

std::string content(const std::string& path)
{
    std::ostringstream out;
    out << std::ifstream{path}.rdbuf();
    return out.str();
}
}  // namespace

// Amounts.

TEST(Decimal, AmountsAreReadDigitByDigit)
{
    EXPECT_EQ(sats_of_btc("0.00000001")->value(), 1U);
    EXPECT_EQ(sats_of_btc("0.1")->value(), 10'000'000U);
    EXPECT_EQ(sats_of_btc("20999999.97690000")->value(), 2'099'999'997'690'000U);
    EXPECT_EQ(sats_of_btc("21000000")->value(), Sats::kMax);
    EXPECT_EQ(sats_of_btc("0.29000000")->value(), 29'000'000U);
}

TEST(Decimal, WhatIsNoAmountIsRefused)
{
    for (const auto* bad : {"", ".", "1.", ".5", "-1", "+1", "1e-8", "0.123456789",
             "21000000.00000001", "1 ", " 1", "1,0", "0x10", "99999999999999999999"})
        EXPECT_FALSE(sats_of_btc(bad)) << bad;
}

RC_GTEST_PROP(Decimal, ReadingUndoesWriting, ())
{
    const auto raw = *rc::gen::inRange<std::uint64_t>(0, Sats::kMax + 1);
    const auto amount = *Sats::from(raw);
    RC_ASSERT(sats_of_btc(to_btc(amount)) == amount);
}

TEST(Decimal, OnlyDecimalsOutsideOfStringsAreQuoted)
{
    EXPECT_EQ(quote_decimals(R"({"a":0.10000000,"b":[1,-2.5,1e3],"c":"1.5 \" 2.5","d":-7})"),
        R"({"a":"0.10000000","b":[1,"-2.5","1e3"],"c":"1.5 \" 2.5","d":-7})");
    EXPECT_EQ(quote_decimals(R"("unfinished \)"), R"("unfinished \)");
}

// Replies in every form.

TEST(RpcClient, ReadsResultsOfBothForms)
{
    EXPECT_EQ(
        client_reads(200, R"({"jsonrpc":"2.0","result":"aa","id":"refold"})")->as_string(), "aa");
    EXPECT_EQ(
        client_reads(200, R"({"result":"bb","error":null,"id":"refold"})")->as_string(), "bb");
    EXPECT_TRUE(client_reads(200, R"({"result":null,"error":null,"id":"refold"})")->is_null());
}

TEST(RpcClient, ReadsErrorsOfBothForms)
{
    const std::string inner = R"({"code":-8,"message":"Block height out of range"})";
    for (const auto& [status, body] : std::vector<std::pair<unsigned, std::string>>{
             {200, R"({"jsonrpc":"2.0","error":)" + inner + R"(,"id":"refold"})"},
             {500, R"({"result":null,"error":)" + inner + R"(,"id":"refold"})"},
             {404, R"({"result":null,"error":)" + inner + R"(,"id":"refold"})"}})
    {
        const auto reply = client_reads(status, body);
        ASSERT_FALSE(reply) << body;
        EXPECT_EQ(reply.error().kind, RpcErrorKind::refused);
        EXPECT_EQ(reply.error().code, -8);
        EXPECT_EQ(to_string(reply.error()), "getblockhash: -8 Block height out of range");
        EXPECT_FALSE(reply.error().retryable());
    }
}

TEST(RpcClient, ANodeThatWarmsUpOrIsBusyIsTriedAgain)
{
    const auto warm = client_reads(500,
        R"({"result":null,"error":{"code":-28,"message":"Loading block index…"},"id":"refold"})");
    EXPECT_EQ(warm.error().kind, RpcErrorKind::warming_up);
    EXPECT_TRUE(warm.error().retryable());
    const auto busy = client_reads(503, "Work queue depth exceeded");
    EXPECT_EQ(busy.error().kind, RpcErrorKind::busy);
    EXPECT_TRUE(busy.error().retryable());
}

TEST(RpcClient, RefusedCredentialsAndMethodsAreNamed)
{
    EXPECT_EQ(client_reads(401, "").error().kind, RpcErrorKind::unauthorized);
    EXPECT_EQ(client_reads(403, "").error().kind, RpcErrorKind::forbidden);
    EXPECT_FALSE(client_reads(403, "").error().action.empty());
}

TEST(RpcClient, WhatIsNoReplyIsMalformed)
{
    for (const auto* body :
        {"", "<html>", "[]", "{}", R"({"result":1)", R"({"error":null,"id":"refold"})"})
        EXPECT_EQ(client_reads(200, body).error().kind, RpcErrorKind::malformed) << body;
    // A result under an HTTP error is believed by nobody.
    EXPECT_EQ(
        client_reads(500, R"({"result":1,"error":null})").error().kind, RpcErrorKind::malformed);
}

TEST(RpcClient, ManyWrongRepliesAndNoneIsFatal)
{
    const std::string good = R"({"jsonrpc":"2.0","result":{"a":[1,2.5,"x"]},"id":"refold"})";
    for (std::size_t i = 0; i < good.size(); ++i)
    {
        for (const char c : {'\0', '"', '{', '9', '\x80'})
        {
            auto body = good;
            body[i] = c;
            (void)parse(body);
            (void)parse(body.substr(0, i));
        }
    }
}

TEST(RpcClient, DecimalsArriveAsTheirDigits)
{
    const auto reply = client_reads(200, R"({"result":{"value":0.10000000,"difficulty":4.6e-10}})");
    EXPECT_EQ(text_of(reply->get_object(), "value"), "0.10000000");
    EXPECT_EQ(text_of(reply->get_object(), "difficulty"), "4.6e-10");
}

TEST(RpcClient, AReplyAboveTheLimitIsRefused)
{
    ScriptedServer server{[&](const std::string&) {
        return http_reply(200, R"({"result":")" + std::string(10'000, 'a') + "\"}");
    }};
    http::ClientLimits limits;
    limits.reply_bytes = 5'000;
    HttpTransport transport{{"127.0.0.1", server.port()}, UserPassword{"user", "secret"}, limits};
    EXPECT_EQ(RpcClient{transport}.call("x", {}).error().kind, RpcErrorKind::too_large);
}

// Credentials.

TEST(RpcCredentials, UserAndPasswordGoAsBasicAuthorization)
{
    EXPECT_EQ(*authorization(UserPassword{"Aladdin", "open sesame"}),
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(RpcCredentials, TheCookieLiesWhereTheNetworkSays)
{
    EXPECT_EQ(cookie_path("/d", "main"), "/d/.cookie");
    EXPECT_EQ(cookie_path("/d", "test"), "/d/testnet3/.cookie");
    EXPECT_EQ(cookie_path("/d", "regtest"), "/d/regtest/.cookie");
}

TEST(RpcCredentials, AMissingCookieIsNamed)
{
    const auto missing = authorization(CookieFile{"/nowhere/.cookie"});
    EXPECT_EQ(missing.error().kind, RpcErrorKind::credentials);
    EXPECT_NE(missing.error().message.find("/nowhere/.cookie"), std::string::npos);
    EXPECT_TRUE(missing.error().retryable());
}

TEST(RpcCredentials, AnUnreadableCookieIsNamedWithItsMode)
{
    const TemporaryFolder folder;
    const auto path = folder.path() + "/.cookie";
    write(path, "__cookie__:x");
    ::chmod(path.c_str(), 0);
    ::chmod(folder.path().c_str(), 0755);
    // Root can read every file: for a moment this is somebody else.
    const bool is_root = ::geteuid() == 0;
    ASSERT_EQ(is_root ? ::seteuid(65534) : 0, 0);
    const auto refused = authorization(CookieFile{path});
    ASSERT_EQ(is_root ? ::seteuid(0) : 0, 0);
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("mode 0000"), std::string::npos);
    EXPECT_NE(refused.error().action.find("rpccookieperms=group"), std::string::npos);
}

TEST(RpcCredentials, AChangedCookieIsReadAgainOnce)
{
    const TemporaryFolder folder;
    const auto path = folder.path() + "/.cookie";
    write(path, "__cookie__:old\n");
    std::atomic<int> requests{0};
    const auto is_new = [](const std::string& request) {
        return request.find(*authorization(UserPassword{"__cookie__", "new"})) != std::string::npos;
    };
    ScriptedServer server{[&](const std::string& request) {
        ++requests;
        return is_new(request) ? http_reply(200, R"({"result":1})") : http_reply(401, "");
    }};
    HttpTransport transport{{"127.0.0.1", server.port()}, CookieFile{path}};
    RpcClient client{transport};

    EXPECT_EQ(client.call("x", {}).error().kind, RpcErrorKind::unauthorized);
    EXPECT_EQ(requests, 1) << "the same cookie is not tried twice";
    write(path, "__cookie__:new\n");
    EXPECT_TRUE(client.call("x", {}));
    EXPECT_TRUE(client.call("x", {}));
}

// Recording.

TEST(Recording, PlaybackGivesWhatWasRecordedAndNoMore)
{
    const TemporaryFolder folder;
    const auto path = folder.path() + "/recording.jsonl";
    std::atomic<int> calls{0};
    {
        ScriptedServer server{[&](const std::string&) {
            return http_reply(200, R"({"result":)" + std::to_string(++calls) + "}");
        }};
        HttpTransport live{{"127.0.0.1", server.port()}, UserPassword{"user", "top-secret"}};
        RecordingTransport recording{live, path};
        RpcClient client{recording};
        EXPECT_EQ(client.call("a", {})->as_int64(), 1);
        EXPECT_EQ(client.call("b", {"x"})->as_int64(), 2);
        EXPECT_EQ(client.call("a", {})->as_int64(), 3);
        EXPECT_TRUE(recording.good());
    }
    auto playback = PlaybackTransport::open(path);
    ASSERT_TRUE(playback);
    RpcClient client{**playback};
    EXPECT_EQ(client.call("b", {"x"})->as_int64(), 2);
    EXPECT_EQ(client.call("a", {})->as_int64(), 1);
    EXPECT_EQ(client.call("a", {})->as_int64(), 3);
    EXPECT_EQ((*playback)->left(), 0U);
    EXPECT_EQ(client.call("a", {}).error().kind, RpcErrorKind::not_recorded);
    EXPECT_EQ(client.call("b", {"y"}).error().kind, RpcErrorKind::not_recorded);
}

TEST(Recording, FailuresAreRecordedAndCredentialsAreNot)
{
    const TemporaryFolder folder;
    const auto path = folder.path() + "/recording.jsonl";
    std::uint16_t port = 0;
    {
        ScriptedServer server{[](const std::string&) { return http_reply(401, ""); }};
        port = server.port();
        HttpTransport live{{"127.0.0.1", port}, UserPassword{"user", "top-secret"}};
        RecordingTransport recording{live, path};
        EXPECT_EQ(RpcClient{recording}.call("a", {}).error().kind, RpcErrorKind::unauthorized);
    }
    const auto first = content(path);
    EXPECT_EQ(first.find("top-secret"), std::string::npos);
    EXPECT_EQ(first.find((*authorization(UserPassword{"user", "top-secret"})).substr(6)),
        std::string::npos);

    HttpTransport away{{"127.0.0.1", port}, UserPassword{"user", "top-secret"}};
    RecordingTransport recording{away, path};
    EXPECT_EQ(RpcClient{recording}.call("a", {}).error().kind, RpcErrorKind::unreachable);
    auto playback = PlaybackTransport::open(path);
    ASSERT_TRUE(playback);
    EXPECT_EQ(RpcClient{**playback}.call("a", {}).error().kind, RpcErrorKind::unreachable);
}

TEST(Recording, ABrokenLineIsNamed)
{
    const TemporaryFolder folder;
    const auto path = folder.path() + "/recording.jsonl";
    write(path,
        "{\"path\":\"/\",\"request\":\"{}\",\"status\":200,\"reply\":\"\"}\n{\"path\":\"/\"}\n");
    const auto playback = PlaybackTransport::open(path);
    ASSERT_FALSE(playback);
    EXPECT_NE(playback.error().find(":2:"), std::string::npos);
}

TEST(BackOff, DoublesUpToItsBoundAndStartsOver)
{
    BackOff back_off{100, 350};
    EXPECT_EQ(back_off.next(), 100);
    EXPECT_EQ(back_off.next(), 200);
    EXPECT_EQ(back_off.next(), 350);
    EXPECT_EQ(back_off.next(), 350);
    back_off.reset();
    EXPECT_EQ(back_off.next(), 100);
}
}  // namespace engine::bitcoind
