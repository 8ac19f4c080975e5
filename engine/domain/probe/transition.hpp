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

constexpr Authors authors(const AttesterSet&)
{
    return Authors::operators;
}
constexpr Authors authors(const Attested&)
{
    return Authors::operators | Authors::sources;
}

void on_genesis(Step& step, const Genesis& genesis);

/// Adds the amount to its account, once per id.
Verdict transition(Step& step, const Probed& event);

/// Names an account's attester. What was counted on the word of another stays counted.
Verdict transition(Step& step, const AttesterSet& event);

/// Adds the amount to its account, once per id, if the account's attester has signed.
Verdict transition(Step& step, const Attested& event);
}  // namespace engine::probe
