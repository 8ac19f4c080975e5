#include "engine/runtime/api_metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <vector>

namespace engine
{
namespace
{
class Families
{
    std::vector<prometheus::MetricFamily> m_families;

    prometheus::ClientMetric& add(std::string name, std::string help, prometheus::MetricType type)
    {
        auto& family = m_families.emplace_back();
        family.name = std::move(name);
        family.help = std::move(help);
        family.type = type;
        return family.metric.emplace_back();
    }

public:
    template <typename T>
    void gauge(std::string name, std::string help, T value)
    {
        add(std::move(name), std::move(help), prometheus::MetricType::Gauge).gauge.value =
            static_cast<double>(value);
    }

    template <typename T>
    void counter(std::string name, std::string help, T value)
    {
        add(std::move(name), std::move(help), prometheus::MetricType::Counter).counter.value =
            static_cast<double>(value);
    }

    /// One counter with a value for each kind.
    void counters(std::string name, std::string help, const boost::json::object& kinds)
    {
        auto& family = m_families.emplace_back();
        family.name = std::move(name);
        family.help = std::move(help);
        family.type = prometheus::MetricType::Counter;
        for (const auto& kind : kinds)
        {
            auto& metric = family.metric.emplace_back();
            metric.label.push_back({"kind", std::string{kind.key()}});
            metric.counter.value = kind.value().to_number<double>();
        }
    }

    std::string text() const { return prometheus::TextSerializer{}.Serialize(m_families); }
};

void add_log(Families& out, const SequencerStatus& status)
{
    out.gauge("refold_log_height", "Height of the newest durable block.", status.height.value);
    out.gauge("refold_log_time_seconds", "Log time of the newest durable block, since 1970.",
        status.time.value / 1000);
    out.gauge(
        "refold_log_has_room", "1 while there is room for more blocks.", status.has_room ? 1 : 0);
    out.gauge("refold_log_clock_stands",
        "1 while the clock is too far ahead of the log and waits for an operator.",
        status.clock_stands ? 1 : 0);
    out.gauge("refold_log_restored",
        "1 while the log is marked as restored and no block is opened.", status.held ? 1 : 0);
}

void add_state(Families& out, const SequencerStatus& status)
{
    if (status.root)
        out.gauge("refold_state_root_height", "Height of the newest known state root.",
            status.root->height.value);
    if (status.seal)
        out.gauge(
            "refold_state_sealed_height", "Height of the newest seal.", status.seal->height.value);
    if (status.flushed)
        out.gauge("refold_state_flushed_height", "Height at which the state on disk stands.",
            status.flushed->height.value);
    out.gauge("refold_state_rows_in_memory", "Rows in memory, known absences included.",
        status.rows_in_memory);
    out.gauge("refold_state_memory_bytes", "Memory that rows take.", status.memory_bytes);
}

void add_requests(Families& out, const SequencerStatus& status)
{
    out.counter("refold_events_total", "Durable events since the start.", status.events);
    out.counter("refold_events_applied_total", "Events that were applied.", status.applied);
    out.counter(
        "refold_events_ignored_total", "Observations logged with a reason.", status.ignored);
    out.counter("refold_events_refused_total", "Commands that were refused.", status.refused);
    out.counter("refold_events_duplicate_total", "Events known already.", status.duplicates);
    out.counter("refold_events_gap_total", "Events whose predecessor was missing.", status.gaps);
    out.counter("refold_events_invalid_total", "Bytes that are no event.", status.invalid);
    out.gauge("refold_requests_queued", "Submissions that wait.", status.queued);
}

void add_edges(Families& out, const boost::json::object& edges)
{
    for (const auto& group : edges)
    {
        if (!group.value().is_object())
            continue;
        for (const auto& member : group.value().get_object())
        {
            const auto name =
                "refold_" + std::string{group.key()} + "_" + std::string{member.key()};
            const auto help = std::string{group.key()} + ": " + std::string{member.key()};
            if (const auto* kinds = member.value().if_object())
                out.counters(name + "_total", help + ", since the start.", *kinds);
            else if (member.value().is_number())
                out.gauge(name, help, member.value().to_number<double>());
        }
    }
}
}  // namespace

std::string metrics_text(
    const SequencerStatus& status, std::int64_t uptime_ms, const boost::json::object& edges)
{
    Families out;
    out.gauge("refold_uptime_seconds", "Since the start of the process.", uptime_ms / 1000);
    add_log(out, status);
    add_state(out, status);
    add_requests(out, status);
    add_edges(out, edges);
    return out.text();
}
}  // namespace engine
