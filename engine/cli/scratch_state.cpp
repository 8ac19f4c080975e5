#include "engine/cli/scratch_state.hpp"

#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/node.hpp"
#include "engine/store/checkpoint.hpp"

#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace engine::cli
{
namespace
{
namespace fs = std::filesystem;

OperatorError disk_error(const std::string& where, std::string why)
{
    return {errors::kDiskFailed, where, std::move(why),
        "give room or permission there, or name another place with TMPDIR"};
}

Result<std::string, OperatorError> make_directory()
{
    std::error_code error;
    auto pattern = (fs::temp_directory_path(error) / "refold-XXXXXX").string();
    if (error || ::mkdtemp(pattern.data()) == nullptr)
        return Failure{disk_error(pattern, std::strerror(errno))};
    return pattern;
}

/// What is told as of a height is told from its rows: they are checked before they are believed.
std::optional<OperatorError> check_checkpoint(
    Disk& disk, const std::string& directory, const MemoryPlan& memory)
{
    const auto checkpoint = open_checkpoint(disk, directory, memory.store());
    if (!checkpoint)
        return from_store(checkpoint.error());
    if (const auto checked = check_rows(**checkpoint, memory.rows); !checked)
        return from_store(checked.error());
    return std::nullopt;
}

// Files of rows never change once they are written, so a link is as good as a copy.
std::optional<OperatorError> copy_state(const std::string& from, const std::string& to)
{
    std::error_code error;
    fs::create_directories(to, error);
    for (const auto& entry : fs::directory_iterator{from, error})
    {
        const auto target = fs::path{to} / entry.path().filename();
        if (entry.path().filename() == kCheckpointManifest)
            continue;
        std::error_code no_link;
        if (entry.path().extension() == ".sst")
            fs::create_hard_link(entry.path(), target, no_link);
        if (entry.path().extension() != ".sst" || no_link)
            fs::copy_file(entry.path(), target, error);
        if (error)
            return disk_error(target.string(), error.message());
    }
    if (error)
        return disk_error(from, error.message());
    return std::nullopt;
}
}  // namespace

Result<ScratchState, OperatorError> ScratchState::make(Disk& disk,
    const std::string& data_directory, std::optional<LogHeight> from, const MemoryPlan& memory)
{
    std::optional<CheckpointInfo> checkpoint;
    if (from)
    {
        const auto nearest = nearest_checkpoint(disk, checkpoints_path(data_directory), *from);
        if (!nearest)
            return Failure{from_store(nearest.error())};
        checkpoint = *nearest;
    }
    const auto directory = make_directory();
    if (!directory)
        return Failure{directory.error()};
    ScratchState out{*directory, nullptr};
    const auto state = *directory + "/state";
    if (checkpoint)
    {
        if (auto error = check_checkpoint(disk, checkpoint->directory, memory))
            return Failure{std::move(*error)};
        if (auto error = copy_state(checkpoint->directory, state))
            return Failure{std::move(*error)};
    }
    auto store = StateStore::open(disk, state, memory.store());
    if (!store)
        return Failure{from_store(store.error())};
    out.m_store = *std::move(store);
    return out;
}

ScratchState::ScratchState(ScratchState&& other) noexcept
  : m_directory{std::exchange(other.m_directory, {})}, m_store{std::move(other.m_store)}
{}

ScratchState::~ScratchState()
{
    m_store.reset();
    std::error_code ignored;
    if (!m_directory.empty())
        fs::remove_all(m_directory, ignored);
}
}  // namespace engine::cli
