#pragma once

#include "engine/store/state_store.hpp"

#include <string>
#include <vector>

namespace engine
{
/// The name of the manifest in a checkpoint's directory: an encoded StateMark.
inline constexpr const char* kCheckpointManifest = "checkpoint.mark";

/// A checkpoint as its directory name and its manifest tell.
struct CheckpointInfo
{
    LogHeight height;
    std::string directory;
    std::optional<StateMark> mark;  ///< Absent: the manifest is missing or damaged.
};

/// The directory of a height's checkpoint: <checkpoints>/<height>.
std::string checkpoint_directory(const std::string& checkpoints, LogHeight height);

/// Where a checkpoint is made before it gets its name.
std::string unfinished_checkpoint(const std::string& directory);

/// Gives a checkpoint that was begun its name, durably. Nobody has it open.
StoreResult<Done> finish_checkpoint(Disk& disk, const std::string& directory);

/// Removes a checkpoint that was begun.
StoreResult<Done> drop_unfinished_checkpoint(Disk& disk, const std::string& directory);

/// Checkpoints by height. What is not named by a height is passed over; a missing directory holds
/// none.
StoreResult<std::vector<CheckpointInfo>> list_checkpoints(
    Disk& disk, const std::string& checkpoints);

/// The newest checkpoint at or below a height whose manifest is whole.
StoreResult<std::optional<CheckpointInfo>> nearest_checkpoint(
    Disk& disk, const std::string& checkpoints, LogHeight height);

/// Opens a checkpoint for reading, after checking its manifest against the directory's name and the
/// height row. Writes nothing.
StoreResult<std::unique_ptr<StateStore>> open_checkpoint(
    Disk& disk, const std::string& directory, StoreOptions options = {});

/// Whether the rows of a checkpoint give the root of its height row. Reads all of them; takes the
/// memory that full_root does.
StoreResult<Done> check_rows(
    const StateStore& checkpoint, std::size_t memory_bytes_max = std::size_t{1} << 30);

/// Which heights to keep: the newest `newest`, and of the older ones the oldest at each doubling of
/// the distance from the newest.
std::vector<LogHeight> heights_to_keep(const std::vector<LogHeight>& heights, std::size_t newest);

/// Removes the checkpoints that heights_to_keep leaves out, and what unfinished ones left behind.
/// Returns the heights removed. Damaged checkpoints are left for people to look at.
StoreResult<std::vector<LogHeight>> retain_checkpoints(
    Disk& disk, const std::string& checkpoints, std::size_t newest);
}  // namespace engine
