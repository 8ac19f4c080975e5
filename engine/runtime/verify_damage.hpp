#pragma once

#include "engine/runtime/verify.hpp"

namespace engine
{
/// Damage of a log for the report: height, file and offset, what is there and what was expected,
/// and which blocks behind it are intact. `before` is the last block that can be read, if there is
/// one.
///
/// Blocks behind the damage that can't be read either are differences of their own: the second of
/// two damages does not wait until the first is repaired.
std::vector<Difference> describe_damage(
    const LogUnderTest& log, const log::LogError& error, const std::optional<log::LogTip>& before);

/// Whether this says that the log is damaged. Otherwise nobody knows: the disk failed, or a later
/// version wrote it.
bool is_damage(log::LogErrorCode code);
}  // namespace engine
