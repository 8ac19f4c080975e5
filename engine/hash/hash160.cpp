#define OPENSSL_SUPPRESS_DEPRECATED

#include "engine/hash/hash160.hpp"

#include "engine/hash/sha256.hpp"

#include <openssl/ripemd.h>

namespace engine
{
Hash160 ripemd160(ByteView bytes)
{
    RIPEMD160_CTX context;
    Hash160 hash;
    RIPEMD160_Init(&context);
    RIPEMD160_Update(&context, bytes.data(), bytes.size());
    RIPEMD160_Final(hash.bytes.data(), &context);
    return hash;
}

Hash160 hash160(ByteView bytes)
{
    return ripemd160(sha256(bytes).bytes);
}
}  // namespace engine
