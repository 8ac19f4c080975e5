#include "adapters/bitcoin/sync.hpp"

#include "adapters/bitcoin/checked_block.hpp"
#include "adapters/bitcoin/facts.hpp"
#include "engine/base/hex.hpp"

#include <algorithm>

namespace engine::bitcoind
{
namespace
{
/// Blocks that are searched with one copy of the watch list; the outpoints they add are kept with
/// it.
constexpr std::size_t kBlocksPerList = 500;

FollowFault stopping()
{
    return {
        FollowFaultKind::stopping, "bitcoin_stopping", "the follower stops", "asked to", "None."};
}

std::string name_of(ChainHeight height, const BlockHash& hash)
{
    return "block " + std::to_string(height.value) + " (" + to_display_hex(hash.bytes) + ")";
}

FollowFault bad_block(const std::string& block, std::string why)
{
    return {FollowFaultKind::bad_block, "bitcoin_bad_block", "cannot use " + block, std::move(why),
        "The node's copy is damaged: check its disk and run it with -reindex, or use another "
        "node."};
}

std::size_t size_of(const BitcoinFact& fact)
{
    const auto* transaction = std::get_if<TransactionSeen>(&fact);
    return transaction ? transaction->transaction.size() + transaction->coinbase.size() + 1000
                       : 100;
}

bool admitted(const AdmissionAnswer& answer)
{
    return answer.admission == Admission::accepted || answer.admission == Admission::duplicate;
}

FollowFault fault_of(const AdmissionAnswer& answer, const std::string& what)
{
    switch (answer.admission)
    {
        case Admission::gap:
            return {FollowFaultKind::gap, "bitcoin_gap",
                "the engine misses what comes before " + what, answer.reason,
                "None: the follower goes back and delivers it."};
        case Admission::invalid:
            return {FollowFaultKind::refused, "bitcoin_refused", "the engine refuses " + what,
                answer.reason,
                "Check which network and chain the node follows; compare its tip with another "
                "node's."};
        case Admission::accepted:
        case Admission::duplicate:
        case Admission::busy:
        case Admission::stopping:
            return stopping();
    }
    return stopping();
}
}  // namespace

Sync::Sync(Node& node, BitcoinIntake& intake, SyncSettings settings,
    std::function<bool(std::int64_t)> pause,
    std::function<void(const SyncReport&, ChainHeight)> progress)
  : m_node{node},
    m_intake{intake},
    m_settings{settings},
    m_network{btc::parameters(settings.network)},
    m_pause{std::move(pause)},
    m_progress{std::move(progress)}
{}

void Sync::interrupt()
{
    m_node.interrupt();
    m_intake.interrupt();
}

Result<SyncReport, FollowFault> Sync::run_once()
{
    const auto position = m_intake.position();
    if (!position)
        return Failure{stopping()};
    const auto info = m_node.info();
    if (!info)
        return Failure{bitcoind::fault_of(info.error(), "cannot ask the node for its chain")};
    if (auto fault = check_node(*info, *position))
        return Failure{std::move(*fault)};

    SyncReport report;
    report.node_height = ChainHeight{info->blocks};
    report.node_headers = ChainHeight{info->headers};
    report.node_syncing = info->initial_download;
    const auto missing = find_missing(*info, *position);
    if (!missing)
        return Failure{missing.error()};
    if (auto fault = deliver(*missing, report))
        return Failure{std::move(*fault)};
    return report;
}

Sync::Maybe Sync::deliver(const std::vector<Missing>& missing, SyncReport& report)
{
    std::vector<BitcoinFact> scanned;
    std::size_t since_list = kBlocksPerList;
    for (auto block = missing.rbegin(); block != missing.rend(); ++block)
    {
        if (since_list++ == kBlocksPerList)
        {
            since_list = 1;
            if (auto fault = fetch_watch_list())
                return fault;
        }
        if (auto fault = deliver_block(*block, scanned, report))
            return fault;
        if (m_progress)
            m_progress(report, block->height);
    }
    return submit(scanned, "the last scan");
}

Sync::Maybe Sync::check_node(const NodeInfo& info, const ChainPosition& position) const
{
    const auto ours = btc::name(m_settings.network);
    if (info.chain != ours)
    {
        return FollowFault{FollowFaultKind::wrong_network, "bitcoin_wrong_network",
            "cannot follow this node",
            "the node is on " + info.chain + ", the log on " + std::string{ours},
            "Name a node of the log's network, or the data directory of another log."};
    }
    const auto lowest = std::min(
        position.tip.height, position.rescan ? position.rescan->from : position.tip.height);
    if (info.prune_height && *info.prune_height > lowest.value + 1)
    {
        return FollowFault{FollowFaultKind::pruned, "bitcoin_pruned", "cannot follow this node",
            "the node has thrown away blocks below " + std::to_string(*info.prune_height) +
                ", and blocks from " + std::to_string(lowest.value + 1) + " on are needed",
            "Name a node that keeps its blocks, or let this one download them again (-reindex with "
            "a "
            "larger -prune)."};
    }
    return std::nullopt;
}

Sync::Maybe Sync::fetch_watch_list()
{
    const auto list = m_intake.watch_list();
    if (!list)
        return stopping();
    m_watch = to_watch_list(*list);
    return std::nullopt;
}

Result<std::vector<Sync::Missing>, FollowFault> Sync::find_missing(
    const NodeInfo& info, const ChainPosition& position)
{
    std::vector<Missing> missing;
    auto hash = info.best_block;
    for (auto at = info.blocks; at > position.anchor.height.value; --at)
    {
        const auto standing = m_intake.standing(hash);
        if (!standing)
            return Failure{stopping()};
        const bool in_rescan = position.rescan && at >= position.rescan->from.value;
        const auto wanted = in_rescan ? position.rescan->watch_version : 0;
        const bool wants_scan = !standing->scanned_with || *standing->scanned_with < wanted;
        if (standing->header_known && !wants_scan && !in_rescan)
            return missing;

        const auto header = m_node.header(hash);
        if (!header)
        {
            return Failure{bitcoind::fault_of(
                header.error(), "cannot read the header of " + name_of(ChainHeight{at}, hash))};
        }
        if (!standing->header_known || wants_scan)
            missing.push_back(
                {hash, *header, ChainHeight{at}, !standing->header_known, wants_scan});
        hash = btc::decode_header(header->bytes).previous;
    }
    if (hash != position.anchor.hash)
    {
        return Failure{FollowFault{FollowFaultKind::other_chain, "bitcoin_other_chain",
            "cannot follow this node",
            "its chain has " + name_of(position.anchor.height, hash) + ", the log begins after " +
                to_display_hex(position.anchor.hash.bytes),
            "Wait until the node has caught up; if it has, it follows another chain: name another "
            "node."}};
    }
    return missing;
}

/// Submits a block's header and transactions, together with the scan that the block before left
/// over; leaves its own scan in `scanned`. So a block costs one round trip, and its scan is offered
/// only after all its transactions were admitted.
Sync::Maybe Sync::deliver_block(
    const Missing& missing, std::vector<BitcoinFact>& scanned, SyncReport& report)
{
    std::vector<BitcoinFact> facts = std::exchange(scanned, {});
    if (missing.wants_header)
    {
        facts.push_back(HeaderSeen{missing.header.bytes});
        ++report.headers;
    }
    if (missing.wants_scan)
    {
        if (auto fault = add_transactions(missing, facts, scanned, report))
            return fault;
    }
    return submit(facts, name_of(missing.height, missing.hash));
}

Sync::Maybe Sync::add_transactions(const Missing& missing, std::vector<BitcoinFact>& facts,
    std::vector<BitcoinFact>& scanned, SyncReport& report)
{
    const auto block_name = name_of(missing.height, missing.hash);
    const auto bytes = m_node.block(missing.hash);
    if (!bytes)
        return bitcoind::fault_of(bytes.error(), "cannot read " + block_name);
    const auto block = check_block(*bytes, missing.hash, missing.height, m_network);
    if (!block)
        return bad_block(block_name, block.error());

    const auto relevant = btc::relevant(*block, m_watch);
    for (auto& fact : transaction_facts(*block, relevant))
        facts.push_back(std::move(fact));
    // What this block creates may be spent in the next, before the engine's list is fetched again.
    btc::add_outpoints(m_watch, relevant.outpoints);
    scanned.push_back(BlockScanned{missing.hash, m_watch.version});
    report.transactions += relevant.transactions.size();
    ++report.blocks;
    return std::nullopt;
}

Sync::Maybe Sync::submit(const std::vector<BitcoinFact>& facts, const std::string& what)
{
    std::vector<BitcoinFact> slice;
    std::size_t bytes = 0;
    for (const auto& fact : facts)
    {
        if (slice.size() >= m_settings.facts_at_once || bytes >= m_settings.bytes_at_once)
        {
            if (auto fault = submit_slice(std::exchange(slice, {}), what))
                return fault;
            bytes = 0;
        }
        bytes += size_of(fact);
        slice.push_back(fact);
    }
    return submit_slice(std::move(slice), what);
}

/// Offers what the engine has no room for again, in order, until it is admitted. While there is no
/// room only the first is offered, so that a crowded engine is not asked for more than one answer.
Sync::Maybe Sync::submit_slice(std::vector<BitcoinFact> slice, const std::string& what)
{
    BackOff back_off{m_settings.busy_first_ms, m_settings.busy_most_ms};
    bool crowded = false;
    while (!slice.empty())
    {
        const auto answers = crowded ? m_intake.submit({slice.front()}) : m_intake.submit(slice);
        if (!answers)
            return stopping();
        const auto refused = std::find_if_not(answers->begin(), answers->end(), admitted);
        slice.erase(slice.begin(), slice.begin() + (refused - answers->begin()));
        crowded = refused != answers->end();
        if (!crowded)
        {
            back_off.reset();
            continue;
        }
        if (refused->admission != Admission::busy)
            return fault_of(*refused, what);
        if (!m_pause(back_off.next()))
            return stopping();
    }
    return std::nullopt;
}
}  // namespace engine::bitcoind
