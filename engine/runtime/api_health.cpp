#include "engine/base/hex.hpp"
#include "engine/bitcoin/network.hpp"
#include "engine/core/read.hpp"
#include "engine/domain/bitcoin/state.hpp"
#include "engine/domain/outbox/state.hpp"
#include "engine/runtime/api_context.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/api_metrics.hpp"

#include <fmt/format.h>

namespace engine::api
{
namespace
{
json::object log_group(const SequencerStatus& status)
{
    json::object out;
    out["height"] = status.height.value;
    out["log_time_ms"] = status.time.value;
    out["hash"] = text(to_hex(status.hash.bytes));
    out["has_room"] = status.has_room;
    out["restored"] = status.held.has_value();
    return out;
}

json::object state_group(const SequencerStatus& status)
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

json::object request_group(const SequencerStatus& status)
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

json::object bitcoin_group(const StateView& state)
{
    const auto tip = engine::get(state, bitcoin::kTip);
    json::object out;
    out["height"] = tip.height.value;
    out["block"] = text(to_display_hex(tip.block.bytes));
    return out;
}

// On Lane::fold.
EdgeReport edges(const Context& m)
{
    return m.parts.edges ? m.parts.edges() : EdgeReport{};
}

std::vector<ApiWarning> warnings(const Context& m, const SequencerStatus& status)
{
    std::vector<ApiWarning> out;
    if (!status.has_room)
        out.push_back({"log", "the disk is full: nothing is accepted",
            "make room on the disk of the data directory"});
    if (status.held)
        out.push_back({"log", *status.held,
            "stop the node; engine restored says where the log ends and how to declare it"});
    if (status.clock_stands)
        out.push_back({"clock", "the machine's clock is far ahead of the log",
            "check the clock; if it is right, submit access.clock_jump_allowed"});
    if (m.parts.node.sequencer().failed())
        out.push_back({"node", "it has stopped itself", "read its log; run verify-consistency"});
    return out;
}

json::object effects_group(const outbox::Totals& totals)
{
    json::object out;
    out["open"] = totals.pending + totals.taken;
    out["settled"] = totals.settled;
    out["withdrawn"] = totals.withdrawn;
    out["parked"] = totals.parked;
    out["halted"] = totals.halted || totals.halt_ordered;
    return out;
}

void add_effect_warnings(std::vector<ApiWarning>& out, const outbox::Totals& effects)
{
    if (effects.halted)
        out.push_back(
            {"effects", "irrevocable effects are halted after a reorganisation below the window",
                "look at bitcoin.deep_reorg; outbox.halt_lifted lets them go on"});
    if (effects.halt_ordered)
        out.push_back({"effects", "an operator has ordered that irrevocable ones are halted",
            "outbox.halt_revoked takes the order back"});
    if (effects.parked > 0)
        out.push_back({"effects", fmt::format("{} are parked", effects.parked),
            "look at outbox.effects; outbox.effect_retried tries one again"});
}

json::array warning_list(const std::vector<ApiWarning>& warnings)
{
    json::array list;
    for (const auto& warning : warnings)
    {
        json::object item;
        item["part"] = text(warning.part);
        item["what"] = text(warning.what);
        item["do"] = text(warning.action);
        list.push_back(std::move(item));
    }
    return list;
}

/// A group that both sides know, bitcoin, is one.
void add_groups(json::object& out, json::object& groups)
{
    for (auto& group : groups)
    {
        auto& target = out[group.key()];
        if (!target.is_object())
            target = json::object{};
        for (auto& member : group.value().as_object())
            target.as_object()[member.key()] = member.value();
    }
}

HttpResponse status(const Context& m, const DurableView& view)
{
    const auto status = m.parts.node.sequencer().status();
    const auto effects = engine::get(view.state, outbox::kTotals);
    auto report = edges(m);
    auto all = warnings(m, status);
    add_effect_warnings(all, effects);
    all.insert(all.end(), report.warnings.begin(), report.warnings.end());

    json::object out;
    const auto network = engine::get(view.state, bitcoin::kParameters).network;
    out["network"] = text(btc::name(static_cast<btc::Network>(network)));
    out["version"] = text(m.parts.version);
    out["genesis"] = text(to_hex(m.parts.node.genesis_id().bytes));
    out["uptime_ms"] = m.uptime_ms();
    out["healthy"] = all.empty();
    out["warnings"] = warning_list(all);
    out["log"] = log_group(status);
    out["state"] = state_group(status);
    out["requests"] = request_group(status);
    out["bitcoin"] = bitcoin_group(view.state);
    out["effects"] = effects_group(effects);
    add_groups(out, report.groups);
    return json_response(out);
}

HttpResponse ready(const Context& m)
{
    const auto status = m.parts.node.sequencer().status();
    auto all = warnings(m, status);
    if (m.stopping)
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

HttpResponse metrics(const Context& m)
{
    HttpResponse response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metrics_text(m.parts.node.sequencer().status(), m.uptime_ms(), edges(m).groups);
    return response;
}

HttpResponse live()
{
    HttpResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = "ok\n";
    return response;
}
}  // namespace

Routes health_routes(const SharedContext& context)
{
    const auto on_fold = [context](HttpResponse (*make)(const Context&)) {
        return [context, make](const HttpRequest&, const Exchange& exchange) {
            context->on_fold([context, make, exchange] { exchange->respond(make(*context)); });
        };
    };
    return {{"GET", "/livez",
                [](const HttpRequest&, const Exchange& exchange) { exchange->respond(live()); }},
        {"GET", "/readyz", on_fold(&ready)}, {"GET", "/metrics", on_fold(&metrics)},
        {"GET", "/v1/status", [context](const HttpRequest&, const Exchange& exchange) {
             context->read([context, exchange](const DurableView& view) {
                 exchange->respond(status(*context, view));
             });
         }}};
}
}  // namespace engine::api
