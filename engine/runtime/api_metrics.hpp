#pragma once

#include "engine/runtime/sequencer.hpp"

#include <boost/json.hpp>

#include <string>

namespace engine
{
/// The numbers of a node in Prometheus' text form. Numbers in the groups of the edges become gauges
/// named refold_<group>_<member>; an object of numbers there becomes the counter
/// refold_<group>_<member>_total with the label `kind`.
std::string metrics_text(
    const SequencerStatus& status, std::int64_t uptime_ms, const boost::json::object& edges);
}  // namespace engine
