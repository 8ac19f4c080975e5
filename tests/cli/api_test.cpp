#include "adapters/http/client.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/secret_file.hpp"
#include "engine/cli/url.hpp"
#include "engine/codec/codec.hpp"
#include "engine/codec/validate.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/log/block.hpp"
#include "tests/cli/running_node_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <chrono>
#include <future>
#include <thread>

namespace engine::cli::test
{
namespace
{
namespace bj = boost::json;
using testing::HasSubstr;
using testing::StartsWith;

LogTime soon()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return LogTime{std::chrono::duration_cast<std::chrono::milliseconds>(now).count() + 60'000};
}

/// A node with the HTTP API, asked directly.
class HttpApi : public RunningNodeFixture
{
protected:
    std::optional<SecretKey> key;
    std::uint64_t sequence = 0;

    void SetUp() override
    {
        ASSERT_NO_FATAL_FAILURE(init({"--probe"}));
        auto read = read_key_file(key_file);
        ASSERT_TRUE(read);
        key = *std::move(read);
        start();
    }

    http::HttpClient client() const
    {
        return http::HttpClient{*parse_endpoint(node->address(), 0)};
    }

    HttpResponse get(const std::string& path, HttpFields query = {}, HttpFields headers = {}) const
    {
        HttpRequest request;
        request.path = path;
        request.query = std::move(query);
        request.headers = std::move(headers);
        const auto response = client().send(request);
        EXPECT_TRUE(response) << (response ? "" : response.error().what);
        return response ? *response : HttpResponse{};
    }

    HttpResponse post(const std::string& path, std::string body) const
    {
        HttpRequest request;
        request.method = "POST";
        request.path = path;
        request.body = std::move(body);
        const auto response = client().send(request);
        EXPECT_TRUE(response) << (response ? "" : response.error().what);
        return response ? *response : HttpResponse{};
    }

    // The bytes of a signed probe.
    std::string probe(std::uint8_t id, std::uint64_t account)
    {
        probe::Probed body{.id = {}, .account = account, .amount = 1};
        body.id.bytes[31] = id;
        Event event{Authorization{public_key(*key), ++sequence, soon(), {}}, Body{body}};
        const auto genesis = *fixed_from_hex<GenesisId>(node->genesis());
        std::get<Authorization>(event.author).signature =
            schnorr_sign(*key, command_message(genesis, event).bytes, {});
        const auto bytes = encode_event(event);
        return {bytes.begin(), bytes.end()};
    }

    // The first frames of a stream. More may come in one piece: a quiet tip is rooted by a block.
    std::vector<std::string> stream(HttpFields query, HttpFields headers, std::size_t wanted) const
    {
        HttpRequest request;
        request.path = "/v1/stream";
        request.query = std::move(query);
        request.headers = std::move(headers);
        std::string text;
        std::vector<std::string> ids;
        const auto take = [&](std::string_view piece) {
            text += piece;
            for (auto end = text.find("\n\n"); end != std::string::npos; end = text.find("\n\n"))
            {
                if (text.starts_with("id: ") && ids.size() < wanted)
                    ids.push_back(text.substr(4, text.find('\n') - 4));
                text.erase(0, end + 2);
            }
            return ids.size() < wanted;
        };
        auto asked = client();
        const auto ended = asked.stream(request, take);
        EXPECT_TRUE(ended);
        return ids;
    }
};

TEST_F(HttpApi, LivezReadyzAndMetricsAnswer)
{
    EXPECT_EQ(get("/livez").status, 200u);
    EXPECT_EQ(get("/readyz").status, 200u);
    std::istringstream lines{get("/metrics").body};
    std::size_t metrics = 0;
    for (std::string line; std::getline(lines, line);)
    {
        if (line.starts_with('#'))
            continue;
        EXPECT_THAT(line, StartsWith("refold_"));
        ++metrics;
    }
    EXPECT_GT(metrics, 15u);
}

TEST_F(HttpApi, TheSameRequestAgainIsAnsweredWithThePlaceOfTheFirst)
{
    const auto bytes = probe(1, 7);
    const auto first = post("/v1/requests", bytes);
    ASSERT_EQ(first.status, 200u) << first.body;
    EXPECT_EQ(bj::parse(first.body).at("status"), "applied");
    const auto second = post("/v1/requests", bytes);
    ASSERT_EQ(second.status, 200u) << second.body;
    EXPECT_EQ(bj::parse(second.body).at("status"), "duplicate");
    EXPECT_EQ(bj::parse(second.body).at("place"), bj::parse(first.body).at("place"));
}

TEST_F(HttpApi, RubbishAndTheEnginesOwnEventsAreTurnedAway)
{
    EXPECT_EQ(post("/v1/requests", "rubbish").status, 400u);
    EXPECT_EQ(post("/v1/requests", "").status, 400u);
    const auto opened = encode_event({EngineAuthor{}, Body{BlockOpened{}}});
    EXPECT_EQ(post("/v1/requests", {opened.begin(), opened.end()}).status, 400u);
    auto spoilt = probe(1, 7);
    spoilt[spoilt.size() - 1] = static_cast<char>(spoilt[spoilt.size() - 1] ^ 1);
    EXPECT_EQ(post("/v1/requests", spoilt).status, 400u);
    EXPECT_EQ(bj::parse(get("/v1/status").body).at("log").at("height"), 0);
}

TEST_F(HttpApi, ARefusalNamesItsCodeAndLeavesNoTrace)
{
    ASSERT_EQ(post("/v1/requests", probe(1, 7)).status, 200u);
    const auto refused = post("/v1/requests", probe(1, 7));
    EXPECT_EQ(refused.status, 422u);
    EXPECT_EQ(refused.content_type, "application/problem+json");
    EXPECT_EQ(bj::parse(refused.body).at("code"), "probe-seen");
    --sequence;
    const auto old = post("/v1/requests", probe(2, 7));
    EXPECT_EQ(old.status, 200u) << "a refused command leaves its sequence free";
}

TEST_F(HttpApi, AStreamGivesEveryEventOnceAndGoesOnAfterAnyOfThem)
{
    for (std::uint8_t i = 1; i <= 5; ++i)
        ASSERT_EQ(post("/v1/requests", probe(i, 7)).status, 200u);
    const auto height = bj::parse(get("/v1/status").body).at("log").at("height").to_number<int>();
    std::vector<std::string> expected;
    for (int h = 0; h <= height; ++h)
    {
        const auto block = bj::parse(get("/v1/heights/" + std::to_string(h)).body);
        for (const auto& event : block.at("events").as_array())
            expected.emplace_back(event.at("place").as_string());
    }
    const auto all = stream({{"after", "genesis"}}, {}, expected.size());
    EXPECT_EQ(all, expected);
    for (std::size_t cut = 0; cut + 1 < all.size(); ++cut)
    {
        const std::vector<std::string> rest{
            all.begin() + static_cast<std::ptrdiff_t>(cut) + 1, all.end()};
        EXPECT_EQ(stream({{"after", all[cut]}}, {}, rest.size()), rest);
        EXPECT_EQ(stream({}, {{"Last-Event-ID", all[cut]}}, rest.size()), rest);
    }
}

TEST_F(HttpApi, AStreamWithoutAPlaceBeginsWithWhatComesNext)
{
    ASSERT_EQ(post("/v1/requests", probe(1, 7)).status, 200u);
    const auto before = bj::parse(get("/v1/status").body).at("log").at("height").to_number<int>();
    auto seen = std::async(std::launch::async, [this] { return stream({}, {}, 2); });
    // The stream has begun when the node says so; a request before that would be missed by right.
    for (std::uint8_t i = 2;
         seen.wait_for(std::chrono::milliseconds{200}) != std::future_status::ready; ++i)
        ASSERT_EQ(post("/v1/requests", probe(i, 7)).status, 200u);
    const auto ids = seen.get();
    ASSERT_EQ(ids.size(), 2u);
    EXPECT_GT(std::stoi(ids[0]), before);
}

TEST_F(HttpApi, AStreamFromNowhereIsRefused)
{
    EXPECT_EQ(get("/v1/stream", {{"after", "x"}}).status, 400u);
    EXPECT_EQ(get("/v1/stream", {{"after", "1000000.0"}}).status, 404u);
}

TEST_F(HttpApi, BlocksComeAsTheirBytesAndHangTogether)
{
    ASSERT_EQ(post("/v1/requests", probe(1, 7)).status, 200u);
    std::optional<LogBlockHash> before;
    for (const auto* height : {"0", "1"})
    {
        const auto response = get(std::string{"/v1/blocks/"} + height);
        ASSERT_EQ(response.status, 200u);
        const Bytes bytes{response.body.begin(), response.body.end()};
        const auto block = log::BlockView::parse(bytes);
        ASSERT_TRUE(block);
        EXPECT_TRUE(log::check_block(*block));
        if (before)
        {
            EXPECT_EQ(block->header().previous, *before);
        }
        before = block->hash();
    }
    EXPECT_EQ(get("/v1/blocks/1000000").status, 404u);
    EXPECT_EQ(get("/v1/blocks/x").status, 400u);
}

TEST_F(HttpApi, RowsComeInPagesThatMissNothing)
{
    for (std::uint8_t i = 1; i <= 5; ++i)
        ASSERT_EQ(post("/v1/requests", probe(i, i)).status, 200u);
    std::vector<std::string> keys;
    HttpFields query{{"limit", "2"}};
    while (true)
    {
        const auto page = bj::parse(get("/v1/tables/probe.accounts", query).body);
        for (const auto& row : page.at("rows").as_array())
            keys.emplace_back(row.at("key").as_string());
        if (page.at("next").is_null())
            break;
        query = {{"limit", "2"}, {"from", std::string{page.at("next").as_string()}}};
    }
    EXPECT_THAT(keys, testing::UnorderedElementsAre("1", "2", "3", "4", "5"));
    EXPECT_EQ(get("/v1/tables/probe.accounts", {{"limit", "0"}}).status, 400u);
    EXPECT_EQ(get("/v1/tables/probe.accounts", {{"limit", "1001"}}).status, 400u);
}

TEST_F(HttpApi, WhatIsNotThereIsSaidWithTheNearest)
{
    const auto table = get("/v1/tables/probe.account");
    EXPECT_EQ(table.status, 404u);
    EXPECT_THAT(table.body, HasSubstr("probe.accounts"));
    EXPECT_EQ(get("/v1/tables/probe.accounts/77").status, 404u);
    EXPECT_EQ(get("/v1/tables/probe.accounts/x").status, 400u);
    EXPECT_EQ(get("/v1/nothing").status, 404u);
}

TEST_F(HttpApi, GenesisIsTheFirstEvent)
{
    const auto answer = bj::parse(get("/v1/genesis").body);
    EXPECT_EQ(std::string{answer.at("genesis").as_string()}, node->genesis());
    const auto block = bj::parse(get("/v1/heights/0").body);
    EXPECT_EQ(block.at("events").at(0).at("event"), answer.at("event"));
}
}  // namespace
}  // namespace engine::cli::test
