#pragma once

#include "engine/runtime/sequencer.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace engine::api
{
/// Something to be told an operator: where, what, and what to do about it.
struct Warning
{
    std::string part;
    std::string what;
    std::string action;
};

/// How one side of the engine is doing: Bitcoin, the ledger, the server.
struct Edge
{
    std::string name;
    bool ready = true;  ///< False: the node isn't ready to be relied on, though it runs.
    boost::json::object numbers;
    std::vector<Warning> warnings;
};

/// What status, readiness and metrics are made of, taken at one moment on Lane::fold.
struct Snapshot
{
    SequencerStatus engine;
    std::vector<Edge> edges;
    std::vector<Warning> warnings;
    std::string network;
    std::int64_t uptime_ms = 0;
    std::uint64_t effects_pending = 0;
    std::uint64_t effects_taken = 0;
    std::uint64_t effects_settled = 0;
    std::uint64_t effects_parked = 0;
    bool effects_halted = false;
    bool failed = false;

    bool is_healthy() const { return !failed && warnings.empty(); }
    bool is_ready() const
    {
        bool ready = !failed && engine.has_room && !engine.clock_stands;
        for (const auto& edge : edges)
            ready = ready && edge.ready;
        return ready;
    }
};

boost::json::object status_to_json(const Snapshot& snapshot);

/// Prometheus text format 0.0.4.
std::string metrics_text(const Snapshot& snapshot);

/// One line for each check: "ok bitcoin", "failed disk: ...".
std::string readiness_text(const Snapshot& snapshot);
}  // namespace engine::api
