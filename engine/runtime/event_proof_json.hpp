#pragma once

#include "engine/domain/access/events.hpp"
#include "engine/fold/event.hpp"
#include "engine/log/event_proof.hpp"

#include <boost/json.hpp>

#include <optional>

/// Seals and proofs of events as the HTTP API and `engine prove` write them: README-api.md.
namespace engine
{
/// {"height", "hash", "root", "signature", "seal"}: the members of a seal, and its bytes.
boost::json::object seal_to_json(const log::Seal& seal);

/// Whose log it is: every proof names it.
struct LogName
{
    GenesisId genesis;
    PublicKey sequencer;
};

/// A seal of a block before the event's says nothing about it, and is left out.
boost::json::object event_proof_to_json(
    const log::EventProof& proof, const std::optional<log::Seal>& newest, const LogName& name);

/// What event_proof_to_json wrote, nothing of it checked but its form.
struct SealedEvent
{
    log::EventProof proof;
    std::optional<log::Seal> seal;
};
std::optional<SealedEvent> event_proof_from_json(const boost::json::value& value);
}  // namespace engine
