#include "engine/runtime/verify_checkpoints.hpp"

#include "engine/base/hex.hpp"
#include "engine/store/checkpoint.hpp"
#include "engine/store/full_root.hpp"
#include "engine/store/memory_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine
{
namespace
{
class CheckpointLook
{
    const VerifyInputs& m_in;
    const LogReading& m_reading;
    LayerReport& m_report;
    std::size_t m_whole = 0;

public:
    CheckpointLook(const VerifyInputs& inputs, const LogReading& reading, LayerReport& report)
      : m_in{inputs}, m_reading{reading}, m_report{report}
    {}

    void run()
    {
        auto& disk = m_in.log.disk();
        const auto all = list_checkpoints(disk, m_in.checkpoints);
        if (!all)
            return unreadable({}, all.error());
        for (const auto& checkpoint : *all)
            look_at(disk, checkpoint);
        if (m_whole > 0)
            m_report.looked_at = fmt::format(
                "{} checkpoint{}; {}", m_whole, m_whole == 1 ? "" : "s", m_report.looked_at);
    }

private:
    void look_at(Disk& disk, const CheckpointInfo& checkpoint)
    try
    {
        constexpr std::size_t kCacheMost = std::size_t{16} << 20;
        const auto cache = std::min(memory_plan(m_in.memory_bytes_max).block_cache, kCacheMost);
        const auto store = open_checkpoint(
            disk, checkpoint.directory, {.block_cache_bytes = cache, .tree_cache_bytes = cache});
        if (!store)
            return unreadable(checkpoint, store.error());
        if (const auto whole = (*store)->check_files(); !whole)
            return unreadable(checkpoint, whole.error());
        ++m_whole;
        const auto mark = *(*store)->stands_at();
        const auto rows = full_root(**store, m_in.memory_bytes_max).root;
        if (rows != mark.root)
            add(checkpoint, "its rows don't give its root", to_hex(mark.root.bytes),
                to_hex(rows.bytes));
        compare_with_log(checkpoint, mark);
    }
    catch (const StoreFailure& failure)
    {
        unreadable(checkpoint, failure.error());
    }

    void compare_with_log(const CheckpointInfo& checkpoint, const StateMark& mark)
    {
        if (!m_reading.tip)
            return;
        const auto tip = m_reading.tip->header.height;
        if (mark.height > tip)
        {
            if (m_reading.unreadable.empty())
                add(checkpoint, "it is ahead of the log", fmt::format("{}", mark.height.value),
                    fmt::format("at most {}", tip.value));
            return;
        }
        const auto reader = m_in.log.reader(mark.height);
        const auto block = reader->next();
        if (block && *block != nullptr && (*block)->hash() != mark.block_hash)
            add(checkpoint, "it is of another block than the one in the log",
                to_hex(mark.block_hash.bytes), to_hex((*block)->hash().bytes));
        const auto& all = m_reading.recorded;
        const auto root = std::lower_bound(all.begin(), all.end(), mark.height,
            [](const log::KnownRoot& known, LogHeight height) { return known.height < height; });
        if (root != all.end() && (root->height != mark.height || root->root != mark.root))
            add(checkpoint, "the log recorded another state root, or none, for its height",
                to_hex(mark.root.bytes),
                root->height == mark.height ? to_hex(root->root.bytes) : "none");
    }

    void add(const CheckpointInfo& checkpoint, std::string what, std::string stored,
        std::string computed)
    {
        Difference out;
        out.where = "checkpoint " + checkpoint.directory;
        out.what = std::move(what);
        out.stored = std::move(stored);
        out.computed = std::move(computed);
        out.cause = "no replay may begin from it: remove its directory";
        out.height = checkpoint.height;
        out.file = checkpoint.directory;
        m_report.add(std::move(out));
    }

    /// A disk that says no proves nothing against the checkpoint, and a running node may have let
    /// go of it.
    void unreadable(const CheckpointInfo& checkpoint, const StoreError& error)
    {
        if (!checkpoint.directory.empty() && !m_in.log.disk().exists(checkpoint.directory))
            return;
        if (!is_of_the_disk(error.code))
            return add(checkpoint, error.what, error.where + ": " + error.why, "");
        m_report.looked_at += "; a checkpoint can't be read: " + to_string(error);
        if (m_report.verdict == LayerReport::Verdict::ok)
            m_report.verdict = LayerReport::Verdict::not_checked;
    }
};
}  // namespace

void verify_checkpoints(const VerifyInputs& inputs, const LogReading& reading, LayerReport& report)
{
    if (!inputs.checkpoints.empty())
        CheckpointLook{inputs, reading, report}.run();
}
}  // namespace engine
