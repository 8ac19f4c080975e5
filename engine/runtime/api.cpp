#include "engine/runtime/api.hpp"

#include "engine/base/hex.hpp"
#include "engine/bitcoin/network.hpp"
#include "engine/codec/codec.hpp"
#include "engine/codec/json.hpp"
#include "engine/codec/table_codec.hpp"
#include "engine/core/read.hpp"
#include "engine/domain/bitcoin/state.hpp"
#include "engine/domain/outbox/state.hpp"
#include "engine/ports/problem.hpp"
#include "engine/ports/server_sent_events.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/api_metrics.hpp"
#include "engine/runtime/api_stream.hpp"
#include "engine/store/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>

namespace engine
{
namespace
{
namespace json = boost::json;

using Exchange = std::shared_ptr<HttpExchange>;

constexpr std::uint64_t kLimitStandard = 20;
constexpr std::uint64_t kLimitMost = 1000;

json::string text(std::string_view view)
{
    return json::string{json::string_view{view.data(), view.size()}};
}

void refuse(const Exchange& exchange, Problem problem)
{
    auto response = to_response(problem);
    if (problem.status == 503)
        response.headers.emplace_back("Retry-After", "1");
    exchange->respond(std::move(response));
}

Problem not_found(std::string code, std::string detail, std::string hint)
{
    return {404, std::move(code), "not there", std::move(detail), std::move(hint)};
}

Problem bad_request(std::string code, std::string detail, std::string hint)
{
    return {400, std::move(code), "malformed request", std::move(detail), std::move(hint)};
}

Problem internal(const OperatorError& error)
{
    return {500, std::string{error.kind.code}, std::string{error.kind.what}, error.why,
        std::string{error.what_to_do()}};
}

std::string parameter(const HttpRequest& request, std::string_view name)
{
    return std::string{find_field(request.parameters, name).value_or("")};
}

std::optional<std::uint64_t> number(std::string_view digits)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

json::array names(const std::vector<std::string>& list)
{
    json::array out;
    for (const auto& name : list)
        out.push_back(text(name));
    return out;
}

json::object describe_table(const TableCodec& codec)
{
    json::object out;
    out["name"] = text(codec.info.name);
    out["id"] = codec.info.id.value;
    out["ordered"] = codec.info.ordered;
    out["key"] = names(codec.key_members);
    out["row"] = names(codec.row_members);
    return out;
}

// ---- Rows

HttpResponse undecodable(const TableCodec& table, const Invalid& invalid)
{
    return to_response({500, "state-corrupt", "a row can't be decoded",
        std::string{table.info.name} + ": " + invalid.what, "run verify-consistency"});
}

HttpResponse one_row(const DurableView& view, const TableCodec& table, const Bytes& key)
{
    const auto key_text = table.key_to_text(key);
    const auto shown = key_text ? *key_text : to_hex(key);
    const auto row = view.state.get(table.info.id, key);
    if (!row)
        return to_response(not_found("row-absent",
            fmt::format("{} has no row under {} at height {}", table.info.name, shown,
                view.header.height.value),
            fmt::format("/v1/tables/{} lists its rows", table.info.name)));
    auto value = table.row_to_json(*row);
    if (!value)
        return undecodable(table, value.error());
    json::object out;
    out["table"] = text(table.info.name);
    out["key"] = text(shown);
    out["height"] = view.header.height.value;
    out["row"] = *std::move(value);
    return json_response(out);
}

HttpResponse rows_from(
    const DurableView& view, const TableCodec& table, const Bytes& from, std::uint64_t limit)
{
    json::array rows;
    json::value next = nullptr;
    std::optional<Invalid> bad;
    const auto visit = [&](ByteView key, ByteView row) {
        const auto key_text = table.key_to_text(key);
        const auto value = table.row_to_json(row);
        if (!key_text || !value)
        {
            bad = key_text ? value.error() : key_text.error();
            return false;
        }
        if (rows.size() == limit)
        {
            next = text(*key_text);
            return false;
        }
        json::object shown;
        shown["key"] = text(*key_text);
        shown["row"] = *value;
        rows.push_back(std::move(shown));
        return true;
    };
    view.state.scan(table.info.id, from, visit);
    if (bad)
        return undecodable(table, *bad);
    json::object out;
    out["table"] = text(table.info.name);
    out["height"] = view.header.height.value;
    out["rows"] = std::move(rows);
    out["next"] = std::move(next);
    return json_response(out);
}

// ---- Requests

Problem from_refusal(const Receipt& receipt)
{
    const auto& verdict = receipt.verdict;
    auto detail = std::string{verdict.sentence()};
    for (const auto& item : verdict.details())
    {
        if (!item.name.empty())
            detail += fmt::format("; {} {}", item.name, item.value);
    }
    // The core's and access's codes are about who asks and when: the state as it is says no.
    const auto module = verdict.code() >> 8;
    const unsigned status = module <= 1 ? 409 : 422;
    return {status, std::string{verdict.name()}, "refused", detail, "nothing was recorded"};
}

HttpResponse from_receipt(const Receipt& receipt, const EventHash& hash)
{
    switch (receipt.status)
    {
        case Receipt::Status::applied:
        case Receipt::Status::ignored:
        case Receipt::Status::duplicate:
        {
            json::object out;
            out["status"] = text(name(receipt.status));
            out["place"] = nullptr;
            if (receipt.place)
                out["place"] = text(to_text(*receipt.place));
            out["event"] = text(to_hex(hash.bytes));
            return json_response(out);
        }
        case Receipt::Status::refused:
            return to_response(from_refusal(receipt));
        case Receipt::Status::invalid:
            return to_response({400, "invalid-event", "not an event of a caller", receipt.text,
                "send the canonical bytes of one signed command"});
        case Receipt::Status::gap:
            return to_response(
                {409, "gap", "refused", receipt.text, "send what comes before it first"});
        case Receipt::Status::busy:
        case Receipt::Status::stopping:
            break;
    }
    auto response = to_response({503, std::string{name(receipt.status)}, "not ready", receipt.text,
        "send the same bytes again in a moment: they are recorded once"});
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

// ---- Log

HttpResponse from_log_error(const log::LogError& error)
{
    const bool absent = error.code == log::LogErrorCode::beyond_end;
    return to_response({absent ? 404u : 500u, std::string{log::code_name(error.code)},
        absent ? "not there" : "the log can't be read", error.what, error.repair});
}

HttpResponse block_as_json(ByteView bytes)
{
    const auto block = log::BlockView::parse(bytes);
    if (!block)
        return to_response({500, "log-damaged", "the block can't be read", block.error().what,
            "run verify-consistency"});
    auto out = header_to_json(block->header(), block->hash());
    json::array events;
    for (std::uint32_t i = 0; i < block->event_count(); ++i)
    {
        const auto event = decode_event(block->event(i));
        if (!event)
            return to_response({500, "log-damaged", "an event can't be decoded", event.error().what,
                "run verify-consistency"});
        events.push_back(event_to_json(
            {block->height(), i}, event_hash(block->event(i)), block->result(i), *event));
    }
    out["events"] = std::move(events);
    return json_response(out);
}

HttpResponse block_as_bytes(const Bytes& bytes)
{
    HttpResponse response;
    response.content_type = "application/octet-stream";
    response.headers = {{"Refold-Block-Hash", to_hex(log::block_hash(ByteView{bytes}).bytes)}};
    response.body.assign(bytes.begin(), bytes.end());
    return response;
}
}  // namespace

struct Api::Inside : std::enable_shared_from_this<Api::Inside>
{
    Parts parts;
    std::int64_t began_ms;
    std::vector<std::shared_ptr<EventFeed>> feeds;  // One a client. Owned by Lane::fold.
    std::atomic<bool> stopping = false;

    explicit Inside(Parts p) : parts{std::move(p)}, began_ms{parts.clock.monotonic_ms()} {}

    std::int64_t uptime_ms() const { return parts.clock.monotonic_ms() - began_ms; }

    void on_fold(Task task) { parts.executor.post(Lane::fold, std::move(task)); }

    void read(std::function<void(const DurableView&)> reader)
    {
        parts.node.sequencer().read(std::move(reader));
    }

    // ---- Health

    json::object log_group(const SequencerStatus& status) const
    {
        json::object out;
        out["height"] = status.height.value;
        out["log_time_ms"] = status.time.value;
        out["hash"] = text(to_hex(status.hash.bytes));
        out["has_room"] = status.has_room;
        return out;
    }

    static json::object state_group(const SequencerStatus& status)
    {
        json::object out;
        out["root_height"] = nullptr;
        out["root"] = nullptr;
        if (status.root)
        {
            out["root_height"] = status.root->height.value;
            out["root"] = text(to_hex(status.root->root.bytes));
        }
        out["sealed_height"] = nullptr;
        if (status.seal)
            out["sealed_height"] = status.seal->height.value;
        out["flushed_height"] = nullptr;
        if (status.flushed)
            out["flushed_height"] = status.flushed->height.value;
        out["rows_in_memory"] = status.rows_in_memory;
        out["memory_bytes"] = status.memory_bytes;
        return out;
    }

    static json::object request_group(const SequencerStatus& status)
    {
        json::object out;
        out["events"] = status.events;
        out["applied"] = status.applied;
        out["ignored"] = status.ignored;
        out["refused"] = status.refused;
        out["duplicates"] = status.duplicates;
        out["gaps"] = status.gaps;
        out["invalid"] = status.invalid;
        out["queued"] = status.queued;
        return out;
    }

    static json::object bitcoin_group(const StateView& state)
    {
        const auto tip = engine::get(state, bitcoin::kTip);
        json::object out;
        out["height"] = tip.height.value;
        out["block"] = text(to_display_hex(tip.block.bytes));
        return out;
    }

    // On Lane::fold.
    EdgeReport edges() const { return parts.edges ? parts.edges() : EdgeReport{}; }

    std::vector<ApiWarning> warnings(const SequencerStatus& status) const
    {
        std::vector<ApiWarning> out;
        if (!status.has_room)
            out.push_back({"log", "the disk is full: nothing is accepted",
                "make room on the disk of the data directory"});
        if (status.clock_stands)
            out.push_back({"clock", "the machine's clock is far ahead of the log",
                "check the clock; if it is right, submit access.clock_jump_allowed"});
        if (parts.node.sequencer().failed())
            out.push_back(
                {"node", "it has stopped itself", "read its log; run verify-consistency"});
        return out;
    }

    static json::object effects_group(const outbox::Totals& totals)
    {
        json::object out;
        out["open"] = totals.pending + totals.taken;
        out["settled"] = totals.settled;
        out["withdrawn"] = totals.withdrawn;
        out["parked"] = totals.parked;
        out["halted"] = totals.halted;
        return out;
    }

    HttpResponse status(const DurableView& view)
    {
        const auto status = parts.node.sequencer().status();
        auto report = edges();
        auto all = warnings(status);
        const auto effects = engine::get(view.state, outbox::kTotals);
        if (effects.halted)
            all.push_back({"effects",
                "irrevocable effects are halted after a reorganisation below the window",
                "look at bitcoin.deep_reorg; outbox.halt_lifted lets them go on"});
        if (effects.parked > 0)
            all.push_back({"effects", fmt::format("{} are parked", effects.parked),
                "look at outbox.effects; outbox.effect_retried tries one again"});
        const bool healthy = all.empty() && report.warnings.empty();
        all.insert(all.end(), report.warnings.begin(), report.warnings.end());

        json::object out;
        const auto network = engine::get(view.state, bitcoin::kParameters).network;
        out["network"] = text(btc::name(static_cast<btc::Network>(network)));
        out["version"] = text(parts.version);
        out["genesis"] = text(to_hex(parts.node.genesis_id().bytes));
        out["uptime_ms"] = uptime_ms();
        out["healthy"] = healthy;
        json::array list;
        for (const auto& warning : all)
        {
            json::object item;
            item["part"] = text(warning.part);
            item["what"] = text(warning.what);
            item["do"] = text(warning.action);
            list.push_back(std::move(item));
        }
        out["warnings"] = std::move(list);
        out["log"] = log_group(status);
        out["state"] = state_group(status);
        out["requests"] = request_group(status);
        out["bitcoin"] = bitcoin_group(view.state);
        out["effects"] = effects_group(effects);
        for (auto& group : report.groups)
        {
            // A group that both sides know, bitcoin, is one.
            auto& target = out[group.key()];
            if (!target.is_object())
                target = json::object{};
            for (auto& member : group.value().as_object())
                target.as_object()[member.key()] = member.value();
        }
        return json_response(out);
    }

    HttpResponse ready()
    {
        const auto status = parts.node.sequencer().status();
        auto all = warnings(status);
        if (stopping)
            all.push_back({"node", "it is stopping", "wait until it is started again"});
        HttpResponse response;
        response.content_type = "text/plain; charset=utf-8";
        response.status = all.empty() ? 200 : 503;
        response.body = fmt::format("log ok at height {}\n", status.height.value);
        for (const auto& warning : all)
            response.body +=
                fmt::format("{} failed: {}. {}\n", warning.part, warning.what, warning.action);
        return response;
    }

    HttpResponse metrics()
    {
        HttpResponse response;
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.body = metrics_text(parts.node.sequencer().status(), uptime_ms(), edges().groups);
        return response;
    }

    // ---- State

    const TableCodec* table(const HttpRequest& request, const Exchange& exchange)
    {
        const auto name = parameter(request, "table");
        const auto* codec = table_by_name(name);
        if (codec == nullptr)
            refuse(exchange, not_found("unknown-table", unknown_table(name).what,
                                 "/v1/tables lists the tables"));
        return codec;
    }

    std::optional<Bytes> key(
        const TableCodec& codec, std::string_view given, const Exchange& exchange)
    {
        auto parsed = codec.parse_key(given);
        if (parsed)
            return *std::move(parsed);
        refuse(exchange,
            bad_request("bad-key", parsed.error().what,
                fmt::format("/v1/tables/{} shows the form of its keys", codec.info.name)));
        return std::nullopt;
    }

    void get_rows(const HttpRequest& request, const Exchange& exchange)
    {
        const auto* codec = table(request, exchange);
        if (codec == nullptr)
            return;
        const auto limit =
            number(find_field(request.query, "limit").value_or(std::to_string(kLimitStandard)));
        if (!limit || *limit == 0 || *limit > kLimitMost)
            return refuse(exchange, bad_request("bad-limit", "limit is a number from 1 to 1000",
                                        "leave it out to get 20"));
        Bytes from;
        if (const auto given = find_field(request.query, "from"))
        {
            auto parsed = key(*codec, *given, exchange);
            if (!parsed)
                return;
            from = *std::move(parsed);
        }
        read([codec, from = std::move(from), limit, exchange](const DurableView& view) {
            exchange->respond(rows_from(view, *codec, from, *limit));
        });
    }

    void get_row(const HttpRequest& request, const Exchange& exchange)
    {
        const auto* codec = table(request, exchange);
        if (codec == nullptr)
            return;
        auto parsed = key(*codec, parameter(request, "key"), exchange);
        if (!parsed)
            return;
        read([codec, wanted = *std::move(parsed), exchange](
                 const DurableView& view) { exchange->respond(one_row(view, *codec, wanted)); });
    }

    void get_proof(const HttpRequest& request, const Exchange& exchange)
    {
        const auto* codec = table(request, exchange);
        if (codec == nullptr)
            return;
        auto parsed = key(*codec, parameter(request, "key"), exchange);
        if (!parsed)
            return;
        const auto shown = parameter(request, "key");
        const auto self = shared_from_this();
        parts.node.prove(codec->info.id, *parsed,
            [self, codec, shown, exchange](const Result<Node::SealedProof, OperatorError>& made) {
                if (!made)
                    return refuse(exchange, internal(made.error()));
                const auto& constants = self->parts.node.constants();
                json::object out;
                out["table"] = text(codec->info.name);
                out["key"] = text(shown);
                out["height"] = made->seal.height.value;
                out["root"] = text(to_hex(made->seal.root.bytes));
                out["proof"] = text(to_hex(encode_proof(made->proof)));
                out["seal"] = text(to_hex(log::encode_seal(made->seal)));
                out["sequencer"] =
                    text(to_hex(std::get<access::Genesis>(constants.modules).sequencer.bytes));
                out["genesis"] = text(to_hex(self->parts.node.genesis_id().bytes));
                exchange->respond(json_response(out));
            });
    }

    void post_checkpoint(const Exchange& exchange)
    {
        const auto all = checkpoints_path(parts.data_directory);
        parts.node.checkpoint([all, exchange](const Result<StateMark, OperatorError>& made) {
            if (!made)
                return refuse(exchange, internal(made.error()));
            json::object out;
            out["height"] = made->height.value;
            out["root"] = text(to_hex(made->root.bytes));
            out["hash"] = text(to_hex(made->block_hash.bytes));
            out["rows"] = made->rows;
            out["directory"] = text(checkpoint_directory(all, made->height));
            exchange->respond(json_response(out));
        });
    }

    void post_request(HttpRequest request, const Exchange& exchange)
    {
        if (stopping)
            return refuse(exchange, {503, "stopping", "not ready", "the node is stopping",
                                        "send the same bytes again when it is back"});
        Bytes bytes{request.body.begin(), request.body.end()};
        const auto hash = event_hash(bytes);
        Submission submission;
        submission.events.push_back(std::move(bytes));
        submission.door = Door::callers;
        submission.answer = [exchange, hash](const std::vector<Receipt>& receipts) {
            exchange->respond(from_receipt(receipts.front(), hash));
        };
        parts.node.sequencer().submit(std::move(submission));
    }

    // ---- Log

    void with_block(
        const HttpRequest& request, const Exchange& exchange, HttpResponse (*respond)(const Bytes&))
    {
        const auto height = number(parameter(request, "height"));
        if (!height)
            return refuse(exchange, bad_request("bad-height", "a height is a whole number",
                                        "/v1/status names the newest"));
        const auto self = shared_from_this();
        parts.executor.post(Lane::check, [self, height, exchange, respond] {
            const auto bytes = log::read_block(self->parts.node.log(), LogHeight{*height});
            exchange->respond(bytes ? respond(*bytes) : from_log_error(bytes.error()));
        });
    }

    void get_genesis(const Exchange& exchange)
    {
        json::object out;
        out["genesis"] = text(to_hex(parts.node.genesis_id().bytes));
        out["event"] = to_json(Event{EngineAuthor{}, parts.node.constants()});
        exchange->respond(json_response(out));
    }

    void get_stream(const HttpRequest& request, const Exchange& exchange)
    {
        auto after = find_field(request.query, "after");
        if (const auto last = find_field(request.headers, "Last-Event-ID"))
            after = last;
        if (after && *after != "genesis" && !place_from_text(*after))
            return refuse(
                exchange, bad_request("bad-place", "after is a place HEIGHT.INDEX, or `genesis`",
                              "leave it out to get what comes next"));
        const auto self = shared_from_this();
        const auto given = after ? std::optional{std::string{*after}} : std::nullopt;
        on_fold([self, given, exchange] { self->begin_stream(given, exchange); });
    }

    // Without a place, the stream begins behind the newest durable event.
    std::optional<EventPlace> begin_after(const std::optional<std::string>& given) const
    {
        if (given)
            return *given == "genesis" ? std::nullopt : place_from_text(*given);
        return EventPlace{parts.node.sequencer().status().height, UINT32_MAX - 1};
    }

    void begin_stream(const std::optional<std::string>& given, const Exchange& exchange)
    {
        if (stopping)
            return refuse(exchange, {503, "stopping", "not ready", "the node is stopping",
                                        "come back with the last id"});
        const auto after = begin_after(given);
        const auto tip = parts.node.sequencer().status().height;
        if (after && after->height > tip)
            return refuse(exchange,
                not_found("beyond-end", fmt::format("the log ends at height {}", tip.value),
                    "give back the last id that came from this log"));
        auto stream = exchange->open_stream(event_stream_head());
        if (!stream)
            return;
        auto feed =
            std::make_shared<EventFeed>(parts.node.log(), parts.executor, std::move(stream), after);
        keep(feed);
        feed->poke();
    }

    void keep(const std::shared_ptr<EventFeed>& feed)
    {
        drop_closed();
        feeds.push_back(feed);
    }

    void drop_closed()
    {
        std::erase_if(feeds, [](const auto& feed) { return !feed->open(); });
    }

    void poke_all()
    {
        drop_closed();
        for (const auto& feed : feeds)
            feed->poke();
    }

    void close_all()
    {
        for (const auto& feed : feeds)
            feed->close();
        feeds.clear();
    }
};

Api::Api(Parts parts) : m{std::make_shared<Inside>(std::move(parts))}
{
    const std::weak_ptr<Inside> weak = m;
    m->parts.node.sequencer().follow([weak](const DurableBlock&) {
        if (const auto self = weak.lock())
            self->poke_all();
    });
}

Api::~Api() = default;

void Api::stop()
{
    m->stopping = true;
    m->on_fold([self = m] { self->close_all(); });
}

std::vector<ApiRoute> Api::routes() const
{
    const auto self = m;
    const auto on_view = [self](HttpResponse (Inside::*make)(const DurableView&)) {
        return [self, make](const HttpRequest&, const Exchange& exchange) {
            self->read([self, make, exchange](
                           const DurableView& view) { exchange->respond((*self.*make)(view)); });
        };
    };
    const auto on_fold = [self](HttpResponse (Inside::*make)()) {
        return [self, make](const HttpRequest&, const Exchange& exchange) {
            self->on_fold([self, make, exchange] { exchange->respond((*self.*make)()); });
        };
    };
    const auto direct = [self](void (Inside::*handle)(const HttpRequest&, const Exchange&)) {
        return [self, handle](const HttpRequest& request, const Exchange& exchange) {
            (*self.*handle)(request, exchange);
        };
    };
    const auto block = [self](HttpResponse (*respond)(const Bytes&)) {
        return [self, respond](const HttpRequest& request, const Exchange& exchange) {
            self->with_block(request, exchange, respond);
        };
    };
    const auto live = [](const HttpRequest&, const Exchange& exchange) {
        HttpResponse response;
        response.content_type = "text/plain; charset=utf-8";
        response.body = "ok\n";
        exchange->respond(std::move(response));
    };
    const auto tables = [](const HttpRequest&, const Exchange& exchange) {
        json::array list;
        for (const auto& codec : table_codecs())
            list.push_back(describe_table(codec));
        json::object out;
        out["tables"] = std::move(list);
        exchange->respond(json_response(out));
    };
    return {{"GET", "/livez", live}, {"GET", "/readyz", on_fold(&Inside::ready)},
        {"GET", "/metrics", on_fold(&Inside::metrics)},
        {"GET", "/v1/status", on_view(&Inside::status)}, {"GET", "/v1/tables", tables},
        {"GET", "/v1/tables/{table}", direct(&Inside::get_rows)},
        {"GET", "/v1/tables/{table}/{key}", direct(&Inside::get_row)},
        {"GET", "/v1/proof/{table}", direct(&Inside::get_proof)},  // Of a table with a single row.
        {"GET", "/v1/proof/{table}/{key}", direct(&Inside::get_proof)},
        {"GET", "/v1/heights/{height}",
            block([](const Bytes& bytes) { return block_as_json(bytes); })},
        {"GET", "/v1/blocks/{height}", block(&block_as_bytes)},
        {"GET", "/v1/genesis",
            [self](const HttpRequest&, const Exchange& exchange) { self->get_genesis(exchange); }},
        {"GET", "/v1/stream", direct(&Inside::get_stream)},
        {"POST", "/v1/requests",
            [self](HttpRequest request, const Exchange& exchange) {
                self->post_request(std::move(request), exchange);
            }},
        {"POST", "/v1/checkpoint", [self](const HttpRequest&, const Exchange& exchange) {
             self->post_checkpoint(exchange);
         }}};
}
}  // namespace engine
