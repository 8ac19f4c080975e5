#include "engine/log/recovery.hpp"

namespace engine::log
{
namespace
{
std::string height_text(LogHeight height)
{
    return std::to_string(height.value);
}

LogError about(LogErrorCode code, std::string what, const std::string& file)
{
    LogError error;
    error.code = code;
    error.what = std::move(what);
    error.file = file;
    error.repair = how_to_repair();
    return error;
}

LogResult<SegmentScan> scan_file(Disk& disk, const SegmentFile& segment)
{
    const auto content = read_file(disk, segment.path);
    if (!content)
        return Failure{from_disk(content.error())};
    return scan_segment(*content, segment.header);
}

LogError tail_error(const SegmentFile& segment, const SegmentScan& scan)
{
    auto error = about(scan.later_format ? LogErrorCode::unknown_format : LogErrorCode::damaged,
        scan.what, segment.path);
    error.offset = scan.what_offset;
    error.height = scan.next;
    return error;
}

void set_tip(LogEnd& end, const SegmentScan& scan, const SegmentFile& segment)
{
    if (!scan.last)
        return;
    end.tip = scan.last;
    end.mark = Mark{0, scan.last->header.height, segment.header.first, scan.end, scan.last->hash};
}

/// The last segment must follow the last block of the one before it. If it holds no block yet, that
/// one is the tip.
LogResult<Done> check_segment_before(Disk& disk, LogEnd& end)
{
    const auto& last = end.segments.back();
    const auto& before = end.segments[end.segments.size() - 2];
    const auto scan = scan_file(disk, before);
    if (!scan)
        return Failure{scan.error()};
    if (scan->tail != TailKind::clean)
    {
        auto error = tail_error(before, *scan);
        if (scan->tail == TailKind::torn)
            error.what = "the frame is damaged, and another segment comes after it";
        error.offset = scan->tail == TailKind::torn ? scan->end : scan->what_offset;
        return Failure{error};
    }
    if (scan->next != last.header.first || !scan->last)
    {
        auto error = about(LogErrorCode::missing,
            "the segment ends before height " + height_text(scan->next) + ", and the next one is " +
                last.path,
            before.path);
        error.height = scan->next;
        return Failure{error};
    }
    if (scan->last->hash != last.header.previous)
    {
        auto error = about(LogErrorCode::misplaced,
            "the segment comes after another block than the last one of " + before.path, last.path);
        error.height = scan->next;
        return Failure{error};
    }
    if (!end.tip)
        set_tip(end, *scan, before);
    return Done{};
}

std::vector<HeightClaim> all_claims(const KnownHeights& known, std::span<const HeightClaim> claims)
{
    std::vector<HeightClaim> all{claims.begin(), claims.end()};
    if (known.clean_stop)
        all.push_back({"the mark of the last clean stop", known.clean_stop->height});
    if (known.durable.newest)
        all.push_back({"the durable-height record", known.durable.newest->height});
    return all;
}

LogError claimed(const HeightClaim& claim, const LogEnd& end, const std::string& directory)
{
    const bool torn = end.scan.tail == TailKind::torn;
    auto error = about(torn ? LogErrorCode::damaged : LogErrorCode::missing,
        claim.who + " knows the block of height " + height_text(claim.height) + ", " +
            (torn ? "so that this damaged frame is not the write that a crash cut short"
                  : "but the log ends before height " + height_text(end.scan.next)),
        end.segments.empty() ? directory : end.segments.back().path);
    error.height = end.scan.next;
    if (torn || !end.segments.empty())
        error.offset = end.scan.end;
    return error;
}

std::optional<LogError> judge_torn(
    const LogEnd& end, const std::string& directory, const KnownHeights& known)
{
    const auto& segment = end.segments.back();
    if (known.clean_stop)
    {
        auto error = about(LogErrorCode::damaged,
            "the log was closed in order, so that no write was cut short, but the bytes after the "
            "last block are not zero",
            segment.path);
        error.offset = end.scan.end;
        error.height = end.scan.next;
        return error;
    }
    if (known.durable.present && !known.durable.damaged)
        return std::nullopt;
    auto error = about(LogErrorCode::damaged,
        std::string{"the record is "} + (known.durable.present ? "damaged" : "missing") +
            ", so that nobody can tell whether the bad frame at byte " +
            std::to_string(end.scan.end) + " of " + segment.path +
            " was cut short by a crash or is a damaged block",
        durable_path(directory));
    error.height = end.scan.next;
    return error;
}

/// A mark that names the tip's height must name the tip.
std::optional<LogError> judge_mark(
    const std::optional<Mark>& mark, const LogEnd& end, const std::string& file)
{
    if (!mark || !end.tip || mark->height != end.tip->header.height || mark->hash == end.tip->hash)
        return std::nullopt;
    auto error =
        about(LogErrorCode::misplaced, "the mark was written for another log than this one", file);
    error.height = mark->height;
    return error;
}

/// Overwrites with zero bytes what a torn write left.
IoResult<Done> clear_tail(File& file, std::uint64_t begin, std::uint64_t end)
{
    constexpr std::uint64_t kPiece = std::uint64_t{1} << 20;
    const Bytes zeros(std::min(kPiece, end - begin));
    for (auto at = begin; at < end;)
    {
        const auto piece = ByteView{zeros}.first(std::min<std::uint64_t>(zeros.size(), end - at));
        if (const auto written = file.write_at(at, piece); !written)
            return written;
        at += piece.size();
    }
    return Done{};
}

IoResult<Done> rewrite(File& file, std::uint64_t begin, std::uint64_t end)
{
    Bytes bytes(end - begin);
    const auto got = file.read_at(begin, bytes);
    if (!got)
        return Failure{got.error()};
    return file.write_at(begin, bytes);
}

IoResult<Done> settle_segment(Disk& disk, const LogEnd& end)
{
    const auto& segment = end.segments.back();
    const auto file = disk.open(segment.path, OpenMode::write);
    if (!file)
        return Failure{file.error()};
    const auto begin = end.scan.last ? end.scan.last_offset : 0;  // At least the header.
    if (const auto written = rewrite(**file, begin, end.scan.end); !written)
        return written;
    if (end.scan.tail == TailKind::torn)
    {
        if (const auto cleared = clear_tail(**file, end.scan.end, segment.header.size); !cleared)
            return cleared;
    }
    return (*file)->sync();
}
}  // namespace

LogResult<LogEnd> find_end(Disk& disk, const std::string& log_directory)
{
    LogEnd end;
    auto segments = linked_segments(disk, log_directory);
    if (!segments)
        return Failure{segments.error()};
    end.segments = std::move(*segments);
    if (end.segments.empty())
        return end;

    auto scan = scan_file(disk, end.segments.back());
    if (!scan)
        return Failure{scan.error()};
    end.scan = std::move(*scan);
    set_tip(end, end.scan, end.segments.back());
    if (end.segments.size() > 1)
    {
        const auto checked = check_segment_before(disk, end);
        if (!checked && checked.error().code == LogErrorCode::io)
            return Failure{checked.error()};
        if (!checked)
            end.wrong_before = checked.error();
    }
    return end;
}

LogResult<KnownHeights> read_known_heights(Disk& disk, const std::string& data_directory)
{
    KnownHeights known;
    const auto durable = read_durable(disk, log_directory(data_directory));
    if (!durable)
        return Failure{durable.error()};
    known.durable = *durable;
    const auto clean_stop = read_clean_stop(disk, data_directory);
    if (!clean_stop)
        return Failure{clean_stop.error()};
    known.clean_stop = *clean_stop;
    return known;
}

std::optional<LogError> judge_end(const LogEnd& end, const std::string& log_directory,
    const KnownHeights& known, std::span<const HeightClaim> claims)
{
    if (end.wrong_before)
        return end.wrong_before;
    if (end.scan.tail == TailKind::damaged)
        return tail_error(end.segments.back(), end.scan);
    for (const auto& claim : all_claims(known, claims))
    {
        if (claim.height >= end.scan.next)
            return claimed(claim, end, log_directory);
    }
    if (end.scan.tail == TailKind::torn)
    {
        if (auto error = judge_torn(end, log_directory, known))
            return error;
    }
    if (auto error = judge_mark(known.durable.newest, end, durable_path(log_directory)))
        return error;
    return judge_mark(known.clean_stop, end, "clean-stop");
}

LogResult<std::optional<CutTail>> settle_end(
    Disk& disk, const std::string& log_directory, const LogEnd& end)
{
    std::optional<CutTail> cut;
    if (end.segments.empty())
        return cut;
    if (const auto settled = settle_segment(disk, end); !settled)
        return Failure{from_disk(settled.error())};
    if (const auto synced = disk.sync_directory(log_directory); !synced)
        return Failure{from_disk(synced.error())};
    if (end.scan.tail == TailKind::torn)
        cut = CutTail{end.segments.back().path, end.scan.end, end.scan.next};
    return cut;
}
}  // namespace engine::log
