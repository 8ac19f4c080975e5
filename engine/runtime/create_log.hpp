#pragma once

#include "engine/fold/event.hpp"
#include "engine/ports/disk.hpp"
#include "engine/runtime/config/error.hpp"

#include <cstdint>
#include <string>

namespace engine
{
/// Begins a log: block 0 with the genesis event alone, rooted and durable. The data directory is
/// made if it isn't there; one that has a log, and a genesis that the rules refuse, are errors, and
/// nothing is written. Returns the genesis id.
Result<GenesisId, OperatorError> create_log(Disk& disk, const std::string& data_directory,
    const Genesis& genesis, const std::string& holder,
    std::uint64_t segment_bytes = std::uint64_t{64} << 20);
}  // namespace engine
