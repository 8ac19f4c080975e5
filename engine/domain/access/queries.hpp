#pragma once

#include "engine/core/state.hpp"
#include "engine/core/verdict.hpp"
#include "engine/domain/access/state.hpp"

#include <optional>

namespace engine::access
{
/// The rules in force at a height. Version 1 before genesis is folded.
RulesVersion rules_at(const StateView& state, LogHeight height);

/// The newest rules that are in force or scheduled, which may be newer than kNewestRules where a
/// later engine has written the state.
RulesVersion newest_rules(const StateView& state);

/// The log time beyond which no block may be opened without an operator's word, given the last one.
LogTime clock_limit(const StateView& state, LogTime last);

/// Where a command that was accepted before stands: only the last one of its key is remembered.
std::optional<EventPlace> place_of(
    const StateView& state, const PublicKey& key, const EventHash& event);
}  // namespace engine::access
