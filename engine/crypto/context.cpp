#include "engine/crypto/context.hpp"

#include "engine/base/check.hpp"

namespace engine
{
const secp256k1_context* signing_context()
{
    static const secp256k1_context* const context =
        secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    ENSURE(context != nullptr);
    return context;
}
}  // namespace engine
