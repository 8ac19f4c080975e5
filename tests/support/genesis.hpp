#pragma once

#include "engine/crypto/keypair.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/fold/event.hpp"
#include "tests/support/chain.hpp"

namespace engine::test
{
/// A key that is no secret: 32 bytes of one number.
inline SecretKey key_of(std::uint8_t number)
{
    return *SecretKey::from(Bytes(32, number));
}

inline constexpr std::uint8_t kSequencerKey = 5;
inline constexpr std::uint8_t kOperatorKey = 7;
inline constexpr access::SourceId kBitcoinSource{1};
inline constexpr access::SourceId kTrustedSource{2};

/// A regtest genesis with one operator, a Bitcoin source, a source taken on trust, and probes.
inline Genesis regtest_genesis(LogTime time)
{
    Genesis genesis;
    genesis.random = Hash256{{1, 2, 3}};
    genesis.time = time;
    auto& access = std::get<access::Genesis>(genesis.modules);
    access.sequencer = public_key(key_of(kSequencerKey));
    access.operators = {public_key(key_of(kOperatorKey))};
    access.sources = {
        {kBitcoinSource, "bitcoin", access::SourceProof::bitcoin, {}, UINT32_MAX, UINT32_MAX},
        {kTrustedSource, "load", access::SourceProof::none, {}, UINT32_MAX, UINT32_MAX}};
    access.rules = {{RulesVersion{1}, LogHeight{0}}};
    std::get<bitcoin::Genesis>(genesis.modules) = chain_genesis(12);
    auto& peg = std::get<peg::Genesis>(genesis.modules);
    peg.wallet_script = peg_wallet();
    peg.confirmations = 3;
    peg.minimum = *Sats::from(1'000);
    std::get<probe::Genesis>(genesis.modules).enabled = true;
    return genesis;
}

/// A probe with an id and an account made from a number.
inline probe::Event probe_of(std::uint64_t number, std::uint64_t amount = 1)
{
    probe::Probed probed;
    for (std::size_t i = 0; i < 8; ++i)
        probed.id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    probed.account = number % 17;
    probed.amount = amount;
    return probed;
}
}  // namespace engine::test
