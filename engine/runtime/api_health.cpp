#include "engine/base/hex.hpp"
#include "engine/bitcoin/network.hpp"
#include "engine/core/read.hpp"
#include "engine/domain/bitcoin/state.hpp"
#include "engine/domain/outbox/state.hpp"
#include "engine/runtime/api_context.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/api_metrics.hpp"
#include "engine/runtime/config/error_kinds.hpp"

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
    return {{"events", status.events}, {"applied", status.applied}, {"ignored", status.ignored},
        {"refused", status.refused}, {"duplicates", status.duplicates}, {"gaps", status.gaps},
        {"invalid", status.invalid}, {"queued", status.queued}};
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

// On Lane::fold.
StatusFindings findings_of_node(const Context& m, const SequencerStatus& status)
{
    const auto& clock = m.parts.clock;
    NodeFacts facts;
    facts.failed = m.parts.node.sequencer().failed();
    facts.has_room = status.has_room;
    facts.clock_stands = status.clock_stands;
    facts.held = status.held;
    facts.height = status.height;
    facts.log_time = status.time;
    facts.now = clock.now();
    facts.queued = status.queued;
    facts.stalled_ms = m.stalls.look(status, clock.monotonic_ms());
    if (status.seal)
        facts.sealed = status.seal->height;
    return node_findings(facts);
}

StatusFindings findings_of_chain(const Context& m, const StateView& state, bool is_followed)
{
    const auto tip = engine::get(state, bitcoin::kTip);
    ChainFacts facts;
    facts.is_followed = is_followed;
    facts.blocks_are_regular =
        engine::get(state, bitcoin::kParameters).network != bitcoin::Network::regtest;
    facts.height = tip.height;
    facts.now = m.parts.clock.now();
    if (const auto header = engine::find(state, bitcoin::kHeaders, tip.block))
        facts.tip_time = header->time;
    return chain_findings(facts);
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

json::object to_json(const StatusFinding& finding)
{
    json::object item;
    item["code"] = text(finding.kind.code);
    item["severity"] = text(name(finding.severity));
    item["part"] = text(finding.part);
    item["what"] = text(finding.what);
    item["why"] = text(finding.kind.explanation);
    item["do"] = text(finding.what_to_do());
    return item;
}

json::array finding_list(const StatusFindings& findings)
{
    json::array list;
    for (const auto& finding : findings)
        list.push_back(to_json(finding));
    return list;
}

/// The same in the form that came first.
json::array warning_list(const StatusFindings& findings)
{
    json::array list;
    for (const auto& finding : findings)
    {
        json::object item;
        item["part"] = text(finding.part);
        item["what"] = text(finding.what);
        item["do"] = text(finding.what_to_do());
        list.push_back(std::move(item));
    }
    return list;
}

void add(StatusFindings& all, StatusFindings more)
{
    all.insert(
        all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
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
    auto all = findings_of_node(m, status);
    report.effects.totals = effects;
    add(all, effect_findings(report.effects));
    add(all, findings_of_chain(m, view.state, report.follower.has_value()));
    if (report.follower)
        add(all, follower_findings(*report.follower));
    add(all, std::move(report.findings));
    all = merged(all);

    json::object out;
    const auto network = engine::get(view.state, bitcoin::kParameters).network;
    out["network"] = text(btc::name(static_cast<btc::Network>(network)));
    out["version"] = text(m.parts.version);
    out["genesis"] = text(to_hex(m.parts.node.genesis_id().bytes));
    out["uptime_ms"] = m.uptime_ms();
    out["healthy"] = !has_error(all);
    out["findings"] = finding_list(all);
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
    auto all = findings_of_node(m, status);
    std::erase_if(all, [](const auto& found) { return found.severity != Severity::error; });
    if (m.stopping)
        all.push_back({errors::kNotReady, Severity::error, "node", "it is stopping",
            "wait until it is started again"});
    HttpResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.status = all.empty() ? 200 : 503;
    response.body = fmt::format("log ok at height {}\n", status.height.value);
    for (const auto& found : all)
        response.body +=
            fmt::format("{} failed: {}. {}\n", found.part, found.what, found.what_to_do());
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
