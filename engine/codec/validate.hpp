#pragma once

#include "engine/core/invalid.hpp"
#include "engine/fold/event.hpp"

#include <optional>

namespace engine
{
/// What never changes in the life of a log.
struct Constants
{
    const Genesis& genesis;
    const GenesisId& id;
};

/// The stateless part of believing: signatures against the keys that the event names, and each
/// module's own proofs (proof of work, Merkle branches). Pure; runs on any core, any number of
/// times: at admission, in verify, under `replay --full`. Nothing means that all is well.
std::optional<Invalid> validate(const Constants& constants, RulesVersion rules, const Event& event);

/// The hash that the key of a command or of a signed source signs:
/// tagged("refold/command", genesis id || canonical bytes of the event with an empty signature).
Hash256 command_message(const GenesisId& genesis, const Event& event);
}  // namespace engine
