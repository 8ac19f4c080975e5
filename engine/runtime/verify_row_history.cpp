#include "engine/runtime/verify_row_history.hpp"

namespace engine
{
namespace
{
constexpr std::size_t kCacheBytes = std::size_t{16} << 20;

/// A row of a checkpoint; nothing if the checkpoint can't be read.
std::optional<std::optional<Bytes>> stored_row(
    Disk& disk, const CheckpointInfo& checkpoint, TableId table, ByteView key)
try
{
    const auto store = open_checkpoint(disk, checkpoint.directory,
        {.block_cache_bytes = kCacheBytes, .tree_cache_bytes = kCacheBytes});
    if (!store)
        return std::nullopt;
    Bytes row;
    return (*store)->get(table, key, row) ? std::optional{row} : std::optional<Bytes>{};
}
catch (const StoreFailure&)
{
    return std::nullopt;
}
}  // namespace

RowHistory::RowHistory(Disk& disk, const std::string& checkpoints, LogHeight to) : m_disk{disk}
{
    const auto all = list_checkpoints(disk, checkpoints);
    if (checkpoints.empty() || !all)
        return;
    for (const auto& info : *all)
    {
        if (info.mark && info.height <= to)
            m_checkpoints.push_back({info, {}});
    }
}

void RowHistory::watch(TableId table, ByteView key)
{
    m_watched[{table, {key.begin(), key.end()}}];
}

void RowHistory::note(LogHeight height, const StateView& state)
{
    for (auto& checkpoint : m_checkpoints)
    {
        if (checkpoint.info.height != height)
            continue;
        checkpoint.computed = m_watched;
        for (auto& [key, row] : checkpoint.computed)
        {
            if (const auto found = state.get(key.first, key.second))
                row = Bytes{found->begin(), found->end()};
        }
    }
}

RowHistory::Answer RowHistory::of(TableId table, ByteView key) const
{
    Answer answer;
    for (const auto& checkpoint : m_checkpoints)
    {
        const auto computed = checkpoint.computed.find({table, {key.begin(), key.end()}});
        const auto stored = stored_row(m_disk, checkpoint.info, table, key);
        if (!stored || computed == checkpoint.computed.end())
            continue;
        ++answer.looked_at;
        if (*stored == computed->second)
            answer.right = checkpoint.info.height;
    }
    return answer;
}
}  // namespace engine
