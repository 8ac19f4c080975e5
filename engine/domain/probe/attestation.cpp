#include "engine/domain/probe/attestation.hpp"

#include "engine/base/small_bytes.hpp"
#include "engine/core/row_codec.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/hash/sha256.hpp"

namespace engine::probe
{
namespace
{
constexpr TaggedHasher kMessage{"refold/probe"};
constexpr TaggedHasher kClaim{"refold/claim/probe-signed"};
}  // namespace

Hash256 attestation_message(const Attested& event)
{
    SmallBytes<> preimage;
    encode_value(preimage, event.id);
    encode_value(preimage, event.account);
    encode_value(preimage, event.amount);
    return kMessage(preimage.view());
}

Hash256 SignedBy::id() const
{
    return kClaim(key, message, signature);
}

bool SignedBy::holds() const
{
    return schnorr_verify(key, message.bytes, signature);
}
}  // namespace engine::probe
