#pragma once

#include "engine/base/types.hpp"

#include <variant>

namespace engine::probe
{
/// What genesis says about probes.
struct Genesis
{
    bool enabled = false;  ///< Off: every probe is refused.

    friend bool operator==(const Genesis&, const Genesis&) = default;
};

/// A measurement of the engine itself: adds an amount to an account, once per id. Moves no money.
struct Probed
{
    Hash256 id;
    std::uint64_t account = 0;
    std::uint64_t amount = 0;

    friend bool operator==(const Probed&, const Probed&) = default;
};

/// Names the key whose word counts for an account, or another one from now on.
struct AttesterSet
{
    std::uint64_t account = 0;
    PublicKey key;

    friend bool operator==(const AttesterSet&, const AttesterSet&) = default;
};

/// The same as Probed, by the word of the account's attester: a BIP-340 signature over
/// attestation_message. The key is in the state alone, so that only the fold can check it: the work
/// of checking signature shares, without their sessions.
struct Attested
{
    Hash256 id;
    std::uint64_t account = 0;
    std::uint64_t amount = 0;
    Signature signature;

    friend bool operator==(const Attested&, const Attested&) = default;
};

using Event = std::variant<Probed, AttesterSet, Attested>;
}  // namespace engine::probe
