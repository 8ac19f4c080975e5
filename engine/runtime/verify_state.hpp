#pragma once

#include "engine/runtime/verify_narrow.hpp"

namespace engine
{
/// Layer 3: the state on disk against one refolded to the same height. Each differing row is named
/// with the events that wrote it; those of an interval whose root differs come first.
LayerReport verify_state(const VerifyInputs& inputs, const LogReading& reading,
    const CaughtUp& refolded, std::span<const RootedInterval> suspects);

/// Layer 3 where the log can't be folded up to the state's height: the state against itself (rows
/// against its tree, its root against the recorded one). At best it is `not checked`, for `why`.
LayerReport verify_state_alone(
    const VerifyInputs& inputs, const LogReading& reading, const std::string& why);

/// Layer 4: every law in full.
LayerReport verify_laws(const StateView& state, LogHeight height);
}  // namespace engine
