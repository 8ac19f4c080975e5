#pragma once

#include "engine/core/claim.hpp"
#include "engine/core/context.hpp"
#include "engine/core/outcome.hpp"
#include "engine/core/state.hpp"
#include "engine/fold/event.hpp"

namespace engine
{
/// The engine: what an event does to a state. Depends on these arguments and on nothing else.
/// The outcome is overwritten; its memory is reused, so that a loop allocates nothing per event.
/// A memo saves work that was done before; it can't change what comes out.
void fold(const StateView& before, const Context& context, const Event& event, Outcome& outcome,
    ClaimMemo* memo = nullptr);

/// The same, with an outcome of its own.
Outcome fold(const StateView& before, const Context& context, const Event& event);

/// At most this many deadlines are taken when a block is opened; the rest come first in the next.
inline constexpr std::size_t kDeadlinesPerBlock = 256;

/// Whether a deadline is due at a time: then a block must be opened even if no event comes.
bool has_due_deadline(const StateView& state, LogTime time);

/// The time of the first deadline, if there is any.
std::optional<LogTime> first_deadline(const StateView& state);
}  // namespace engine
