#include "adapters/bitcoin/sync.hpp"

#include "adapters/bitcoin/checked_block.hpp"
#include "adapters/bitcoin/facts.hpp"
#include "engine/base/check.hpp"
#include "engine/base/hex.hpp"
#include "engine/bitcoin/target.hpp"

#include <algorithm>

namespace engine::bitcoind
{
namespace
{
/// Blocks that are searched with one copy of the watch list; the outpoints they add are kept with
/// it.
constexpr std::size_t kBlocksPerList = 500;

/// The largest batch, and so the deepest that a missing scan can lie below another one.
constexpr std::size_t kBatchMost = 256;

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

std::string name_of(const BitcoinFact& fact)
{
    if (const auto* header = std::get_if<HeaderSeen>(&fact))
        return "the header of block " + to_display_hex(btc::block_hash(header->header).bytes);
    if (const auto* scan = std::get_if<BlockScanned>(&fact))
        return "the scan of block " + to_display_hex(scan->block.bytes);
    const auto& seen = std::get<TransactionSeen>(fact);
    return "transaction " + std::to_string(seen.index) + " of block " +
           to_display_hex(btc::block_hash(seen.header).bytes);
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
{
    ENSURE(m_settings.facts_at_once <= kBatchMost);
}

void Sync::interrupt()
{
    m_node.interrupt();
    m_intake.interrupt();
}

Result<SyncReport, FollowFault> Sync::run_once()
{
    auto report = pass();
    m_settled = report ? std::optional{report->node_tip} : std::nullopt;
    return report;
}

Result<SyncReport, FollowFault> Sync::pass()
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
    report.node_tip = info->best_block;
    report.node_height = ChainHeight{info->blocks};
    report.node_headers = ChainHeight{info->headers};
    report.node_syncing = info->initial_download;
    report.engine_height = position->tip.height;
    const auto missing = find_missing(*info, *position);
    if (!missing)
        return Failure{missing.error()};
    if (auto fault = deliver(*missing, report))
        return Failure{std::move(*fault)};
    return report;
}

Sync::Maybe Sync::deliver(const std::vector<Missing>& missing, SyncReport& report)
{
    Batch batch;
    std::size_t since_list = kBlocksPerList;
    for (auto block = missing.rbegin(); block != missing.rend(); ++block)
    {
        const bool full = batch.facts.size() + batch.scans.size() >= m_settings.facts_at_once ||
                          batch.bytes >= m_settings.bytes_at_once;
        const bool stale = since_list++ == kBlocksPerList;
        auto fault = full || stale ? flush(batch, report) : std::nullopt;
        if (!fault && stale)
        {
            // Only now: what the flushed blocks have created is in the engine's list.
            since_list = 1;
            fault = fetch_watch_list();
        }
        if (fault)
            return fault;
        if ((fault = add_block(*block, batch, report)))
        {
            // What lies below a block that can't be read is good all the same.
            auto earlier = finish(batch, report);
            return earlier ? earlier : fault;
        }
    }
    return finish(batch, report);
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
    auto list = m_intake.watch_list();
    if (!list)
        return stopping();
    m_watch = to_watch_list(*std::move(list));
    return std::nullopt;
}

Result<std::vector<Sync::Missing>, FollowFault> Sync::find_missing(
    const NodeInfo& info, const ChainPosition& position)
{
    std::vector<Missing> missing;
    bool met_known = false;
    std::size_t complete = 0;  // Blocks in a row, from above, of which nothing is missing.
    auto hash = info.best_block;
    for (auto at = info.blocks; at > position.anchor.height.value; --at)
    {
        const auto standing = m_intake.standing(hash);
        if (!standing)
            return Failure{stopping()};
        if (standing->header_known && standing->height.value != at)
        {
            return Failure{FollowFault{FollowFaultKind::other_chain, "bitcoin_wrong_height",
                "cannot follow this node",
                "it has " + name_of(ChainHeight{at}, hash) + ", which is at height " +
                    std::to_string(standing->height.value),
                "Compare its tip with another node's: this one's heights are wrong."}};
        }
        const bool in_rescan = position.rescan && at >= position.rescan->from.value;
        const auto wanted = in_rescan ? position.rescan->watch_version : 0;
        // Old outside of a rescan: it was beside the best chain when that was asked for.
        const bool wants_scan =
            !standing->scanned_with || *standing->scanned_with < wanted || standing->scan_is_old;
        complete = standing->header_known && !wants_scan ? complete + 1 : 0;
        if (!in_rescan && complete > 0 && (hash == m_settled || complete > kBatchMost))
            return missing;
        // Below a known header every header was known: this one is forgotten, and can't be
        // rescanned.
        if (met_known && !standing->header_known)
            return missing;
        met_known = met_known || standing->header_known;

        const auto header = m_node.header(hash);
        if (!header)
        {
            return Failure{bitcoind::fault_of(
                header.error(), "cannot read the header of " + name_of(ChainHeight{at}, hash))};
        }
        // Otherwise an endless chain could be made up as fast as it is asked for.
        const auto decoded = btc::decode_header(header->bytes);
        if (!btc::proves_work(hash, decoded.bits, m_network))
            return Failure{
                bad_block(name_of(ChainHeight{at}, hash), "the hash is above the target")};
        if (!standing->header_known || wants_scan)
            missing.push_back(
                {hash, *header, ChainHeight{at}, !standing->header_known, wants_scan});
        hash = decoded.previous;
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

Sync::Maybe Sync::add_block(const Missing& missing, Batch& batch, SyncReport& report)
{
    if (missing.wants_header)
    {
        batch.facts.push_back(HeaderSeen{missing.header.bytes});
        ++report.headers;
    }
    if (missing.wants_scan)
    {
        if (auto fault = add_transactions(missing, batch, report))
            return fault;
    }
    batch.height = missing.height;
    return std::nullopt;
}

Sync::Maybe Sync::add_transactions(const Missing& missing, Batch& batch, SyncReport& report)
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
    {
        batch.bytes += fact.transaction.size() + fact.coinbase.size();
        batch.facts.push_back(std::move(fact));
    }
    // What this block creates may be spent in the next, before the engine's list is fetched again.
    btc::add_outpoints(m_watch, relevant.outpoints);
    batch.scans.push_back(BlockScanned{missing.hash, m_watch.version});
    report.transactions += relevant.transactions.size();
    ++report.blocks;
    return std::nullopt;
}

Sync::Maybe Sync::flush(Batch& batch, const SyncReport& report)
{
    if (auto fault = submit(batch.facts))
        return fault;
    if (m_progress && batch.height_before.value != 0)
        m_progress(report, batch.height_before);
    batch.facts = std::exchange(batch.scans, {});
    batch.bytes = 0;
    batch.height_before = batch.height;
    return std::nullopt;
}

Sync::Maybe Sync::finish(Batch& batch, const SyncReport& report)
{
    auto fault = flush(batch, report);
    return fault ? fault : flush(batch, report);
}

/// Offers what the engine has no room for again, in order, until it is admitted. While there is no
/// room only the first is offered, so that a crowded engine is not asked for more than one answer.
Sync::Maybe Sync::submit(std::span<const BitcoinFact> facts)
{
    BackOff back_off{m_settings.busy_first_ms, m_settings.busy_most_ms};
    bool crowded = false;
    while (!facts.empty())
    {
        const auto answers = m_intake.submit(crowded ? facts.first(1) : facts);
        if (!answers)
            return stopping();
        const auto refused = std::find_if_not(answers->begin(), answers->end(), admitted);
        facts = facts.subspan(static_cast<std::size_t>(refused - answers->begin()));
        crowded = refused != answers->end();
        if (!crowded)
        {
            back_off.reset();
            continue;
        }
        if (refused->admission != Admission::busy)
            return fault_of(*refused, name_of(facts.front()));
        if (!m_pause(back_off.next()))
            return stopping();
    }
    return std::nullopt;
}
}  // namespace engine::bitcoind
