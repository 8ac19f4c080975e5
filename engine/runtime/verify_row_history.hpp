#pragma once

#include "engine/core/state.hpp"
#include "engine/ports/disk.hpp"
#include "engine/store/checkpoint.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine
{
/// Since when a stored row is wrong: what the log gives at the height of each checkpoint, beside
/// what the checkpoint has there.
class RowHistory
{
    using RowKey = std::pair<TableId, Bytes>;
    using Rows = std::map<RowKey, std::optional<Bytes>>;

    struct Checkpoint
    {
        CheckpointInfo info;
        Rows computed;
    };

    Disk& m_disk;
    std::vector<Checkpoint> m_checkpoints;  // By height.
    Rows m_watched;

public:
    /// With the checkpoints up to a height. Those that can't be listed are none.
    RowHistory(Disk& disk, const std::string& checkpoints, LogHeight to);

    void watch(TableId table, ByteView key);

    /// Sees the state that the log gives after the block of a height.
    void note(LogHeight height, const StateView& state);

    struct Answer
    {
        std::size_t looked_at = 0;       ///< Checkpoints that could be read.
        std::optional<LogHeight> right;  ///< The newest of them that has the row right.
    };
    Answer of(TableId table, ByteView key) const;
};
}  // namespace engine
