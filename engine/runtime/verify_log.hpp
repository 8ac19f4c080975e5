#pragma once

#include "engine/runtime/verify.hpp"

namespace engine
{
/// Layer 1: reads every block and every seal.
LayerReport verify_log(const VerifyInputs& inputs);

Difference sealed_root_differs(const log::Seal& seal, const StateRoot& computed);
}  // namespace engine
