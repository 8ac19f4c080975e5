#pragma once

#include "adapters/bitcoin/health.hpp"
#include "engine/cli/json.hpp"
#include "engine/runtime/status_findings.hpp"

namespace engine::cli
{
/// What `engine status` and the metrics show of the Bitcoin node that is followed.
json::object follower_group(const bitcoind::FollowerHealth& health);

/// What its findings are made of. Whether blocks come regularly is left to the caller.
FollowerFacts follower_facts(const bitcoind::FollowerHealth& health, LogTime now);
}  // namespace engine::cli
