#pragma once

#include "adapters/bitcoin/back_off.hpp"
#include "adapters/bitcoin/follow_fault.hpp"
#include "adapters/bitcoin/intake_calls.hpp"
#include "adapters/bitcoin/node.hpp"
#include "engine/base/result.hpp"
#include "engine/bitcoin/block.hpp"
#include "engine/bitcoin/network.hpp"
#include "engine/bitcoin/relevant.hpp"
#include "engine/ports/bitcoin.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace engine::bitcoind
{
struct SyncSettings
{
    btc::Network network = btc::Network::regtest;
    std::size_t facts_at_once = 256;      ///< Submitted before waiting for answers: 256 at most.
    std::size_t bytes_at_once = 4 << 20;  ///< The same, by size of the transactions.
    std::int64_t busy_first_ms = 50;      ///< Waiting time when the engine has no room.
    std::int64_t busy_most_ms = 5'000;
};

/// How far a pass came.
struct SyncReport
{
    BlockHash node_tip;         ///< The best block that the node has whole.
    ChainHeight node_height;    ///< Its height.
    ChainHeight node_headers;   ///< Up to here the node knows headers.
    bool node_syncing = false;  ///< The node itself is far behind the network.
    ChainHeight engine_height;  ///< Of the engine's tip before the pass.
    std::uint64_t headers = 0;  ///< Submitted in this pass.
    std::uint64_t transactions = 0;
    std::uint64_t blocks = 0;  ///< Scanned in this pass.
};

/// Brings the engine up to the node's best chain, once. It walks back from the node's tip, by the
/// previous hash in each header, to blocks that the engine has with all their facts, then delivers
/// upward. The order is kept: a header before its transactions, all of a block's transactions
/// before it counts as scanned, a block before the next. An error ends the pass; the next one finds
/// out afresh what is missing, so nothing is skipped and what was delivered is not counted twice.
///
/// Facts travel in batches of many blocks, since the engine answers a batch as fast as one fact.
/// The scans of a batch go with the next one: they may be offered only when every transaction that
/// belongs to them was admitted.
class Sync
{
    struct Batch
    {
        std::vector<BitcoinFact> facts;  ///< Next to be submitted.
        std::vector<BitcoinFact> scans;  ///< Of the blocks in `facts`.
        std::size_t bytes = 0;
        ChainHeight height;         ///< Of the newest block in it.
        ChainHeight height_before;  ///< Of the newest whose scan is among the facts.
    };

    struct Missing
    {
        BlockHash hash;
        btc::RawHeader header;
        ChainHeight height;
        bool wants_header = false;
        bool wants_scan = false;
    };

    Node& m_node;
    IntakeCalls m_intake;
    SyncSettings m_settings;
    const btc::NetworkParameters& m_network;
    std::function<bool(std::int64_t)> m_pause;
    std::function<void(const SyncReport&, ChainHeight)> m_progress;
    btc::WatchList m_watch;
    std::optional<BlockHash> m_settled;  ///< Up to here the last pass left nothing missing.

public:
    /// `pause` waits that many milliseconds; false when this side is stopping. `progress` hears
    /// up to which height everything was delivered.
    Sync(Node& node, BitcoinIntake& intake, SyncSettings settings,
        std::function<bool(std::int64_t)> pause,
        std::function<void(const SyncReport&, ChainHeight)> progress = {});

    Result<SyncReport, FollowFault> run_once();

    /// From any thread: the pass under way ends as stopping.
    void interrupt();

private:
    using Maybe = std::optional<FollowFault>;

    Result<SyncReport, FollowFault> pass();

    Maybe check_node(const NodeInfo& info, const ChainPosition& position) const;
    Maybe deliver(const std::vector<Missing>& missing, SyncReport& report);
    Maybe fetch_watch_list();
    Result<std::vector<Missing>, FollowFault> find_missing(
        const NodeInfo& info, const ChainPosition& position);
    Maybe add_block(const Missing& missing, Batch& batch, SyncReport& report);
    Maybe add_transactions(const Missing& missing, Batch& batch, SyncReport& report);
    Maybe flush(Batch& batch, const SyncReport& report);
    Maybe finish(Batch& batch, const SyncReport& report);
    Maybe submit(std::span<const BitcoinFact> facts);
};
}  // namespace engine::bitcoind
