#pragma once

#include "engine/log/segments.hpp"
#include "engine/log/tail.hpp"
#include "engine/ports/disk.hpp"
#include "engine/runtime/config/error.hpp"

#include <memory>
#include <optional>

namespace engine::backup
{
/// The bytes of a segment file, mapped where that is possible, with every frame in them checked.
class SegmentBytes
{
    std::unique_ptr<File> m_file;
    Bytes m_read;  // Of a file that can't be mapped.
    ByteView m_view;
    log::SegmentScan m_scan;

public:
    /// The first `bytes` of a segment (all of it: its size). They must be nothing but whole blocks
    /// that follow one another, and zero bytes behind them.
    static Result<SegmentBytes, OperatorError> open(
        Disk& disk, const std::string& path, const log::SegmentHeader& header, std::uint64_t bytes);

    ByteView view() const { return m_view; }

    /// The last block in them; nothing when there is none.
    const std::optional<log::HashedHeader>& last() const { return m_scan.last; }
    std::uint64_t end() const { return m_scan.end; }
};
}  // namespace engine::backup
