#pragma once

#include "engine/domain/access/events.hpp"
#include "engine/ports/bitcoin.hpp"
#include "engine/runtime/sequencer.hpp"

namespace engine
{
/// Entries of the watch list that are read at once, on the folding thread: about a millisecond.
inline constexpr std::size_t kWatchesAtOnce = 2'048;

/// The engine as a follower of Bitcoin sees it: answers from the durable state, and turns facts
/// into observations of one declared source.
class SequencerIntake final : public BitcoinIntake
{
    Sequencer& m_sequencer;
    access::SourceId m_source;

public:
    SequencerIntake(Sequencer& sequencer, access::SourceId source)
      : m_sequencer{sequencer}, m_source{source}
    {}

    void position(std::function<void(ChainPosition)> answer) override;
    void standing(BlockHash block, std::function<void(BlockStanding)> answer) override;
    void watch_list(Bytes from, std::function<void(WatchListPart)> answer) override;
    void submit(BitcoinFact fact, std::function<void(AdmissionAnswer)> answer) override;
};

/// Whether a block gives a follower something to do that no node announces: another version of the
/// watch list, or a rescan that opens. What a follower's own deliveries change is no news to it.
bool is_news_to_follower(const Changes& changes);

/// The source of a genesis whose observations are proved by Bitcoin. Nothing: it declares none.
std::optional<access::SourceId> bitcoin_source(const Genesis& genesis);
}  // namespace engine
