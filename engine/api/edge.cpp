#include "engine/api/edge.hpp"

#include "engine/base/hex.hpp"

#include <fmt/format.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace engine::api
{
namespace json = boost::json;

namespace
{
json::object log_numbers(const SequencerStatus& status)
{
    json::object out;
    out["height"] = status.height.value;
    out["hash"] = to_hex(status.hash.bytes);
    out["log_time_ms"] = status.time.value;
    out["events"] = status.events;
    out["sealed_height"] = nullptr;
    if (status.seal)
        out["sealed_height"] = status.seal->height.value;
    out["room"] = status.has_room;
    return out;
}

json::object state_numbers(const SequencerStatus& status)
{
    json::object out;
    out["rooted_height"] = nullptr;
    out["root"] = nullptr;
    if (status.root)
    {
        out["rooted_height"] = status.root->height.value;
        out["root"] = to_hex(status.root->root.bytes);
    }
    out["flushed_height"] = nullptr;
    if (status.flushed)
        out["flushed_height"] = status.flushed->height.value;
    out["rows_in_memory"] = status.rows_in_memory;
    out["memory_bytes"] = status.memory_bytes;
    return out;
}

json::object door_numbers(const SequencerStatus& status)
{
    return {{"applied", status.applied}, {"ignored", status.ignored}, {"refused", status.refused},
        {"duplicates", status.duplicates}, {"gaps", status.gaps}, {"invalid", status.invalid},
        {"queued", status.queued}};
}

json::object outbox_numbers(const Snapshot& snapshot)
{
    return {{"pending", snapshot.effects_pending}, {"taken", snapshot.effects_taken},
        {"settled", snapshot.effects_settled}, {"parked", snapshot.effects_parked},
        {"halted", snapshot.effects_halted}};
}

class Families
{
    std::vector<prometheus::MetricFamily> m_families;

    void add(const char* name, const char* help, double value, prometheus::MetricType type)
    {
        prometheus::ClientMetric metric;
        if (type == prometheus::MetricType::Counter)
            metric.counter.value = value;
        else
            metric.gauge.value = value;
        prometheus::MetricFamily family;
        family.name = name;
        family.help = help;
        family.type = type;
        family.metric = {metric};
        m_families.push_back(std::move(family));
    }

public:
    template <typename Number>
    void counter(const char* name, const char* help, Number value)
    {
        add(name, help, static_cast<double>(value), prometheus::MetricType::Counter);
    }
    template <typename Number>
    void gauge(const char* name, const char* help, Number value)
    {
        add(name, help, static_cast<double>(value), prometheus::MetricType::Gauge);
    }
    void edges(const std::vector<Edge>& edges)
    {
        prometheus::MetricFamily family;
        family.name = "refold_edge_ready";
        family.help = "1 if this side of the engine is ready.";
        family.type = prometheus::MetricType::Gauge;
        for (const auto& edge : edges)
        {
            prometheus::ClientMetric metric;
            metric.label = {{"edge", edge.name}};
            metric.gauge.value = edge.ready ? 1 : 0;
            family.metric.push_back(metric);
        }
        if (!edges.empty())
            m_families.push_back(std::move(family));
    }
    std::string text() const { return prometheus::TextSerializer{}.Serialize(m_families); }
};
}  // namespace

json::object status_to_json(const Snapshot& snapshot)
{
    json::object out;
    out["network"] = snapshot.network;
    out["version"] = REFOLD_VERSION;
    out["uptime_ms"] = snapshot.uptime_ms;
    out["healthy"] = snapshot.is_healthy();
    out["ready"] = snapshot.is_ready();
    out["log"] = log_numbers(snapshot.engine);
    out["state"] = state_numbers(snapshot.engine);
    out["events"] = door_numbers(snapshot.engine);
    out["outbox"] = outbox_numbers(snapshot);
    for (const auto& edge : snapshot.edges)
        out[edge.name] = edge.numbers;
    json::array warnings;
    for (const auto& warning : snapshot.warnings)
        warnings.push_back(
            json::object{{"part", warning.part}, {"what", warning.what}, {"do", warning.action}});
    out["warnings"] = std::move(warnings);
    return out;
}

std::string metrics_text(const Snapshot& snapshot)
{
    const auto& engine = snapshot.engine;
    Families out;
    out.gauge("refold_log_height", "Newest durable height.", engine.height.value);
    out.counter("refold_log_events_total", "Events made durable since the start.", engine.events);
    out.gauge("refold_log_room", "1 if there is room for more blocks.", engine.has_room);
    out.gauge("refold_state_rooted_height", "Newest height with a known state root.",
        engine.root ? engine.root->height.value : 0);
    out.gauge("refold_state_flushed_height", "Height that RocksDB stands at.",
        engine.flushed ? engine.flushed->height.value : 0);
    out.gauge("refold_state_rows_in_memory", "Rows in the live tables.", engine.rows_in_memory);
    out.gauge("refold_state_memory_bytes", "Memory of the live tables.", engine.memory_bytes);
    out.counter("refold_events_applied_total", "Events applied.", engine.applied);
    out.counter(
        "refold_events_ignored_total", "Observations ignored with a reason.", engine.ignored);
    out.counter("refold_events_refused_total", "Commands refused.", engine.refused);
    out.counter(
        "refold_events_duplicate_total", "Events that were recorded before.", engine.duplicates);
    out.counter("refold_events_gap_total", "Observations that came too early.", engine.gaps);
    out.counter("refold_events_invalid_total", "Bytes that were no event.", engine.invalid);
    out.gauge("refold_submissions_queued", "Submissions that wait.", engine.queued);
    out.gauge("refold_effects_pending", "Effects that nobody has begun.", snapshot.effects_pending);
    out.gauge("refold_effects_taken", "Effects that are being acted on.", snapshot.effects_taken);
    out.gauge(
        "refold_effects_parked", "Effects that wait for an operator.", snapshot.effects_parked);
    out.gauge(
        "refold_effects_halted", "1 if irrevocable effects are halted.", snapshot.effects_halted);
    out.gauge(
        "refold_warnings", "Findings that an operator should look at.", snapshot.warnings.size());
    out.edges(snapshot.edges);
    return out.text();
}

std::string readiness_text(const Snapshot& snapshot)
{
    const auto line = [](bool good, std::string_view what, std::string_view why) {
        return good ? fmt::format("ok {}\n", what) : fmt::format("failed {}: {}\n", what, why);
    };
    auto out = line(!snapshot.failed, "sequencer", "it has stopped");
    out += line(snapshot.engine.has_room, "disk", "no room for the log");
    out += line(!snapshot.engine.clock_stands, "clock",
        "it is too far ahead of the log; an operator must allow the jump");
    for (const auto& edge : snapshot.edges)
        out += line(edge.ready, edge.name,
            edge.warnings.empty() ? std::string_view{"not ready"}
                                  : std::string_view{edge.warnings.front().what});
    return out;
}
}  // namespace engine::api
