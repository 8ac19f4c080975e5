#pragma once

#include "engine/ports/clock.hpp"
#include "engine/ports/executor.hpp"
#include "engine/runtime/config/config.hpp"
#include "engine/runtime/status_findings.hpp"

#include <memory>

namespace engine::cli
{
/// What this machine says of a data directory now: disk, modes, limits, checkpoints, backup. Waits
/// for the disk.
MachineFacts look_at_machine(const Config& config, const GenesisId& genesis, LogTime now);

/// The same beside a running node: looked at once when it is made, then again on Lane::check
/// whenever it is asked for and older than five seconds. Who asks never waits for a disk.
class MachineWatch
{
    struct Inside;
    std::shared_ptr<Inside> m;

public:
    MachineWatch(
        const Config& config, const GenesisId& genesis, Executor& executor, const Clock& clock);

    /// From any thread. `height` is where the log is now.
    StatusFindings findings(LogHeight height) const;
};
}  // namespace engine::cli
