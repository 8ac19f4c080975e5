#pragma once

#include "engine/core/authors.hpp"
#include "engine/core/step.hpp"
#include "engine/domain/access/state.hpp"

namespace engine::access
{
/// What the fold must know of a command's authorization. Its signature was checked at the door.
struct CommandClaim
{
    PublicKey key;
    std::uint64_t sequence = 0;
    LogTime expiry;
};

/// What the fold must know of an observation's origin.
struct SourceClaim
{
    SourceId source;
    std::uint64_t position = 0;
    PublicKey key;
};

/// Whether a key may author a command now. Writes nothing.
Verdict admit(const Step& step, Authors allowed, const CommandClaim& claim);

/// Whether a source may say something at this position now. Writes nothing.
Verdict admit(const Step& step, Authors allowed, const SourceClaim& claim);

/// Remembers an accepted command as its key's last.
void record(Step& step, const CommandClaim& claim);

/// Moves a source's position and counts the event against its rate, applied or ignored.
void record(Step& step, const SourceClaim& claim);
}  // namespace engine::access
