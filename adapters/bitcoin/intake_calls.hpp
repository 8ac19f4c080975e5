#pragma once

#include "engine/ports/bitcoin.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace engine::bitcoind
{
/// Turns the engine's asynchronous answers into values for a thread that may wait. Every call gives
/// nothing when interrupt was called before the answer came; a late answer is dropped.
class IntakeCalls
{
    struct Waiting
    {
        std::mutex mutex;
        std::condition_variable changed;
        bool interrupted = false;
    };

    BitcoinIntake& m_intake;
    std::shared_ptr<Waiting> m_waiting = std::make_shared<Waiting>();

public:
    explicit IntakeCalls(BitcoinIntake& intake) : m_intake{intake} {}

    std::optional<ChainPosition> position();
    std::optional<BlockStanding> standing(const BlockHash& block);
    std::optional<WatchList> watch_list();  ///< All parts of it.

    /// Submits all at once and waits for all the answers, in order.
    std::optional<std::vector<AdmissionAnswer>> submit(std::span<const BitcoinFact> facts);

    void interrupt();

private:
    std::optional<WatchListPart> watch_list_part(const Bytes& from);

    template <typename T, typename Call>
    std::optional<std::vector<T>> collect(std::size_t count, Call&& call);
};
}  // namespace engine::bitcoind
