#pragma once

#include "engine/runtime/verify.hpp"

namespace engine
{
/// Layer 3: the state on disk against one refolded to the same height. Each differing row is named
/// with the events that wrote it.
LayerReport verify_state(const VerifyInputs& inputs, const CaughtUp& refolded);

/// Layer 4: every law in full.
LayerReport verify_laws(const StateView& state);
}  // namespace engine
