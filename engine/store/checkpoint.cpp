#include "engine/store/checkpoint.hpp"

#include "engine/store/directories.hpp"
#include "engine/store/full_root.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

namespace engine
{
namespace
{
constexpr const char* kPartSuffix = ".part";

/// Directory names are heights in plain decimal, without leading zeros.
std::optional<LogHeight> height_of(const std::string& name)
{
    std::uint64_t value = 0;
    const auto* end = name.data() + name.size();
    const auto [stopped, error] = std::from_chars(name.data(), end, value);
    if (error != std::errc{} || stopped != end || std::to_string(value) != name)
        return std::nullopt;
    return LogHeight{value};
}

StoreResult<StateMark> read_manifest(Disk& disk, const std::string& directory)
{
    const auto path = directory + "/" + kCheckpointManifest;
    if (!disk.exists(path))
    {
        return Failure{StoreError{StoreErrorCode::missing, "there is no checkpoint", path,
            "its manifest does not exist", "use another checkpoint"}};
    }
    const auto content = read_file(disk, path);
    if (!content)
        return Failure{io_failure(content.error())};
    const auto mark = decode_mark(*content);
    if (mark)
        return *mark;
    const bool other = mark.error() == MarkProblem::other_format;
    return Failure{StoreError{other ? StoreErrorCode::format : StoreErrorCode::corrupt,
        "the manifest of a checkpoint can't be used", path,
        other ? "another version wrote it" : "it does not match its checksum",
        "use another checkpoint, or replay from the beginning"}};
}

StoreError contradiction(const std::string& directory, std::string why)
{
    return {StoreErrorCode::corrupt, "a checkpoint contradicts its manifest", directory,
        std::move(why), "use another checkpoint, or replay from the beginning"};
}

/// What was begun and never finished, and what was let go and not removed whole.
StoreResult<Done> remove_parts(Disk& disk, const std::string& checkpoints)
{
    if (!disk.exists(checkpoints))
        return Done{};
    const auto names = disk.list(checkpoints);
    if (!names)
        return Failure{io_failure(names.error())};
    for (const auto& name : *names)
    {
        if (name.find(kPartSuffix) == std::string::npos)
            continue;
        if (const auto gone = disk.remove_all(checkpoints + "/" + name); !gone)
            return Failure{io_failure(gone.error())};
    }
    return Done{};
}

/// Under its name a checkpoint is whole or not there, also when this ends between two files.
StoreResult<Done> remove_checkpoint(Disk& disk, const std::string& checkpoints, LogHeight height)
{
    const auto directory = checkpoint_directory(checkpoints, height);
    if (const auto renamed = disk.rename(directory, unfinished_checkpoint(directory)); !renamed)
        return Failure{io_failure(renamed.error())};
    if (const auto synced = disk.sync_directory(checkpoints); !synced)
        return Failure{io_failure(synced.error())};
    return drop_unfinished_checkpoint(disk, directory);
}

std::string last_part(const std::string& path)
{
    return path.substr(path.rfind('/') + 1);
}
}  // namespace

std::string checkpoint_directory(const std::string& checkpoints, LogHeight height)
{
    return checkpoints + "/" + std::to_string(height.value);
}

std::string unfinished_checkpoint(const std::string& directory)
{
    return directory + kPartSuffix;
}

StoreResult<Done> finish_checkpoint(Disk& disk, const std::string& directory)
{
    if (const auto renamed = disk.rename(unfinished_checkpoint(directory), directory); !renamed)
        return Failure{io_failure(renamed.error())};
    if (const auto synced = disk.sync_directory(parent_of(directory)); !synced)
        return Failure{io_failure(synced.error())};
    return Done{};
}

StoreResult<Done> drop_unfinished_checkpoint(Disk& disk, const std::string& directory)
{
    if (const auto gone = disk.remove_all(unfinished_checkpoint(directory)); !gone)
        return Failure{io_failure(gone.error())};
    return Done{};
}

StoreResult<std::vector<CheckpointInfo>> list_checkpoints(
    Disk& disk, const std::string& checkpoints)
{
    std::vector<CheckpointInfo> found;
    if (!disk.exists(checkpoints))
        return found;
    const auto names = disk.list(checkpoints);
    if (!names)
        return Failure{io_failure(names.error())};
    for (const auto& name : *names)
    {
        const auto height = height_of(name);
        if (!height)
            continue;
        const auto directory = checkpoint_directory(checkpoints, *height);
        const auto mark = read_manifest(disk, directory);
        found.push_back({*height, directory, mark ? std::optional{*mark} : std::nullopt});
    }
    std::sort(found.begin(), found.end(),
        [](const CheckpointInfo& a, const CheckpointInfo& b) { return a.height < b.height; });
    return found;
}

StoreResult<std::optional<CheckpointInfo>> nearest_checkpoint(
    Disk& disk, const std::string& checkpoints, LogHeight height)
{
    const auto all = list_checkpoints(disk, checkpoints);
    if (!all)
        return Failure{all.error()};
    std::optional<CheckpointInfo> nearest;
    for (const auto& info : *all)
    {
        if (info.height <= height && info.mark && info.mark->height == info.height)
            nearest = info;
    }
    return nearest;
}

StoreResult<std::unique_ptr<StateStore>> open_checkpoint(
    Disk& disk, const std::string& directory, StoreOptions options)
{
    options.read_only = true;
    const auto manifest = read_manifest(disk, directory);
    if (!manifest)
        return Failure{manifest.error()};
    const auto named = height_of(last_part(directory));
    if (named && *named != manifest->height)
    {
        return Failure{contradiction(
            directory, "its manifest is of height " + std::to_string(manifest->height.value))};
    }
    auto store = StateStore::open(disk, directory, options);
    if (!store)
        return store;
    if ((*store)->stands_at() != *manifest)
        return Failure{contradiction(directory, "its height row is another one")};
    return store;
}

StoreResult<Done> check_rows(const StateStore& checkpoint, std::size_t memory_bytes_max)
try
{
    const auto mark = checkpoint.stands_at();
    if (mark && full_root(checkpoint, memory_bytes_max).root == mark->root)
        return Done{};
    return Failure{
        contradiction(checkpoint.directory(), "its rows don't give the root of its height row")};
}
catch (const StoreFailure& failure)
{
    return Failure{failure.error()};
}

std::vector<LogHeight> heights_to_keep(const std::vector<LogHeight>& heights, std::size_t newest)
{
    std::vector<LogHeight> kept;
    if (heights.empty())
        return kept;
    const auto tip = heights.back().value;
    const auto recent = heights.size() - std::min(newest, heights.size());
    int doubling = -1;  // Of the last one kept: the largest distances come first.
    for (std::size_t i = 0; i < heights.size(); ++i)
    {
        const auto here = static_cast<int>(std::bit_width(tip - heights[i].value));
        if (i >= recent || here != doubling)
            kept.push_back(heights[i]);
        doubling = here;
    }
    return kept;
}

StoreResult<std::vector<LogHeight>> retain_checkpoints(
    Disk& disk, const std::string& checkpoints, std::size_t newest)
{
    const auto all = list_checkpoints(disk, checkpoints);
    if (!all)
        return Failure{all.error()};
    std::vector<LogHeight> heights;
    for (const auto& info : *all)
    {
        if (info.mark)
            heights.push_back(info.height);
    }

    if (const auto cleared = remove_parts(disk, checkpoints); !cleared)
        return Failure{cleared.error()};
    const auto kept = heights_to_keep(heights, newest);
    std::vector<LogHeight> removed;
    std::set_difference(
        heights.begin(), heights.end(), kept.begin(), kept.end(), std::back_inserter(removed));
    for (const auto height : removed)
    {
        if (const auto gone = remove_checkpoint(disk, checkpoints, height); !gone)
            return Failure{gone.error()};
    }
    return removed;
}
}  // namespace engine
