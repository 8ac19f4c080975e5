// Proofs of events, and the seal that completes them. Proofs of rows: api_state.cpp.

#include "engine/base/hex.hpp"
#include "engine/runtime/api_context.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/event_proof_json.hpp"

#include <fmt/format.h>

namespace engine::api
{
namespace
{
LogName name_of(const Context& m)
{
    return {m.parts.node.genesis_id(),
        std::get<access::Genesis>(m.parts.node.constants().modules).sequencer};
}

HttpResponse damaged(const log::BlockError& error)
{
    return to_response(
        {500, "log-damaged", "the block can't be read", error.what, "run verify-consistency"});
}

HttpResponse prove(
    const Context& m, ByteView bytes, EventPlace place, const std::optional<log::Seal>& newest)
{
    const auto block = log::BlockView::parse(bytes);
    if (!block)
        return damaged(block.error());
    if (place.index >= block->event_count())
        return to_response(not_found("no-such-event",
            fmt::format("block {} has {} events", place.height.value, block->event_count()),
            "the first is at index 0"));
    const auto proof = log::prove_event(*block, place.index);
    const auto checked = log::check_event_proof(proof);
    if (!checked)
        return damaged(checked.error());
    return json_response(event_proof_to_json(proof, newest, name_of(m)));
}

void get_event_proof(const SharedContext& m, const HttpRequest& request, const Exchange& exchange)
{
    const auto place = place_from_text(parameter(request, "place"));
    if (!place)
        return refuse(exchange,
            bad_request("bad-place", "a place is height.index", "/v1/heights/H lists the places"));
    m->with_block(place->height, [m, exchange, place = *place](const log::LogResult<Bytes>& bytes,
                                     const std::optional<log::Seal>& newest) {
        exchange->respond(bytes ? prove(*m, *bytes, place, newest) : from_log_error(bytes.error()));
    });
}

void get_seal(const Context& m, const Exchange& exchange)
{
    const auto seal = m.parts.node.sequencer().status().seal;
    if (!seal)
        return refuse(exchange, not_found("no-seal", "nothing is sealed yet",
                                    "the first seal comes with the first rooted block"));
    const auto name = name_of(m);
    auto out = seal_to_json(*seal);
    out["sequencer"] = text(to_hex(name.sequencer.bytes));
    out["genesis"] = text(to_hex(name.genesis.bytes));
    exchange->respond(json_response(out));
}
}  // namespace

// No table is called `event`: names of tables have a dot.
Routes proof_routes(const SharedContext& context)
{
    return {{"GET", "/v1/proof/event/{place}",
                [context](const HttpRequest& request, const Exchange& exchange) {
                    get_event_proof(context, request, exchange);
                }},
        {"GET", "/v1/seal", [context](const HttpRequest&, const Exchange& exchange) {
             context->on_fold([context, exchange] { get_seal(*context, exchange); });
         }}};
}
}  // namespace engine::api
