#pragma once

#include "engine/core/claim.hpp"
#include "engine/core/row_list.hpp"
#include "engine/core/state.hpp"
#include "engine/domain/probe/events.hpp"

namespace engine::probe
{
// Hints of what folding an event will ask and read: see engine/fold/ahead.hpp.

void claims(const StateView& state, const Attested& event, ClaimList& out);

void touches(const Probed& event, RowList& out);
void touches(const Attested& event, RowList& out);
}  // namespace engine::probe
