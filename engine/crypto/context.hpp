#pragma once

#include <secp256k1.h>

namespace engine
{
/// The one context for what touches secret keys; shared by all, never changed.
///
/// It is not randomised: nothing in this library draws randomness, it is always an argument. The
/// library is constant-time without it; blinding is its second line of defence.
/// Everything else uses secp256k1_context_static.
const secp256k1_context* signing_context();
}  // namespace engine
