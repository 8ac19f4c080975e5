#pragma once

#include "engine/domain/access/events.hpp"
#include "engine/fold/modules.hpp"

#include <cstdint>
#include <variant>

namespace engine
{
/// Written by the sequencer's own process: genesis, `BlockOpened`, what becomes of effects. Refused
/// at every outside door; vouched for by the seal.
struct EngineAuthor
{
    friend bool operator==(EngineAuthor, EngineAuthor) = default;
};

/// A caller who gets an answer. The signature is BIP-340 over tagged("refold/command", genesis id
/// || canonical bytes of the event with an empty signature).
struct Authorization
{
    PublicKey key;
    std::uint64_t sequence = 0;  ///< Greater than the key's last.
    LogTime expiry;              ///< At most ten minutes ahead of the log.
    Signature signature;

    friend bool operator==(const Authorization&, const Authorization&) = default;
};

/// A declared source, and the place of the event in it. A source of kind `key` signs as a command
/// does, and names its key so that the signature can be checked without state; elsewhere key and
/// signature are zero.
struct Origin
{
    access::SourceId source;
    std::uint64_t position = 0;  ///< 0 where identity is content.
    PublicKey key;
    Signature signature;

    friend bool operator==(const Origin&, const Origin&) = default;
};

using Author = std::variant<EngineAuthor, Authorization, Origin>;

/// Block 0 of every log: what can't change but by events. The configuration file never gets here.
struct Genesis
{
    Hash256 random;
    LogTime time;
    Modules::Genesis modules;  ///< One part per module that has one, by type.

    friend bool operator==(const Genesis&, const Genesis&) = default;
};

/// The first event of every block but the first: takes the deadlines that are due.
struct BlockOpened
{
    friend bool operator==(BlockOpened, BlockOpened) = default;
};

using Body = Modules::Body<Genesis, BlockOpened>;

/// One event of the log.
struct Event
{
    Author author;
    Body body;

    friend bool operator==(const Event&, const Event&) = default;
};
}  // namespace engine
