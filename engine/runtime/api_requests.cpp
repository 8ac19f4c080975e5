#include "engine/base/hex.hpp"
#include "engine/codec/codec.hpp"
#include "engine/runtime/api_context.hpp"
#include "engine/runtime/api_json.hpp"

#include <fmt/format.h>

namespace engine::api
{
namespace
{
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

void post_request(const Context& m, const HttpRequest& request, const Exchange& exchange)
{
    if (m.stopping)
        return refuse(exchange, stopping("send the same bytes again when it is back"));
    Bytes bytes{request.body.begin(), request.body.end()};
    const auto hash = event_hash(bytes);
    Submission submission;
    submission.events.push_back(std::move(bytes));
    submission.door = Door::callers;
    submission.answer = [exchange, hash](const std::vector<Receipt>& receipts) {
        exchange->respond(from_receipt(receipts.front(), hash));
    };
    m.parts.node.sequencer().submit(std::move(submission));
}
}  // namespace

Routes request_routes(const SharedContext& context)
{
    return {
        {"POST", "/v1/requests", [context](const HttpRequest& request, const Exchange& exchange) {
             post_request(*context, request, exchange);
         }}};
}
}  // namespace engine::api
