#pragma once

#include "engine/codec/codec.hpp"
#include "engine/fold/event.hpp"
#include "engine/log/block.hpp"
#include "engine/runtime/finding.hpp"

#include <optional>
#include <vector>

namespace engine
{
/// What never changes in the life of a log: its genesis event and its id.
struct LogIdentity
{
    GenesisId id;
    Genesis genesis;
};

/// How closely the events of a block are looked at.
enum class EventChecks : std::uint8_t
{
    vouched,  ///< They were let in once, and a seal vouches for them: decoded.
    all,      ///< Canonical form, proofs of work, branches and signatures are checked again.
};

/// All that can be known of a block without state, so that folding has nothing left to do but to
/// fold. What is wrong is only noted here: it is for the fold to say, in its order.
struct CheckedBlock
{
    LogBlockHash hash;
    std::vector<EventHash> event_hashes;

    /// Why the block isn't what its header says. Then no event is read.
    std::optional<log::BlockError> damage;

    /// The events up to the first that can't be folded, and why that one can't.
    std::vector<Event> events;
    std::optional<Finding> unusable;
};

/// Checks blocks one after another and keeps its memory. Needs nothing but the block and the log's
/// identity, so it may run on any lane, and several may run beside each other.
class BlockChecker
{
    EventDecoder m_decoder;

public:
    /// Without an identity, and in block 0, which holds it, events are decoded and not validated.
    void check(const log::BlockView& block, EventChecks checks, const LogIdentity* identity,
        CheckedBlock& out);

private:
    void read_event(const log::BlockView& block, std::uint32_t index, EventChecks checks,
        const LogIdentity* identity, CheckedBlock& out);
};
}  // namespace engine
