#pragma once

#include "engine/domain/probe/events.hpp"

namespace engine::probe
{
/// What an attester signs: tagged("refold/probe", id || account || amount), in the encoding
/// of rows: numbers big endian.
Hash256 attestation_message(const Attested& event);

/// That an attestation is signed by a key. A claim: see engine/core/claim.hpp.
struct SignedBy
{
    PublicKey key;
    Hash256 message;
    Signature signature;

    Hash256 id() const;
    bool holds() const;
};
}  // namespace engine::probe
