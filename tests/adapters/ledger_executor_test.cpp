#include "adapters/ledger/executor.hpp"

#include "tests/adapters/child_process.hpp"
#include "tests/adapters/scripted_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

namespace engine::ledger
{
namespace
{
using test::ChildProcess;
using test::ScriptedServer;
using test::TemporaryFolder;

OpenEffect effect(std::uint8_t number)
{
    OpenEffect open;
    open.id.bytes.fill(number);
    open.kind = 1;
    open.payload = {number, 0x00, 0xff, '\r', '\n'};
    return open;
}

http::ClientLimits short_limits()
{
    http::ClientLimits limits;
    limits.total_ms = 2'000;
    return limits;
}

/// The ledger as a process, which may be killed and started again on the same file and port.
class Ledger
{
    TemporaryFolder m_folder;
    std::optional<ChildProcess> m_process;

public:
    std::uint16_t port = 0;

    Ledger() { start(); }

    void start()
    {
        m_process.emplace(
            std::vector<std::string>{"python3", REFOLD_SOURCE_DIR "/tests/support/ledger_server.py",
                "--file", m_folder.path() + "/ledger", "--port", std::to_string(port)});
        const auto line = m_process->read_line();
        if (line.starts_with("port "))
            port = static_cast<std::uint16_t>(std::stoul(line.substr(5)));
    }

    void kill() { m_process->end(SIGKILL); }

    void control(const std::string& body)
    {
        http::HttpClient client{{"127.0.0.1", port}};
        EXPECT_TRUE(client.send({"POST", "/control", {}, {}, {}, body}));
    }

    std::string listing()
    {
        http::HttpClient client{{"127.0.0.1", port}};
        HttpRequest request;
        request.path = "/v1/entries";
        const auto reply = client.send(request);
        return reply ? reply->body : "";
    }
};

std::size_t count(const std::string& text, std::string_view part)
{
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}
}  // namespace

class LedgerExecutorTest : public testing::Test
{
protected:
    Ledger ledger;
    LedgerExecutor executor{{"127.0.0.1", ledger.port}, short_limits()};
};

TEST_F(LedgerExecutorTest, AnEffectIsBookedOnceHoweverOftenItIsExecuted)
{
    const auto open = effect(7);
    const auto bytes = executor.prepare(open);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(*executor.look_up(open, *bytes), LookUpAnswer::absent);
    for (int i = 0; i < 3; ++i)
    {
        const auto answer = executor.execute(open, *bytes);
        ASSERT_TRUE(answer);
        EXPECT_EQ(*answer, ExecuteAnswer::settled);
    }
    EXPECT_EQ(*executor.look_up(open, *bytes), LookUpAnswer::settled);
    EXPECT_EQ(count(ledger.listing(), "\"number\""), 1U);
}

TEST_F(LedgerExecutorTest, OtherBytesUnderTheSameIdAreBookedAndNeverCountAsRefused)
{
    const auto open = effect(7);
    ASSERT_TRUE(executor.execute(open, Bytes{1}));
    const auto again = executor.execute(open, Bytes{2});
    ASSERT_FALSE(again);
    EXPECT_TRUE(again.error().retryable);
    EXPECT_EQ(again.error().code, "ledger_conflict");
    const auto found = executor.look_up(open, Bytes{2});
    ASSERT_FALSE(found);
    EXPECT_TRUE(found.error().retryable);
    EXPECT_EQ(found.error().code, "ledger_conflict");
    EXPECT_EQ(*executor.look_up(open, Bytes{1}), LookUpAnswer::settled);
}

TEST_F(LedgerExecutorTest, AnAnswerThatGotLostIsFoundByLookingUp)
{
    ledger.control(R"({"drop_rate":1.0})");
    const auto open = effect(9);
    const auto lost = executor.execute(open, open.payload);
    ASSERT_FALSE(lost);
    EXPECT_TRUE(lost.error().retryable);
    EXPECT_EQ(*executor.look_up(open, open.payload), LookUpAnswer::settled);
    EXPECT_EQ(count(ledger.listing(), "\"number\""), 1U);
}

TEST_F(LedgerExecutorTest, APutWithoutAnAnswerIsNotSentAgainByItself)
{
    ASSERT_TRUE(executor.execute(effect(8), effect(8).payload));  // The connection is kept.
    ledger.control(R"({"drop_rate":1.0})");
    const auto open = effect(9);
    EXPECT_FALSE(executor.execute(open, open.payload));
    EXPECT_EQ(count(ledger.listing(), "\"puts\": 1"), 2U);  // Each of the two ids, once.
    EXPECT_EQ(*executor.look_up(open, open.payload), LookUpAnswer::settled);
}

TEST_F(LedgerExecutorTest, AFailingLedgerIsTriedAgain)
{
    ledger.control(R"({"fail_rate":1.0})");
    const auto open = effect(9);
    const auto failed = executor.execute(open, open.payload);
    ASSERT_FALSE(failed);
    EXPECT_TRUE(failed.error().retryable);
    EXPECT_EQ(failed.error().code, "ledger_broken");
    ledger.control(R"({"fail_rate":0})");
    EXPECT_TRUE(executor.execute(open, open.payload));
}

TEST_F(LedgerExecutorTest, ALookUpThatIsForbiddenDoesNotHideWhatIsBooked)
{
    const auto open = effect(9);
    ASSERT_TRUE(executor.execute(open, open.payload));
    ledger.control(R"({"look_fail_rate":1.0,"look_fail_status":403})");
    const auto forbidden = executor.look_up(open, open.payload);
    ASSERT_FALSE(forbidden);
    EXPECT_TRUE(forbidden.error().retryable);
    ledger.control(R"({"look_fail_rate":0})");
    EXPECT_EQ(*executor.look_up(open, open.payload), LookUpAnswer::settled);
}

TEST_F(LedgerExecutorTest, AKilledLedgerKeepsWhatItHasAnswered)
{
    for (std::uint8_t i = 1; i <= 5; ++i)
        ASSERT_TRUE(executor.execute(effect(i), effect(i).payload));
    ledger.kill();
    const auto away = executor.execute(effect(6), effect(6).payload);
    ASSERT_FALSE(away);
    EXPECT_EQ(away.error().code, "ledger_unreachable");
    ledger.start();
    EXPECT_EQ(*executor.look_up(effect(3), effect(3).payload), LookUpAnswer::settled);
    EXPECT_EQ(*executor.look_up(effect(6), effect(6).payload), LookUpAnswer::absent);
    EXPECT_TRUE(executor.execute(effect(6), effect(6).payload));
    EXPECT_EQ(count(ledger.listing(), "\"number\""), 6U);
}

TEST(LedgerExecutor, WhatIsNoLedgerIsBelievedInNothingAndAskedAgain)
{
    for (const std::string status : {"200 OK", "201 Created", "404 Not Found", "409 Conflict"})
    {
        ScriptedServer other{[&](const std::string&) {
            return "HTTP/1.1 " + status + "\r\nContent-Length: 1\r\n\r\nx";
        }};
        LedgerExecutor executor{{"127.0.0.1", other.port()}};
        const auto put = executor.execute(effect(1), Bytes{'x'});
        ASSERT_FALSE(put) << status;
        EXPECT_TRUE(put.error().retryable) << status;
        EXPECT_EQ(put.error().code, "ledger_stranger");
        const auto look_up = executor.look_up(effect(1), Bytes{'x'});
        ASSERT_FALSE(look_up) << status;
        EXPECT_TRUE(look_up.error().retryable) << status;
    }
}

TEST(LedgerExecutor, ALookUpThatSaysNeitherYesNorNoProvesNothing)
{
    for (const std::string status : {"201 Created", "204 No Content", "301 Moved Permanently",
             "400 Bad Request", "401 Unauthorized", "403 Forbidden", "405 Method Not Allowed",
             "409 Conflict", "410 Gone", "500 Internal Server Error"})
    {
        ScriptedServer ledger{[&](const std::string&) {
            return "HTTP/1.1 " + status + "\r\nLedger: x\r\nContent-Length: 0\r\n\r\n";
        }};
        LedgerExecutor executor{{"127.0.0.1", ledger.port()}};
        const auto look_up = executor.look_up(effect(1), Bytes{'x'});
        ASSERT_FALSE(look_up) << status;
        EXPECT_TRUE(look_up.error().retryable) << status;
        EXPECT_EQ(look_up.error().code, "ledger_untold") << status;
    }
}

TEST(LedgerExecutor, APutThatIsRefusedIsNotMendedByTime)
{
    ScriptedServer ledger{[](const std::string&) {
        return std::string{"HTTP/1.1 403 Forbidden\r\nLedger: x\r\nContent-Length: 0\r\n\r\n"};
    }};
    LedgerExecutor executor{{"127.0.0.1", ledger.port()}};
    const auto put = executor.execute(effect(1), Bytes{'x'});
    ASSERT_FALSE(put);
    EXPECT_FALSE(put.error().retryable);
    EXPECT_EQ(put.error().code, "ledger_refused");
}

TEST(LedgerExecutor, AnInterruptedCallEndsAndMayBeTriedAgain)
{
    ScriptedServer silent{[](const std::string&) { return std::string{}; }};
    LedgerExecutor executor{{"127.0.0.1", silent.port()}};
    std::thread other{[&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        executor.interrupt();
    }};
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = executor.execute(effect(1), effect(1).payload);
    other.join();
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().retryable);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
}
}  // namespace engine::ledger
