#include "engine/cli/follower_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine::cli
{
namespace
{
FollowerFacts::Trouble trouble_of(const bitcoind::FollowFault& fault)
{
    switch (bitcoind::class_of(fault))
    {
        case bitcoind::FaultClass::away:
            return FollowerFacts::Trouble::away;
        case bitcoind::FaultClass::lies:
            return FollowerFacts::Trouble::lies;
        case bitcoind::FaultClass::other_chain:
            return FollowerFacts::Trouble::other_chain;
    }
    return FollowerFacts::Trouble::away;
}
}  // namespace

json::object follower_group(const bitcoind::FollowerHealth& health)
{
    json::object faults;
    for (const auto& [kind, count] : health.faults)
        faults[kind] = count;
    json::object group;
    group["state"] = json::string{std::string{bitcoind::name(health.state)}};
    group["node_height"] = health.node_height.value;
    group["lag"] = health.lag();
    group["behind"] = health.behind();
    group["tip_changes"] = health.tip_changes;
    group["tip_returns"] = health.tip_returns;
    group["faults"] = std::move(faults);
    return group;
}

FollowerFacts follower_facts(const bitcoind::FollowerHealth& health, LogTime now)
{
    FollowerFacts facts;
    if (health.node_tip_since.value != 0)
        facts.quiet_ms = now.value - health.node_tip_since.value;
    facts.behind = health.behind();
    facts.returns =
        static_cast<std::uint32_t>(std::count_if(health.returned.begin(), health.returned.end(),
            [&](LogTime time) { return now.value - time.value <= kReturnsWithinMs; }));
    facts.is_syncing = health.node_syncing;
    facts.height = health.node_height;
    facts.headers = health.node_headers;
    if (const auto& error = health.last_error)
    {
        facts.trouble = trouble_of(*error);
        facts.what = fmt::format("{}: {}", error->what, error->why);
        facts.action = error->action;
    }
    return facts;
}
}  // namespace engine::cli
