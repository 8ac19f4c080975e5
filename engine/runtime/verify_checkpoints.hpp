#pragma once

#include "engine/runtime/verify_log.hpp"

namespace engine
{
/// Looks at every checkpoint for layer 3: that it opens, that every block of its files is whole,
/// that its rows give its root, and that the log has that block and recorded that root.
void verify_checkpoints(const VerifyInputs& inputs, const LogReading& reading, LayerReport& report);
}  // namespace engine
