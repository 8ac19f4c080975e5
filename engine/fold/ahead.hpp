#pragma once

#include "engine/core/claim.hpp"
#include "engine/core/row_list.hpp"
#include "engine/core/state.hpp"
#include "engine/fold/event.hpp"

namespace engine
{
// What can be made ready before an event is folded. A kind of event takes part with a function of
// its module, found like its transition; a kind without one costs nothing:
//
//     void claims(const StateView& state, const XEvent& event, ClaimList& out);
//     void touches(const XEvent& event, RowList& out);

/// The claims that folding the event on this state, or on one soon after it, will probably check.
void claims_of(const StateView& state, const Event& event, ClaimList& out);

/// The rows that folding the event will probably read, its author's among them.
void rows_of(const Event& event, RowList& out);
}  // namespace engine
