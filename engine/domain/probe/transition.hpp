#pragma once

#include "engine/core/authors.hpp"
#include "engine/core/step.hpp"
#include "engine/domain/probe/events.hpp"

namespace engine::probe
{
constexpr Authors authors(const Probed&)
{
    return Authors::operators | Authors::sources;
}

void on_genesis(Step& step, const Genesis& genesis);

/// Adds the amount to its account, once per id.
Verdict transition(Step& step, const Probed& event);
}  // namespace engine::probe
