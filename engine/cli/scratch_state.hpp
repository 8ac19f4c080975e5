#pragma once

#include "engine/base/result.hpp"
#include "engine/ports/disk.hpp"
#include "engine/runtime/config/error.hpp"
#include "engine/store/memory_plan.hpp"

#include <memory>
#include <optional>
#include <string>

namespace engine::cli
{
/// A state of one's own to fold into: empty, or a copy of a checkpoint. It stands in a directory
/// below TMPDIR (or /tmp) that goes with it, so that the data directory is only read.
class ScratchState
{
    std::string m_directory;
    std::unique_ptr<StateStore> m_store;

    ScratchState(std::string directory, std::unique_ptr<StateStore> store)
      : m_directory{std::move(directory)}, m_store{std::move(store)}
    {}

public:
    /// Copies the newest checkpoint at or below a height; without one, or when `from` is absent,
    /// begins empty. The files of rows are linked where that is possible.
    static Result<ScratchState, OperatorError> make(Disk& disk, const std::string& data_directory,
        std::optional<LogHeight> from, const MemoryPlan& memory);

    ScratchState(ScratchState&& other) noexcept;
    ScratchState& operator=(ScratchState&&) = delete;
    ScratchState(const ScratchState&) = delete;
    ScratchState& operator=(const ScratchState&) = delete;
    ~ScratchState();

    StateStore& store() { return *m_store; }
};
}  // namespace engine::cli
