#pragma once

#include "engine/core/step.hpp"

namespace engine::bitcoin
{
/// Removes some of the headers and transactions that lie below what is kept, oldest first: at most
/// kForgottenPerStep, which is more than a step adds, so that the rest never grows.
void forget_old(Step& step);
}  // namespace engine::bitcoin
