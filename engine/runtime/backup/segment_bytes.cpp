#include "engine/runtime/backup/segment_bytes.hpp"

#include "engine/runtime/catch_up.hpp"

namespace engine::backup
{
namespace
{
OperatorError damaged(
    const std::string& path, std::string what, std::uint64_t offset, LogHeight height)
{
    return from_log({.code = log::LogErrorCode::damaged,
        .what = std::move(what),
        .file = path,
        .offset = offset,
        .height = height,
        .repair = log::how_to_repair()});
}
}  // namespace

Result<SegmentBytes, OperatorError> SegmentBytes::open(
    Disk& disk, const std::string& path, const log::SegmentHeader& header, std::uint64_t bytes)
{
    SegmentBytes out;
    auto file = disk.open(path, OpenMode::read);
    if (!file)
        return Failure{from_log(log::from_disk(file.error()))};
    out.m_file = *std::move(file);
    if (const auto map = out.m_file->map())
    {
        out.m_view = map->first(std::min<std::uint64_t>(bytes, map->size()));
    }
    else
    {
        out.m_read.resize(bytes);
        const auto got = out.m_file->read_at(0, out.m_read);
        if (!got)
            return Failure{from_log(log::from_disk(got.error()))};
        out.m_view = ByteView{out.m_read}.first(*got);
    }
    if (out.m_view.size() != bytes)
        return Failure{
            damaged(path, "the segment is shorter than it says", out.m_view.size(), header.first)};

    out.m_scan = log::scan_segment(out.m_view, header);
    const auto& scan = out.m_scan;
    if (scan.tail == log::TailKind::damaged)
        return Failure{damaged(path, scan.what, scan.what_offset, scan.next)};
    if (scan.tail == log::TailKind::torn)
        return Failure{damaged(path, "a frame that is not whole", scan.end, scan.next)};
    return out;
}
}  // namespace engine::backup
