#include "engine/runtime/verify_log.hpp"

#include "engine/base/hex.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/domain/access/events.hpp"

#include <fmt/format.h>

namespace engine
{
namespace
{
/// Reads the log once, from block 0 to its end.
class LogLayer
{
    const VerifyInputs& m_in;
    LayerReport m_report;
    PublicKey m_key;
    GenesisId m_genesis;
    std::uint64_t m_blocks = 0;
    std::uint64_t m_seals = 0;
    std::map<LogHeight, LogBlockHash> m_rooted;  // That no carried seal has gone past.
    std::map<LogHeight, StateRoot> m_roots;      // As recorded, for the same heights.

public:
    explicit LogLayer(const VerifyInputs& inputs) : m_in{inputs}
    {
        m_report.layer = Layer::log;
        m_report.verdict = LayerReport::Verdict::ok;
    }

    LayerReport run()
    {
        read_blocks();
        if (m_in.seal && m_report.verdict == LayerReport::Verdict::ok)
            check_seal(*m_in.seal, "the seal file");
        m_report.looked_at = fmt::format(
            "{} blocks, {} seals{}", m_blocks, m_seals, m_in.seal ? "" : ", no seal file");
        return std::move(m_report);
    }

private:
    void add(Difference difference)
    {
        m_report.verdict = LayerReport::Verdict::differs;
        ++m_report.differences_all;
        if (m_report.differences.size() < kDifferencesMax)
            m_report.differences.push_back(std::move(difference));
    }

    void add_log_error(const log::LogError& error)
    {
        const auto shown = from_log(error);
        add({shown.where, shown.why, "", "", ""});
    }

    void read_blocks()
    {
        auto reader = m_in.log.reader(LogHeight{0});
        if (!reader)
            return add_log_error(reader.error());
        for (;;)
        {
            const auto block = (*reader)->next();
            if (!block)
                return add_log_error(block.error());
            if (*block == nullptr)
                return;
            check(**block);
        }
    }

    void check(const log::BlockView& block)
    {
        ++m_blocks;
        const auto height = block.height();
        if (height == LogHeight{0})
            begin(block);
        if (const auto good = log::check_block(block); !good)
            add({fmt::format("height {}", height.value), good.error().what, "", "",
                fmt::format("byte {} of the block", good.error().offset)});
        if (block.header().rooted)
            m_rooted[height] = block.hash();
        if (const auto& known = block.header().known_root)
            m_roots[known->height] = known->root;
        if (const auto seal = block.seal())
            check_seal(*seal, fmt::format("the seal carried by block {}", height.value));
    }

    void begin(const log::BlockView& block_0)
    {
        m_genesis = block_0.hash();
        const auto genesis = genesis_of(block_0);
        if (!genesis)
            return add({"event 0.0", "the log doesn't begin with a genesis event", "", "", ""});
        m_key = std::get<access::Genesis>(genesis->modules).sequencer;
    }

    void check_seal(const log::Seal& seal, const std::string& which)
    {
        ++m_seals;
        const auto where = fmt::format("height {}", seal.height.value);
        if (!schnorr_verify(m_key, log::seal_message(m_genesis, seal).bytes, seal.signature))
            add({where, which + " is not signed by the log's sequencer",
                to_hex(seal.signature.bytes), "a signature by " + to_hex(m_key.bytes), ""});
        const auto block = m_rooted.find(seal.height);
        if (block == m_rooted.end())
            add({where, which + " is of a height that isn't rooted, or isn't there", "", "", ""});
        else if (block->second != seal.block_hash)
            add({where, which + " is of another block than the one in the log",
                to_hex(seal.block_hash.bytes), to_hex(block->second.bytes), ""});
        const auto root = m_roots.find(seal.height);
        if (root != m_roots.end() && root->second != seal.root)
            add({where, which + " has another state root than the log recorded",
                to_hex(seal.root.bytes), to_hex(root->second.bytes), ""});
        m_rooted.erase(m_rooted.begin(), m_rooted.lower_bound(seal.height));
        m_roots.erase(m_roots.begin(), m_roots.lower_bound(seal.height));
    }
};
}  // namespace

LayerReport verify_log(const VerifyInputs& inputs)
{
    return LogLayer{inputs}.run();
}

Difference sealed_root_differs(const log::Seal& seal, const StateRoot& computed)
{
    return {fmt::format("height {}", seal.height.value),
        "the sealed state root is not the refolded one", to_hex(seal.root.bytes),
        to_hex(computed.bytes), ""};
}
}  // namespace engine
