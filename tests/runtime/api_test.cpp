// The HTTP API over a simulated node, without a server: what it answers, and what it costs.

#include "engine/runtime/api.hpp"
#include "engine/base/hex.hpp"
#include "engine/codec/table_codec.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/domain/outbox/state.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/event_proof_json.hpp"
#include "engine/store/proof_check.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>

namespace engine::test
{
namespace
{
namespace bj = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;

std::string text_of(const bj::value& value)
{
    return std::string{value.as_string()};
}

/// What one client got of a stream.
struct Received final : HttpStream
{
    std::vector<std::string> ids;
    bool is_open = true;

    bool send(std::string, std::string id) override
    {
        ids.push_back(std::move(id));
        return is_open;
    }
    std::size_t room() const override { return std::size_t{1} << 20; }
    void when_drained(std::function<void()>) override {}
    void close() override { is_open = false; }
    bool open() const override { return is_open; }
};

struct Answer final : HttpExchange
{
    std::optional<HttpResponse> response;
    std::shared_ptr<Received> stream;

    void respond(HttpResponse r) override { response = std::move(r); }
    std::shared_ptr<HttpStream> open_stream(HttpResponse) override
    {
        return stream = std::make_shared<Received>();
    }
    bool abandoned() const override { return false; }
};

class ApiTest : public ::testing::Test
{
protected:
    World world;
    std::unique_ptr<Api> api;
    std::uint64_t position = 0;

    void SetUp() override { start(); }

    void start()
    {
        world.start();
        api = std::make_unique<Api>(Api::Parts{
            *world.node, *world.executor, world.clock, "test", world.options.directory, nullptr});
    }

    void stop()
    {
        world.stop();
        api.reset();
    }

    EventPlace probe(std::uint64_t amount)
    {
        const auto receipt =
            world.submit_one(observation(probe_of(position, amount), position), Door::sources);
        EXPECT_EQ(receipt.status, Receipt::Status::applied);
        ++position;
        return receipt.place.value_or(EventPlace{});
    }

    std::shared_ptr<Answer> ask(
        const std::string& pattern, HttpFields parameters = {}, HttpFields query = {})
    {
        const auto answer = std::make_shared<Answer>();
        HttpRequest request;
        request.parameters = std::move(parameters);
        request.query = std::move(query);
        for (const auto& route : api->routes())
        {
            if (route.pattern == pattern && route.method == "GET")
                route.handler(request, answer);
        }
        world.executor->run_until(
            [&] { return answer->response.has_value() || answer->stream; }, 10'000);
        return answer;
    }

    bj::value get(const std::string& pattern, HttpFields parameters = {}, HttpFields query = {})
    {
        const auto answer = ask(pattern, std::move(parameters), std::move(query));
        EXPECT_TRUE(answer->response.has_value());
        EXPECT_EQ(answer->response->status, 200U) << answer->response->body;
        return bj::parse(answer->response->body);
    }

    /// The header of a block, from its raw frame.
    log::HashedHeader header_at(std::uint64_t height)
    {
        const auto frame = ask("/v1/blocks/{height}", {{"height", std::to_string(height)}});
        EXPECT_EQ(frame->response->status, 200U);
        const auto& body = frame->response->body;
        const Bytes bytes{body.begin(), body.end()};
        return {*log::decode_header(bytes), log::block_hash(ByteView{bytes})};
    }

    bool is_signed(const log::Seal& seal) const
    {
        return schnorr_verify(public_key(key_of(kSequencerKey)),
            log::seal_message(world.genesis_id, seal).bytes, seal.signature);
    }

    std::vector<std::string> stream_after(const std::string& place)
    {
        const auto answer = ask("/v1/stream", {}, {{"after", place}});
        EXPECT_TRUE(answer->stream != nullptr);
        world.executor->run_for(1'000);
        return answer->stream->ids;
    }
};

// ---- Proofs and warnings

TEST_F(ApiTest, TheRowOfATableWithASingleOneIsProved)
{
    probe(3);
    const auto answer = get("/v1/proof/{table}", {{"table", "probe.totals"}});
    const auto hex = [&](const char* name) { return *from_hex(text_of(answer.at(name))); };
    const auto proof = decode_proof(hex("proof"));
    const auto seal = log::decode_seal(hex("seal"));
    ASSERT_TRUE(proof && seal);
    EXPECT_EQ(proof->table, probe::kTotals.id.value);
    EXPECT_EQ(decode_row<probe::Totals>(proof->row)->count, 1U);
    EXPECT_TRUE(proves(*proof, seal->root));
    EXPECT_TRUE(schnorr_verify(public_key(key_of(kSequencerKey)),
        log::seal_message(world.genesis_id, *seal).bytes, seal->signature));
    EXPECT_EQ(ask("/v1/proof/{table}", {{"table", "probe.accounts"}})->response->status, 400U);
}

TEST_F(ApiTest, EveryEventOfTheLogIsProvedUpToTheSealWithNothingButTheProofAndHeaders)
{
    for (std::uint64_t i = 0; i < 6; ++i)
        probe(i);
    world.executor->run_for(1'000);
    std::size_t checked = 0, through_headers = 0;
    for (std::uint64_t height = 0; height <= world.status().height.value; ++height)
    {
        const auto block = get("/v1/heights/{height}", {{"height", std::to_string(height)}});
        for (const auto& event : block.at("events").as_array())
        {
            const auto place = text_of(event.at("place"));
            const auto answer = get("/v1/proof/event/{place}", {{"place", place}});
            const auto made = event_proof_from_json(answer);
            ASSERT_TRUE(made && made->seal) << place;
            ASSERT_TRUE(log::check_event_proof(made->proof)) << place;
            EXPECT_EQ(to_text({made->proof.height, made->proof.index}), place);
            EXPECT_EQ(answer.at("event_hash"), event.at("hash"));
            EXPECT_EQ(answer.at("hash"), block.at("hash"));
            EXPECT_EQ(made->proof.event_count, block.at("event_count").as_int64());

            auto hash = made->proof.block_hash;
            for (auto next = height + 1; next <= made->seal->height.value; ++next)
            {
                const auto header = header_at(next);
                ASSERT_EQ(header.header.previous, hash);
                hash = header.hash;
                ++through_headers;
            }
            EXPECT_EQ(hash, made->seal->block_hash);
            EXPECT_TRUE(is_signed(*made->seal));
            ++checked;
        }
    }
    EXPECT_GE(checked, 7U);
    EXPECT_GT(through_headers, 0U);
}

TEST_F(ApiTest, AnEventThatIsNotThereIsNotProved)
{
    probe(1);
    world.executor->run_for(1'000);
    const auto status = [&](const std::string& place) {
        return ask("/v1/proof/event/{place}", {{"place", place}})->response->status;
    };
    EXPECT_EQ(status("0.0"), 200U);
    EXPECT_EQ(status("0.1"), 404U);
    EXPECT_EQ(status(std::to_string(world.status().height.value + 1) + ".0"), 404U);
    for (const auto* wrong : {"", "1", "1.", ".1", "-1.0", "1.0.0", "1.4294967296"})
        EXPECT_EQ(status(wrong), 400U) << wrong;
}

TEST_F(ApiTest, NoTableHasTheNameThatProofsOfEventsAreUnder)
{
    for (const auto& codec : table_codecs())
        EXPECT_THAT(std::string{codec.info.name}, HasSubstr("."));
}

TEST_F(ApiTest, TheNewestSealIsServedAndGoesWithEveryRawFrame)
{
    probe(1);
    world.executor->run_for(1'000);
    const auto shown = get("/v1/seal");
    const auto seal = log::decode_seal(*from_hex(text_of(shown.at("seal"))));
    ASSERT_TRUE(seal);
    EXPECT_EQ(seal, world.status().seal);
    EXPECT_TRUE(is_signed(*seal));
    EXPECT_EQ(shown.at("height").to_number<std::uint64_t>(), seal->height.value);
    EXPECT_EQ(text_of(shown.at("hash")), to_hex(seal->block_hash.bytes));
    EXPECT_EQ(text_of(shown.at("root")), to_hex(seal->root.bytes));
    EXPECT_EQ(text_of(shown.at("signature")), to_hex(seal->signature.bytes));
    EXPECT_EQ(text_of(shown.at("genesis")), to_hex(world.genesis_id.bytes));
    EXPECT_EQ(text_of(shown.at("sequencer")), to_hex(public_key(key_of(kSequencerKey)).bytes));

    for (const auto* height : {"0", "1"})
    {
        const auto frame = ask("/v1/blocks/{height}", {{"height", height}});
        EXPECT_EQ(find_field(frame->response->headers, "Refold-Seal"), text_of(shown.at("seal")));
    }
}

TEST_F(ApiTest, StatusWarnsOfHaltedAndOfParkedEffects)
{
    EXPECT_EQ(get("/v1/status").at("healthy"), true);
    stop();
    outbox::Totals totals;
    totals.parked = 3;
    totals.halted = true;
    PlantedRows{world.disk}.put(outbox::kTotals.id, {}, encode_row(totals));
    start();
    const auto status = get("/v1/status");
    EXPECT_EQ(status.at("healthy"), false);
    EXPECT_EQ(status.at("effects").at("parked"), 3);
    EXPECT_EQ(status.at("effects").at("halted"), true);
    const auto& warnings = status.at("warnings").as_array();
    ASSERT_EQ(warnings.size(), 2U);
    EXPECT_EQ(warnings[0].at("part"), "effects");
    EXPECT_THAT(text_of(warnings[0].at("what")), HasSubstr("halted"));
    EXPECT_THAT(text_of(warnings[0].at("do")), HasSubstr("outbox.halt_lifted"));
    EXPECT_THAT(text_of(warnings[1].at("what")), HasSubstr("3 are parked"));
    EXPECT_THAT(text_of(warnings[1].at("do")), HasSubstr("effect_retried"));
}

// ---- Streams

TEST_F(ApiTest, AStreamGoesOnAfterEveryPlaceThereIsAndAfterTheLastWithWhatComes)
{
    std::vector<std::string> all;
    for (std::uint64_t i = 0; i < 8; ++i)
    {
        const auto place = probe(i);
        for (std::uint32_t index = 0; index <= place.index; ++index)
            all.push_back(to_text({place.height, index}));
    }
    all.insert(all.begin(), "0.0");
    world.executor->run_for(1'000);  // The tip is rooted: an empty block may have come.
    const auto tip = world.status().height;
    if (to_text({tip, 0}) != all[all.size() - 2])
        all.push_back(to_text({tip, 0}));
    EXPECT_EQ(stream_after("genesis"), all);
    for (std::size_t i = 0; i < all.size(); ++i)
    {
        const std::vector<std::string> rest{
            all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end()};
        EXPECT_EQ(stream_after(all[i]), rest) << "after " << all[i];
    }

    const auto waiting = ask("/v1/stream", {}, {{"after", all.back()}});
    world.executor->run_for(1'000);
    ASSERT_TRUE(waiting->stream->ids.empty());
    const auto next = probe(9);
    world.executor->run_until([&] { return waiting->stream->ids.size() >= 2; }, 1'000);
    EXPECT_THAT(
        waiting->stream->ids, ElementsAre(to_text({next.height, 0}), to_text({next.height, 1})));
}

TEST_F(ApiTest, AStreamFromBehindTheEndOfTheNewestBlockBeginsWithTheNext)
{
    const auto place = probe(1);
    world.executor->run_for(1'000);
    const auto tip = world.status().height;
    const auto waiting = ask("/v1/stream", {}, {{"after", to_text({tip, UINT32_MAX})}});
    ASSERT_TRUE(waiting->stream != nullptr);
    const auto next = probe(2);
    world.executor->run_for(50);
    EXPECT_EQ(waiting->stream->ids.front(), to_text({next.height, 0}));

    // A block in the middle: the place is behind its events, the next block comes.
    EXPECT_EQ(stream_after(to_text({place.height, 77})).front(),
        to_text({LogHeight{place.height.value + 1}, 0}));
}

TEST_F(ApiTest, AStreamFromAHeightThatIsNotThereIsRefusedWithWhereTheLogEnds)
{
    probe(1);
    world.executor->run_for(1'000);
    const auto tip = world.status().height.value;
    const auto refused = ask("/v1/stream", {}, {{"after", std::to_string(tip + 1) + ".0"}});
    ASSERT_TRUE(refused->response.has_value());
    EXPECT_EQ(refused->response->status, 404U);
    EXPECT_THAT(refused->response->body, HasSubstr("height " + std::to_string(tip)));
    for (const auto* wrong : {"", ".", "1", "1.", ".1", "-1.0", "1.0.0", "1.4294967296"})
        EXPECT_EQ(ask("/v1/stream", {}, {{"after", wrong}})->response->status, 400U) << wrong;
}

// ---- Pages

TEST_F(ApiTest, ATableWithoutOrderIsListedWithWhatWasJustAcknowledged)
{
    for (std::uint64_t i = 1; i <= 5; ++i)
    {
        world.executor->hold(Lane::root);
        probe(1);  // The n-th goes to account n - 1.
        probe(1);  // In a block that isn't rooted: the one before is not yet hashed.
        world.executor->let_go(Lane::root);
        const auto page = get("/v1/tables/{table}", {{"table", "probe.accounts"}});
        ASSERT_EQ(page.at("rows").as_array().size(), 2 * i);
        EXPECT_EQ(text_of(page.at("rows").as_array().back().at("key")), std::to_string(2 * i - 1));
    }
    const auto page =
        get("/v1/tables/{table}", {{"table", "probe.accounts"}}, {{"from", "2"}, {"limit", "2"}});
    EXPECT_EQ(page.at("rows").at(0).at("key"), "2");
    EXPECT_EQ(page.at("next"), "4");
}

TEST_F(ApiTest, APageOfAMillionRowsWithoutOrderTakesNeitherMemoryNorTheFoldingThread)
{
    constexpr std::uint64_t kRows = 1'000'000;
    stop();
    {
        PlantedRows rows{world.disk};
        const auto row = encode_row(probe::Account{1, 1});
        for (std::uint64_t i = 0; i < kRows; ++i)
            rows.put(probe::kAccounts.id, encode_key(i), row);
    }
    start();
    probe(7);
    get("/v1/tables/{table}", {{"table", "probe.accounts"}});
    world.executor->run_for(1'000);

    const auto before = world.status();
    rusage begin{};
    ::getrusage(RUSAGE_SELF, &begin);
    const auto since = std::chrono::steady_clock::now();
    constexpr int kPages = 20;
    for (int i = 0; i < kPages; ++i)
    {
        const auto page = get("/v1/tables/{table}", {{"table", "probe.accounts"}},
            {{"from", std::to_string(i * 50'000)}, {"limit", "1000"}});
        ASSERT_EQ(page.at("rows").as_array().size(), 1'000U);
        EXPECT_EQ(text_of(page.at("next")), std::to_string(i * 50'000 + 1'000));
    }
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - since);
    rusage end{};
    ::getrusage(RUSAGE_SELF, &end);
    RecordProperty("page_ms", static_cast<int>(ms.count() / kPages));
    RecordProperty("peak_growth_kib", static_cast<int>(end.ru_maxrss - begin.ru_maxrss));
    EXPECT_LT(end.ru_maxrss - begin.ru_maxrss, 32 * 1024);  // KiB.
    EXPECT_EQ(world.status().rows_in_memory, before.rows_in_memory);

    // And the folding thread has no part in it but to pass the request on.
    world.executor->hold(Lane::root);
    const auto answer = std::make_shared<Answer>();
    HttpRequest request;
    request.parameters = {{"table", "probe.accounts"}};
    std::size_t tasks = 0;
    for (const auto& route : api->routes())
    {
        if (route.pattern == "/v1/tables/{table}")
            route.handler(request, answer);
    }
    while (world.executor->run_one())
        ++tasks;
    EXPECT_EQ(tasks, 1U);
    world.executor->let_go(Lane::root);
    world.executor->run_ready();
    EXPECT_TRUE(answer->response.has_value());
}

TEST_F(ApiTest, APageEndsSoonerWhenItsRowsAreLarge)
{
    stop();
    {
        PlantedRows rows{world.disk};
        outbox::EffectRow row;
        row.payload.assign(200'000, 7);
        for (std::uint8_t i = 0; i < 20; ++i)
            rows.put(outbox::kEffects.id, encode_key(EffectId{{i}}), encode_row(row));
    }
    start();
    std::size_t rows = 0, pages = 0;
    HttpFields query{{"limit", "1000"}};
    for (bool more = true; more; ++pages)
    {
        const auto page = get("/v1/tables/{table}", {{"table", "outbox.effects"}}, query);
        rows += page.at("rows").as_array().size();
        more = !page.at("next").is_null();
        if (more)
            query = {{"limit", "1000"}, {"from", text_of(page.at("next"))}};
    }
    EXPECT_EQ(rows, 20U);
    EXPECT_GE(pages, 3U);
}
}  // namespace
}  // namespace engine::test
