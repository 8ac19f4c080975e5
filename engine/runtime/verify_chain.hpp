#pragma once

#include "engine/runtime/verify.hpp"

namespace engine
{
/// Layer 5: the wallet's unspent outputs and the relevant transactions of every kept block, as a
/// Bitcoin node has them. A lie by omission shows here and nowhere else.
LayerReport verify_chain(OutsideChain& chain, const StateView& state);
}  // namespace engine
