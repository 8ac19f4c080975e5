#include "engine/domain/access/queries.hpp"

#include "engine/core/read.hpp"

namespace engine::access
{
RulesVersion rules_at(const StateView& state, LogHeight height)
{
    RulesVersion version{1};
    for_each(state, kRules, [&](LogHeight from, const Rules& rules) {
        if (from <= height)
            version = rules.version;
        return from <= height;
    });
    return version;
}

RulesVersion newest_rules(const StateView& state)
{
    RulesVersion version{1};
    for_all(state, kRules,
        [&](LogHeight, const Rules& rules) { version = std::max(version, rules.version); });
    return version;
}

LogTime clock_limit(const StateView& state, LogTime last)
{
    const auto parameters = get(state, kParameters);
    const auto last_with_room = INT64_MAX - parameters.clock_jump_max_ms;
    const LogTime limit{
        last.value > last_with_room ? INT64_MAX : last.value + parameters.clock_jump_max_ms};
    return std::max(limit, parameters.clock_jump_until);
}

std::optional<EventPlace> place_of(
    const StateView& state, const PublicKey& key, const EventHash& event)
{
    const auto row = find(state, kOperators, key);
    if (!row || row->last != event)
        return std::nullopt;
    return row->place;
}
}  // namespace engine::access
