#include "engine/runtime/verify_log.hpp"

#include "engine/base/hex.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/domain/access/events.hpp"
#include "engine/runtime/verify_damage.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine
{
namespace
{
Difference at_height(LogHeight height, std::string what, std::string stored = {},
    std::string computed = {}, std::string cause = {})
{
    Difference out;
    out.where = fmt::format("height {}", height.value);
    out.what = std::move(what);
    out.stored = std::move(stored);
    out.computed = std::move(computed);
    out.cause = std::move(cause);
    out.height = height;
    return out;
}

/// Reads the log once, from block 0 to its end.
class LogLayer
{
    const VerifyInputs& m_in;
    bool m_closely;
    std::optional<LogHeight> m_mark;
    LogReading m_reading;
    std::optional<PublicKey> m_key;
    std::uint64_t m_blocks = 0;
    std::uint64_t m_seals = 0;
    std::string m_failed;  // The disk, or the version: nothing that the log is to blame for.
    std::map<LogHeight, LogBlockHash> m_rooted;  // That no carried seal has gone past.

public:
    LogLayer(const VerifyInputs& inputs, bool closely, std::optional<LogHeight> mark)
      : m_in{inputs}, m_closely{closely}, m_mark{mark}
    {
        m_reading.report.layer = Layer::log;
        m_reading.report.verdict = LayerReport::Verdict::ok;
    }

    LogReading run()
    {
        read_blocks();
        if (m_closely)
            check_seal_file();
        auto& report = m_reading.report;
        if (!m_failed.empty() && report.differences_all == 0)
            report.verdict = LayerReport::Verdict::not_checked;
        report.looked_at = summary();
        return std::move(m_reading);
    }

private:
    void add(Difference difference) { m_reading.report.add(std::move(difference)); }

    std::string summary() const
    {
        auto text = fmt::format("{} block{}, {} seal{}", m_blocks, m_blocks == 1 ? "" : "s",
            m_seals, m_seals == 1 ? "" : "s");
        if (!m_in.seal.seal && m_in.seal.unreadable.empty())
            text += ", no seal file";
        if (const auto& torn = m_in.log.torn_tail())
            text += fmt::format("; behind them a write that a crash cut short (byte {} of {})",
                torn->offset, torn->file);
        if (!m_failed.empty())
            text += "; " + m_failed;
        return text;
    }

    void read_blocks()
    {
        const auto reader = m_in.log.reader(LogHeight{0});
        for (;;)
        {
            const auto block = reader->next();
            if (!block)
                return stop(m_in.log.explain(block.error()));
            if (*block == nullptr)
                break;
            take(**block);
            note_progress(*reader, (*block)->height());
        }
        if (const auto& error = m_in.log.end_error())
            stop(*error);
    }

    void note_progress(log::BlockReader& reader, LogHeight height)
    {
        const auto progress = reader.progress();
        m_reading.bytes = progress.bytes_done;
        if (m_mark && height == *m_mark)
            m_reading.bytes_to_mark = progress.bytes_done;
        if (m_in.on_progress)
            m_in.on_progress({"log", progress.bytes_done, progress.bytes_total, height});
    }

    /// The blocks end here, and the log does not.
    void stop(const log::LogError& error)
    {
        m_reading.unreadable =
            log::to_string({error.code, error.what, error.file, error.offset, error.height, {}});
        if (!is_damage(error.code))
        {
            m_failed = m_reading.unreadable;
            return;
        }
        for (auto& difference : describe_damage(m_in.log, error, m_reading.tip))
            add(std::move(difference));
    }

    void take(const log::BlockView& block)
    {
        ++m_blocks;
        const auto& header = block.header();
        const auto hash = block.hash();
        m_reading.tip = log::LogTip{header, hash};
        if (header.height == LogHeight{0})
            begin(block);
        if (m_mark == header.height)
            m_reading.hash_at_mark = hash;
        auto& recorded = m_reading.recorded;
        if (header.known_root &&
            (recorded.empty() || recorded.back().height < header.known_root->height))
            recorded.push_back(*header.known_root);
        if (m_closely)
            check(block, hash);
    }

    void begin(const log::BlockView& block_0)
    {
        m_reading.genesis = block_0.hash();
        const auto genesis = genesis_of(block_0);
        if (genesis)
            m_key = std::get<access::Genesis>(genesis->modules).sequencer;
        else
            add(at_height(LogHeight{0}, "the log doesn't begin with a genesis event"));
    }

    void check(const log::BlockView& block, const LogBlockHash& hash)
    {
        if (const auto good = log::check_block(block); !good)
            add(at_height(block.height(), good.error().what, "", "",
                fmt::format("byte {} of the block", good.error().offset)));
        if (block.header().rooted)
            m_rooted[block.height()] = hash;
        if (const auto seal = block.seal())
            check_carried(*seal, block.height());
    }

    void check_signature(const log::Seal& seal, const std::string& which)
    {
        ++m_seals;
        if (!m_key || !m_reading.genesis)
            return;
        if (!schnorr_verify(
                *m_key, log::seal_message(*m_reading.genesis, seal).bytes, seal.signature))
            add(at_height(seal.height, which + " is not signed by the log's sequencer",
                to_hex(seal.signature.bytes), "a signature by " + to_hex(m_key->bytes)));
    }

    void check_content(
        const log::Seal& seal, const std::string& which, bool is_rooted, const LogBlockHash& hash)
    {
        if (!is_rooted)
            add(at_height(seal.height, which + " is of a height that isn't rooted"));
        if (seal.block_hash != hash)
            add(at_height(seal.height, which + " is of another block than the one in the log",
                to_hex(seal.block_hash.bytes), to_hex(hash.bytes)));
        const auto& all = m_reading.recorded;
        const auto root = std::lower_bound(all.begin(), all.end(), seal.height,
            [](const log::KnownRoot& known, LogHeight height) { return known.height < height; });
        if (root != all.end() && root->height == seal.height && root->root != seal.root)
            add(at_height(seal.height, which + " has another state root than the log recorded",
                to_hex(seal.root.bytes), to_hex(root->root.bytes)));
    }

    void check_carried(const log::Seal& seal, LogHeight carrier)
    {
        const auto which = fmt::format("the seal carried by block {}", carrier.value);
        check_signature(seal, which);
        const auto block = m_rooted.find(seal.height);
        if (block == m_rooted.end())
            add(at_height(
                seal.height, which + " is of a height that isn't rooted, or isn't there"));
        else
            check_content(seal, which, true, block->second);
        m_rooted.erase(m_rooted.begin(), m_rooted.lower_bound(seal.height));
    }

    /// The newest seal, which nothing carries yet. It may be older than the newest carried one,
    /// when it could not be saved.
    void check_seal_file()
    {
        const auto& file = m_in.seal;
        if (!file.unreadable.empty())
        {
            auto difference = Difference{file.path, "the seal file is no seal", file.unreadable,
                "a seal", "", {}, {}, file.path, {}, {}, {}};
            return add(std::move(difference));
        }
        if (!file.seal)
            return;
        check_signature(*file.seal, "the seal file");
        const auto height = file.seal->height;
        if (m_reading.tip && height <= m_reading.tip->header.height)
        {
            const auto reader = m_in.log.reader(height);
            const auto block = reader->next();
            if (block && *block != nullptr)
                check_content(
                    *file.seal, "the seal file", (*block)->header().rooted, (*block)->hash());
        }
        else if (m_reading.unreadable.empty())
            add(at_height(height, "the seal file is of a height that isn't there", "",
                m_reading.tip ? fmt::format("at most {}", m_reading.tip->header.height.value)
                              : "no block"));
    }
};
}  // namespace

LogReading read_log(const VerifyInputs& inputs, bool closely, std::optional<LogHeight> mark)
{
    return LogLayer{inputs, closely, mark}.run();
}
}  // namespace engine
