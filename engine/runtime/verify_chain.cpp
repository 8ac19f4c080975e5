#include "engine/runtime/verify_chain.hpp"

#include "engine/base/hex.hpp"
#include "engine/bitcoin/merkle.hpp"
#include "engine/bitcoin/relevant.hpp"
#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/peg/state.hpp"

#include <fmt/format.h>

#include <set>

namespace engine
{
namespace
{
std::string text_of(const OutPoint& outpoint)
{
    return fmt::format("{}:{}", to_display_hex(outpoint.txid.bytes), outpoint.index);
}

class ChainLayer
{
    OutsideChain& m_chain;
    const StateView& m_state;
    LayerReport m_report;
    bitcoin::Tip m_tip;
    std::size_t m_outputs = 0;
    std::size_t m_blocks = 0;

public:
    ChainLayer(OutsideChain& chain, const StateView& state)
      : m_chain{chain}, m_state{state}, m_tip{bitcoin::tip(state)}
    {
        m_report.layer = Layer::chain;
        m_report.verdict = LayerReport::Verdict::ok;
    }

    LayerReport run()
    {
        if (!tip_is_scanned())
            return not_checked(fmt::format(
                "the log has not scanned block {} yet: compare when it has", m_tip.height.value));
        if (auto why = compare_outputs())
            return not_checked(*std::move(why));
        if (auto why = compare_blocks())
            return not_checked(*std::move(why));
        m_report.looked_at = fmt::format("{} unspent wallet outputs, {} blocks from height {} on",
            m_outputs, m_blocks, first_kept().value);
        return std::move(m_report);
    }

private:
    /// What was found stays: it is true, whatever could not be asked afterwards.
    LayerReport not_checked(std::string why)
    {
        if (m_report.differences_all == 0)
            m_report.verdict = LayerReport::Verdict::not_checked;
        m_report.looked_at = std::move(why);
        return std::move(m_report);
    }

    void add(std::string where, std::string what, std::string stored, std::string computed)
    {
        Difference out;
        out.where = std::move(where);
        out.what = std::move(what);
        out.stored = std::move(stored);
        out.computed = std::move(computed);
        out.cause = "the follower left something out, or added to it";
        m_report.add(std::move(out));
    }

    /// A header comes before what is relevant in its block: until then the node is ahead.
    bool tip_is_scanned() const
    {
        if (m_tip.height < bitcoin::first_height(m_state))
            return true;
        const auto hash = bitcoin::block_at(m_state, m_tip.height);
        return hash && bitcoin::scan_is_complete(m_state, *hash);
    }

    std::optional<std::string> compare_outputs()
    {
        const auto node = m_chain.unspent(get(m_state, peg::kParameters).wallet_script);
        if (!node)
            return node.error();
        if (node->height != m_tip.height.value)
            return fmt::format(
                "the node is at height {} and the log at {}: compare when they agree", node->height,
                m_tip.height.value);
        if (node->block != m_tip.block)
            return fmt::format(
                "at height {} the node is at block {} and the log at {}: compare when "
                "they agree",
                node->height, to_display_hex(node->block.bytes), to_display_hex(m_tip.block.bytes));
        const auto first = bitcoin::first_height(m_state);
        std::map<OutPoint, std::uint64_t> theirs;
        for (const auto& output : node->outputs)
        {
            if (output.height >= first.value)
                theirs[output.outpoint] = output.amount;
        }
        for_each(m_state, peg::kUtxos, [&](const OutPoint& outpoint, const peg::Utxo& utxo) {
            ++m_outputs;
            const auto match = theirs.find(outpoint);
            if (match == theirs.end())
                add("output " + text_of(outpoint), "the node has no such unspent output", "absent",
                    fmt::format("{} sats", utxo.value.value()));
            else if (match->second != utxo.value.value())
                add("output " + text_of(outpoint), "the amounts differ",
                    fmt::format("{} sats", match->second),
                    fmt::format("{} sats", utxo.value.value()));
            if (match != theirs.end())
                theirs.erase(match);
            return true;
        });
        for (const auto& [outpoint, amount] : theirs)
            add("output " + text_of(outpoint), "the log doesn't know of it",
                fmt::format("{} sats", amount), "absent");
        return std::nullopt;
    }

    /// Blocks before it have left the state.
    ChainHeight first_kept() const
    {
        return std::max(bitcoin::first_height(m_state), m_tip.kept_from);
    }

    std::optional<std::string> compare_blocks()
    {
        auto list = bitcoin::watch_list(m_state);
        for (auto height = first_kept(); height <= m_tip.height; ++height.value)
        {
            const auto hash = bitcoin::block_at(m_state, height);
            if (!hash || !bitcoin::scan_is_complete(m_state, *hash))
                return fmt::format("the log has not scanned block {}", height.value);
            const auto block = m_chain.block(*hash);
            if (!block)
                return block.error();
            if (btc::block_hash(block->header) != *hash ||
                btc::merkle_tree(btc::txids(*block)).root != block->header.merkle_root)
                return fmt::format("the node gave another block than {}, which was asked for",
                    to_display_hex(hash->bytes));
            ++m_blocks;
            const auto relevant = btc::relevant(*block, list);
            btc::add_outpoints(list, relevant.outpoints);
            compare_block(height, *hash, *block, relevant);
        }
        return std::nullopt;
    }

    void compare_block(ChainHeight height, const BlockHash& hash, const btc::Block& block,
        const btc::Relevant& relevant)
    {
        std::set<Txid> theirs;
        for (const auto& transaction : relevant.transactions)
            theirs.insert(btc::txid(block.transactions.at(transaction.branch.index)));
        const auto where = [&](const Txid& txid) {
            return fmt::format(
                "block {}, transaction {}", height.value, to_display_hex(txid.bytes));
        };
        bitcoin::for_each_transaction_in(m_state, height, hash,
            [&](const bitcoin::TransactionKey&, const bitcoin::KnownTransaction& known) {
                if (theirs.erase(known.txid) == 0)
                    add(where(known.txid), "the node's block doesn't ask for it", "absent",
                        "recorded");
            });
        for (const auto& txid : theirs)
            add(where(txid), "the log left it out", "relevant", "absent");
    }
};
}  // namespace

LayerReport verify_chain(OutsideChain& chain, const StateView& state)
{
    return ChainLayer{chain, state}.run();
}
}  // namespace engine
