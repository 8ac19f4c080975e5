#pragma once

#include "engine/runtime/verify.hpp"

namespace engine
{
/// What reading the log from its first block to its end brought.
struct LogReading
{
    LayerReport report;
    std::optional<GenesisId> genesis;
    std::optional<log::LogTip> tip;  ///< The last block that can be read.

    /// Why the tip is not the end of the log, in a sentence with its place; empty if it is.
    std::string unreadable;

    std::vector<log::KnownRoot> recorded;  ///< Every recorded root, by height.

    std::uint64_t bytes = 0;          ///< Of the blocks up to the tip.
    std::uint64_t bytes_to_mark = 0;  ///< Up to the height that was named, that block included.

    /// The hash of the block of that height, if it can be read.
    std::optional<LogBlockHash> hash_at_mark;
};

/// Layer 1: reads every block and every seal. The log is read to the end, however little of the
/// rest is asked for: what the other layers may rely on is found out here. Without `closely`, what
/// is not needed for that (the hashes of events, seals) is left out.
LogReading read_log(const VerifyInputs& inputs, bool closely, std::optional<LogHeight> mark);
}  // namespace engine
