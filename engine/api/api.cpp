#include "engine/api/api.hpp"

#include "engine/api/views.hpp"
#include "engine/base/hex.hpp"
#include "engine/codec/json.hpp"
#include "engine/domain/bitcoin/names.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/store/checkpoint.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include <charconv>

namespace engine::api
{
namespace json = boost::json;

namespace
{
HttpResponse json_response(const json::object& body, unsigned status = 200)
{
    HttpResponse response;
    response.status = status;
    response.body = json::serialize(body) + "\n";
    return response;
}

HttpResponse text_response(std::string body, unsigned status = 200)
{
    HttpResponse response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(body);
    return response;
}

HttpResponse response_of(const Result<json::object, Problem>& result)
{
    return result ? json_response(*result) : to_response(result.error());
}

HttpResponse at_height(HttpResponse response, LogHeight height)
{
    response.headers.emplace_back("Refold-Height", std::to_string(height.value));
    return response;
}

std::string parameter(const HttpRequest& request, std::string_view name)
{
    return std::string{find_field(request.parameters, name).value_or("")};
}

std::optional<std::uint64_t> whole_number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end && !text.empty() ? std::optional{value}
                                                                : std::nullopt;
}

Problem problem_of(const OperatorError& error)
{
    return {500, std::string{error.kind.code}, std::string{error.kind.what},
        error.where + (error.where.empty() ? "" : ": ") + error.why,
        std::string{error.what_to_do()}};
}

std::string sentence_of(const Verdict& verdict)
{
    std::string text{verdict.sentence()};
    const char* separator = ": ";
    for (const auto& detail : verdict.details())
    {
        if (detail.name.empty())
            break;
        text += fmt::format("{}{} {}", separator, detail.name, detail.value);
        separator = ", ";
    }
    return text;
}

HttpResponse answer_of(const Receipt& receipt)
{
    switch (receipt.status)
    {
        case Receipt::Status::applied:
        case Receipt::Status::ignored:
        case Receipt::Status::duplicate:
        {
            json::object body{{"status", json::string{name(receipt.status)}}};
            body["place"] = nullptr;
            if (receipt.place)
                body["place"] = to_text(*receipt.place);
            return json_response(body);
        }
        case Receipt::Status::refused:
            return to_response({409, std::string{receipt.verdict.name()}, "the rules refuse it",
                sentence_of(receipt.verdict), "nothing was recorded; correct it and sign again"});
        case Receipt::Status::gap:
            return to_response({409, "gap", "something before it is missing",
                sentence_of(receipt.verdict), "send what comes before it first"});
        case Receipt::Status::invalid:
            return to_response({400, "invalid", "not an event of this log", receipt.text,
                "send the canonical bytes of a signed command of this genesis"});
        case Receipt::Status::busy:
        {
            auto response = to_response({503, "busy", "not now",
                receipt.text.empty() ? sentence_of(receipt.verdict) : receipt.text,
                "send the same bytes again later: they are recorded once"});
            response.headers.emplace_back("Retry-After", "1");
            return response;
        }
        case Receipt::Status::stopping:
            return to_response({503, "stopping", "the node is stopping", receipt.text,
                "send the same bytes again when it is back: they are recorded once"});
    }
    return to_response({500, "unknown", "unknown", "", ""});
}

Problem no_such_height(std::uint64_t wanted)
{
    return {404, "no_such_height", "there is no such height",
        fmt::format("the log has no durable block {}", wanted), "GET /v1/status tells the newest"};
}
}  // namespace

Api::Api(Parts parts)
  : m_node{parts.node},
    m_executor{parts.executor},
    m_clock{parts.clock},
    m_outbox{parts.outbox},
    m_edges{std::move(parts.edges)},
    m_started_ms{parts.clock.monotonic_ms()},
    m_streams{std::make_shared<Streams>(parts.executor, parts.node.log())}
{
    m_node.sequencer().follow([streams = m_streams](const DurableBlock&) { streams->wake(); });
}

std::vector<ApiRoute> Api::routes()
{
    using R = const HttpRequest&;
    const auto route = [](std::string method, std::string pattern, auto handler) {
        return ApiRoute{std::move(method), std::move(pattern),
            [handler](
                HttpRequest request, Exchange exchange) { handler(request, std::move(exchange)); }};
    };
    return {
        route("GET", "/livez", [](R, Exchange e) { e->respond(text_response("ok\n")); }),
        route("GET", "/readyz", [this](R r, Exchange e) { ready(r, std::move(e)); }),
        route("GET", "/metrics", [this](R, Exchange e) { metrics(std::move(e)); }),
        route("GET", "/v1/status", [this](R, Exchange e) { status(std::move(e)); }),
        route("GET", "/v1/genesis", [this](R, const Exchange& e) { genesis(e); }),
        route("GET", "/v1/tables",
            [](R, Exchange e) { e->respond(json_response(tables_to_json())); }),
        route("GET", "/v1/tables/{table}", [this](R r, Exchange e) { rows(r, std::move(e)); }),
        route("GET", "/v1/tables/{table}/{key...}",
            [this](R r, Exchange e) { row(r, std::move(e)); }),
        route("GET", "/v1/heights/{height}",
            [this](R r, Exchange e) { height(r, std::move(e), false); }),
        route("GET", "/v1/blocks/{height}",
            [this](R r, Exchange e) { height(r, std::move(e), true); }),
        route("GET", "/v1/seal", [this](R, Exchange e) { seal(std::move(e)); }),
        route("GET", "/v1/proof/{table}/{key...}",
            [this](R r, Exchange e) { proof(r, std::move(e)); }),
        route("GET", "/v1/stream", [this](R r, const Exchange& e) { stream(r, e); }),
        route("POST", "/v1/requests", [this](R r, Exchange e) { request(r, std::move(e)); }),
        route("POST", "/v1/checkpoint", [this](R, Exchange e) { checkpoint(std::move(e)); }),
    };
}

/// On Lane::fold.
Snapshot Api::snapshot() const
{
    Snapshot out;
    out.engine = m_node.sequencer().status();
    out.failed = m_node.sequencer().failed();
    out.edges = m_edges ? m_edges() : std::vector<Edge>{};
    out.network =
        std::string{bitcoin::name(std::get<bitcoin::Genesis>(m_node.constants().modules).network)};
    out.uptime_ms = m_clock.monotonic_ms() - m_started_ms;
    for (const auto& edge : out.edges)
        out.warnings.insert(out.warnings.end(), edge.warnings.begin(), edge.warnings.end());
    for (const auto& [id, trouble] : m_outbox.troubles())
        out.warnings.push_back({"outbox",
            fmt::format("effect {}: {} ({} failures)", to_hex(id.bytes), trouble.error.what,
                trouble.failures),
            trouble.error.action});
    if (!out.engine.has_room)
        out.warnings.push_back({"disk", "no room for the log: requests are refused",
            "make room; the node goes on by itself"});
    if (out.engine.clock_stands)
        out.warnings.push_back({"clock", "the machine's clock is far ahead of the log",
            "correct the clock, or submit access.clock_jump_allowed"});
    return out;
}

void Api::status(Exchange exchange)
{
    m_node.sequencer().read([this, exchange = std::move(exchange)](const DurableView& view) {
        auto now = snapshot();
        const auto totals = get(view.state, outbox::kTotals);
        now.effects_pending = totals.pending;
        now.effects_taken = totals.taken;
        now.effects_settled = totals.settled;
        now.effects_parked = totals.parked;
        now.effects_halted = totals.halted;
        exchange->respond(json_response(status_to_json(now)));
    });
}

void Api::ready(const HttpRequest& request, Exchange exchange)
{
    const bool verbose = find_field(request.query, "verbose").has_value();
    m_node.sequencer().read([this, verbose, exchange = std::move(exchange)](const DurableView&) {
        const auto now = snapshot();
        const auto text = now.is_ready() && !verbose ? std::string{"ok\n"} : readiness_text(now);
        exchange->respond(text_response(text, now.is_ready() ? 200 : 503));
    });
}

void Api::metrics(Exchange exchange)
{
    m_node.sequencer().read([this, exchange = std::move(exchange)](const DurableView& view) {
        auto now = snapshot();
        const auto totals = get(view.state, outbox::kTotals);
        now.effects_pending = totals.pending;
        now.effects_taken = totals.taken;
        now.effects_settled = totals.settled;
        now.effects_parked = totals.parked;
        now.effects_halted = totals.halted;
        auto response = text_response(metrics_text(now));
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        exchange->respond(std::move(response));
    });
}

void Api::genesis(const Exchange& exchange)
{
    const auto& access = std::get<access::Genesis>(m_node.constants().modules);
    exchange->respond(json_response({{"genesis", to_hex(m_node.genesis_id().bytes)},
        {"sequencer", to_hex(access.sequencer.bytes)},
        {"event", to_json(Event{EngineAuthor{}, m_node.constants()})}}));
}

void Api::rows(const HttpRequest& request, Exchange exchange)
{
    const auto name = parameter(request, "table");
    RowsWanted wanted;
    wanted.table = table_by_name(name);
    if (wanted.table == nullptr)
        return exchange->respond(to_response(no_such_table(name)));
    if (const auto text = find_field(request.query, "limit"))
    {
        const auto limit = whole_number(*text);
        if (!limit || *limit == 0 || *limit > 1'000)
            return exchange->respond(to_response(bad_parameter("limit", *text, "1 to 1000")));
        wanted.limit = static_cast<std::size_t>(*limit);
    }
    if (const auto text = find_field(request.query, "from"))
    {
        auto key = wanted.table->parse_key(*text);
        if (!key)
            return exchange->respond(to_response(bad_parameter("from", *text, key.error().what)));
        wanted.from = *std::move(key);
    }
    m_node.sequencer().read(
        [wanted, exchange = std::move(exchange)](const DurableView& view) mutable {
            wanted.height = view.header.height;
            exchange->respond(
                at_height(response_of(rows_to_json(view.state, wanted)), view.header.height));
        });
}

void Api::row(const HttpRequest& request, Exchange exchange)
{
    const auto name = parameter(request, "table");
    const auto* table = table_by_name(name);
    if (table == nullptr)
        return exchange->respond(to_response(no_such_table(name)));
    const auto text = parameter(request, "key");
    const auto key = table->parse_key(text);
    if (!key)
        return exchange->respond(to_response(bad_parameter("key", text, key.error().what)));
    m_node.sequencer().read(
        [table, key = *key, exchange = std::move(exchange)](const DurableView& view) {
            const auto height = view.header.height;
            exchange->respond(
                at_height(response_of(row_to_json(view.state, *table, height, key)), height));
        });
}

void Api::height(const HttpRequest& request, Exchange exchange, bool raw)
{
    const auto text = parameter(request, "height");
    const auto wanted = whole_number(text);
    if (!wanted)
        return exchange->respond(to_response(bad_parameter("height", text, "a whole number")));
    m_executor.post(Lane::check, [this, wanted = *wanted, raw, exchange = std::move(exchange)] {
        const auto bytes = log::read_block(m_node.log(), LogHeight{wanted});
        if (!bytes)
            return exchange->respond(to_response(no_such_height(wanted)));
        if (raw)
        {
            HttpResponse response;
            response.content_type = "application/octet-stream";
            response.body.assign(bytes->begin(), bytes->end());
            return exchange->respond(std::move(response));
        }
        const auto block = log::BlockView::parse(*bytes);
        if (!block)
            return exchange->respond(to_response(no_such_height(wanted)));
        auto body = header_to_json(block->header(), block->hash());
        json::array events;
        for (std::uint32_t i = 0; i < block->event_count(); ++i)
        {
            if (const auto event = decode_event(block->event(i)))
                events.push_back(event_to_json({block->height(), i},
                    log::event_hash(block->event(i)), block->result(i), *event));
        }
        body["events"] = std::move(events);
        exchange->respond(json_response(body));
    });
}

void Api::seal(Exchange exchange)
{
    m_node.sequencer().read([this, exchange = std::move(exchange)](const DurableView&) {
        const auto seal = m_node.sequencer().status().seal;
        if (!seal)
            return exchange->respond(to_response({404, "no_seal", "there is no seal yet",
                "no block is sealed", "ask again in a moment"}));
        exchange->respond(json_response(
            {{"height", seal->height.value}, {"block_hash", to_hex(seal->block_hash.bytes)},
                {"root", to_hex(seal->root.bytes)}, {"signature", to_hex(seal->signature.bytes)},
                {"seal", to_hex(log::encode_seal(*seal))}}));
    });
}

void Api::proof(const HttpRequest& request, Exchange exchange)
{
    const auto name = parameter(request, "table");
    const auto* table = table_by_name(name);
    if (table == nullptr)
        return exchange->respond(to_response(no_such_table(name)));
    const auto text = parameter(request, "key");
    const auto key = table->parse_key(text);
    if (!key)
        return exchange->respond(to_response(bad_parameter("key", text, key.error().what)));
    m_node.prove(table->info.id, *key,
        [this, table, key = *key, exchange = std::move(exchange)](
            const Result<Node::SealedProof, OperatorError>& proven) {
            if (!proven)
                return exchange->respond(to_response(problem_of(proven.error())));
            const auto& access = std::get<access::Genesis>(m_node.constants().modules);
            const auto key_text = table->key_to_text(key);
            exchange->respond(json_response({{"table", json::string{table->info.name}},
                {"key", key_text ? *key_text : to_hex(key)}, {"height", proven->seal.height.value},
                {"root", to_hex(proven->seal.root.bytes)},
                {"present", proven->proof.end == ProofEnd::row},
                {"proof", to_hex(encode_proof(proven->proof))},
                {"seal", to_hex(log::encode_seal(proven->seal))},
                {"genesis", to_hex(m_node.genesis_id().bytes)},
                {"sequencer", to_hex(access.sequencer.bytes)}}));
        });
}

void Api::stream(const HttpRequest& request, const Exchange& exchange)
{
    auto text = find_field(request.headers, "Last-Event-ID");
    if (!text)
        text = find_field(request.query, "after");
    std::optional<EventPlace> from;
    if (!text)
        from = EventPlace{LogHeight{m_node.log().tip()->header.height.value + 1}, 0};
    else if (*text == "genesis")
        from = EventPlace{};
    else if (const auto last = parse_place(*text); last && last->index < UINT32_MAX)
        from = EventPlace{last->height, last->index + 1};
    if (!from)
        return exchange->respond(to_response(
            bad_parameter("after", *text, "HEIGHT.INDEX of the last event you have, or genesis")));
    HttpResponse head;
    head.content_type = "text/event-stream";
    head.headers.emplace_back("Cache-Control", "no-store");
    if (auto opened = exchange->open_stream(std::move(head)))
        m_streams->add(std::move(opened), *from);
}

void Api::request(const HttpRequest& request, Exchange exchange)
{
    m_node.sequencer().submit({.events = {Bytes{request.body.begin(), request.body.end()}},
        .door = Door::callers,
        .answer = [exchange = std::move(exchange)](
                      const std::vector<Receipt>& r) { exchange->respond(answer_of(r.front())); }});
}

void Api::checkpoint(Exchange exchange)
{
    m_node.checkpoint(
        [this, exchange = std::move(exchange)](const Result<StateMark, OperatorError>& mark) {
            if (!mark)
                return exchange->respond(to_response(problem_of(mark.error())));
            exchange->respond(
                json_response({{"height", mark->height.value}, {"root", to_hex(mark->root.bytes)},
                    {"rows", mark->rows}, {"directory", m_node.checkpoint_path(mark->height)}}));
        });
}
}  // namespace engine::api
