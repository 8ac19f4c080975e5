#include "engine/base/hex.hpp"
#include "engine/codec/codec.hpp"
#include "engine/codec/json.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/api_streams.hpp"

namespace engine::api
{
HttpResponse from_log_error(const log::LogError& error)
{
    const bool absent = error.code == log::LogErrorCode::beyond_end;
    const auto hint = absent ? "/v1/status says where the log ends" : "run verify-consistency";
    return to_response({absent ? 404u : 500u, std::string{log::code_name(error.code)},
        absent ? "not there" : "the log can't be read", error.what,
        error.repair.empty() ? hint : error.repair});
}

namespace
{
HttpResponse block_as_json(const Bytes& bytes, const std::optional<log::Seal>&)
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

HttpResponse block_as_bytes(const Bytes& bytes, const std::optional<log::Seal>& newest)
{
    HttpResponse response;
    response.content_type = "application/octet-stream";
    response.headers = {{"Refold-Block-Hash", to_hex(log::block_hash(ByteView{bytes}).bytes)}};
    if (newest)
        response.headers.emplace_back("Refold-Seal", to_hex(log::encode_seal(*newest)));
    response.body.assign(bytes.begin(), bytes.end());
    return response;
}

using BlockResponse = HttpResponse (*)(const Bytes&, const std::optional<log::Seal>& newest);

void with_block(const SharedContext& m, const HttpRequest& request, const Exchange& exchange,
    BlockResponse respond)
{
    const auto height = number(parameter(request, "height"));
    if (!height)
        return refuse(exchange,
            bad_request("bad-height", "a height is a whole number", "/v1/status names the newest"));
    m->with_block(LogHeight{*height}, [m, exchange, respond](const log::LogResult<Bytes>& bytes,
                                          const std::optional<log::Seal>& newest) {
        exchange->respond(bytes ? respond(*bytes, newest) : from_log_error(bytes.error()));
    });
}

void get_genesis(const Context& m, const Exchange& exchange)
{
    json::object out;
    out["genesis"] = text(to_hex(m.parts.node.genesis_id().bytes));
    out["event"] = to_json(Event{EngineAuthor{}, m.parts.node.constants()});
    exchange->respond(json_response(out));
}
}  // namespace

Routes log_routes(const SharedContext& context, const std::shared_ptr<Streams>& streams)
{
    const auto block = [context](BlockResponse respond) {
        return [context, respond](const HttpRequest& request, const Exchange& exchange) {
            with_block(context, request, exchange, respond);
        };
    };
    return {{"GET", "/v1/heights/{height}", block(&block_as_json)},
        {"GET", "/v1/blocks/{height}", block(&block_as_bytes)},
        {"GET", "/v1/genesis",
            [context](
                const HttpRequest&, const Exchange& exchange) { get_genesis(*context, exchange); }},
        {"GET", "/v1/stream", [streams](const HttpRequest& request, const Exchange& exchange) {
             streams->open(request, exchange);
         }}};
}
}  // namespace engine::api
