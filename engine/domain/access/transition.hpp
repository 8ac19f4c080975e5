#pragma once

#include "engine/core/authors.hpp"
#include "engine/core/step.hpp"
#include "engine/domain/access/events.hpp"

namespace engine::access
{
constexpr Authors authors(const SourceDeclared&)
{
    return Authors::operators;
}
constexpr Authors authors(const OperatorAdded&)
{
    return Authors::operators;
}
constexpr Authors authors(const OperatorRemoved&)
{
    return Authors::operators;
}
constexpr Authors authors(const ClockJumpAllowed&)
{
    return Authors::operators;
}
constexpr Authors authors(const RulesScheduled&)
{
    return Authors::operators;
}

/// Installs the sequencer, the operators, the sources and the rules. Refuses what contradicts
/// itself.
Verdict on_genesis(Step& step, const Genesis& genesis);

Verdict transition(Step& step, const SourceDeclared& event);
Verdict transition(Step& step, const OperatorAdded& event);
Verdict transition(Step& step, const OperatorRemoved& event);
Verdict transition(Step& step, const ClockJumpAllowed& event);

/// The next version comes into force at a later height than any that is scheduled.
Verdict transition(Step& step, const RulesScheduled& event);
}  // namespace engine::access
