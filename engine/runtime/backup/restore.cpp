#include "engine/runtime/backup/restore.hpp"

#include "engine/base/hex.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/log/marks.hpp"
#include "engine/log/restored.hpp"
#include "engine/log/segments.hpp"
#include "engine/runtime/backup/copy.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/node.hpp"
#include "engine/store/checkpoint.hpp"
#include "engine/store/directories.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine::backup
{
namespace
{
using Problem = std::optional<OperatorError>;

constexpr std::string_view kRestoredFrom = "engine restore";
constexpr std::string_view kUnfinished =
    "what was copied is no log yet; engine restore, called again, begins anew";
constexpr const char* kFirstSegment = "log/first.copying";

OperatorError failed(const IoError& error)
{
    return from_copy(error, kUnfinished);
}

class Restoring
{
    Disk& m_disk;
    const RestoreSettings& m_settings;
    const OnProgress& m_on_progress;
    Manifest m_manifest;
    std::uint64_t m_done = 0;
    std::uint64_t m_total = 0;

public:
    Restoring(Disk& disk, const RestoreSettings& settings, Manifest manifest,
        const OnProgress& on_progress)
      : m_disk{disk},
        m_settings{settings},
        m_on_progress{on_progress},
        m_manifest{std::move(manifest)}
    {
        for (const auto& file : m_manifest.files)
            m_total += file.bytes;
    }

    Result<Manifest, OperatorError> run()
    {
        if (auto problem = check_empty())
            return Failure{*std::move(problem)};
        const auto owned = log::DataDirectory::own(m_disk, m_settings.data, m_settings.holder);
        if (!owned)
            return Failure{from_log(owned.error())};
        for (const auto step : {&Restoring::mark, &Restoring::clear, &Restoring::copy_files,
                 &Restoring::make_state, &Restoring::write_durable, &Restoring::name_first})
        {
            if (auto problem = (this->*step)())
                return Failure{*std::move(problem)};
        }
        return m_manifest;
    }

private:
    std::string below(std::string_view path) const
    {
        return m_settings.data + "/" + std::string{path};
    }

    /// Nothing, or what an earlier restore left that was cut short: its mark, and no first segment.
    Problem check_empty()
    {
        if (!m_disk.exists(m_settings.data))
            return std::nullopt;
        const auto names = m_disk.list(m_settings.data);
        if (!names)
            return failed(names.error());
        const auto marked = log::read_restored(m_disk, m_settings.data);
        if (!marked)
            return from_log(marked.error());
        const bool begun = *marked && (*marked)->starts_with(kRestoredFrom) &&
                           !m_disk.exists(below(segment_copy(LogHeight{0})));
        const auto is_nothing = [](const std::string& name) {
            return name == "LOCK" || name == "log" || name == "lost+found" || name == "keys" ||
                   name.starts_with("restored");
        };
        const auto other = std::find_if_not(names->begin(), names->end(), is_nothing);
        const bool has_log = m_disk.exists(below(segment_copy(LogHeight{0})));
        if (begun || (other == names->end() && !has_log && !*marked))
            return std::nullopt;
        return OperatorError{errors::kNotEmpty, m_settings.data,
            has_log ? "it holds a log"
                    : fmt::format("it holds `{}`", other == names->end() ? "restored" : *other),
            "name an empty directory with --data; nothing is ever written over"};
    }

    Problem mark()
    {
        const auto text = fmt::format("{} of {} at {}, height {}\n", kRestoredFrom, m_settings.from,
            m_settings.time, m_manifest.end.height.value);
        const auto marked = log::mark_restored(m_disk, m_settings.data, text);
        return marked ? Problem{} : from_log(marked.error());
    }

    /// What an earlier restore left.
    Problem clear()
    {
        for (const auto* folder : {"log", "state", "checkpoints"})
        {
            if (const auto gone = m_disk.remove_all(below(folder)); !gone)
                return failed(gone.error());
        }
        return std::nullopt;
    }

    // ---- Files

    OnBytes on_bytes()
    {
        return [this](std::uint64_t bytes) {
            m_done += bytes;
            if (m_on_progress)
                m_on_progress(std::min(m_done, m_total), m_total);
        };
    }

    /// Where a file of the backup goes. The first segment waits under another name.
    std::string place_of(const StoredFile& file) const
    {
        if (const auto first = segment_of(file.path))
            return first->value == 0 ? kFirstSegment : segment_copy(*first);
        return file.path.starts_with("seal/") ? "seal" : file.path;
    }

    Problem copy_files()
    {
        if (auto problem = make_directory("log"))
            return problem;
        std::string directory;
        for (const auto& file : m_manifest.files)
        {
            const auto place = place_of(file);
            const auto parent = parent_of(below(place));
            if (parent != directory)
            {
                if (auto problem = leave(directory))
                    return problem;
                directory = parent;
                if (const auto made = make_durable_directory(m_disk, directory); !made)
                    return failed(made.error());
            }
            if (auto problem = copy(file, place))
                return problem;
        }
        return leave(directory);
    }

    Problem leave(const std::string& directory)
    {
        if (directory.empty())
            return std::nullopt;
        const auto synced = m_disk.sync_directory(directory);
        return synced ? Problem{} : failed(synced.error());
    }

    Problem make_directory(std::string_view path)
    {
        const auto made = make_durable_directory(m_disk, below(path));
        return made ? Problem{} : failed(made.error());
    }

    Problem copy(const StoredFile& file, const std::string& place)
    {
        const auto from = m_settings.from + "/" + file.path;
        const auto copied = copy_file(m_disk, from, m_settings.data, place, on_bytes());
        if (!copied)
            return failed(copied.error());
        if (copied->bytes != file.bytes || copied->sha256 != file.sha256)
            return OperatorError{errors::kBackupDamaged, from,
                fmt::format("its SHA-256 is {} instead of {}", to_hex(copied->sha256.bytes),
                    to_hex(file.sha256.bytes)),
                {}};
        return segment_of(file.path) ? fill(file, place) : std::nullopt;
    }

    /// A segment has its whole size from the beginning; the copy ends with its last block.
    Problem fill(const StoredFile& file, const std::string& place)
    {
        const auto damaged = [&] {
            return OperatorError{errors::kBackupDamaged, m_settings.from + "/" + file.path,
                "it does not begin as a segment of this log", {}};
        };
        const auto open = m_disk.open(below(place), OpenMode::write);
        if (!open)
            return failed(open.error());
        std::array<std::uint8_t, log::kSegmentHeaderSize> bytes{};
        const auto got = (*open)->read_at(0, bytes);
        if (!got)
            return failed(got.error());
        log::SegmentHeader header;
        if (log::decode_segment_header(bytes, header) != log::HeaderState::good ||
            header.first != segment_of(file.path) || header.size < file.bytes)
            return damaged();
        return fill_to(**open, file.bytes, header.size);
    }

    Problem fill_to(File& file, std::uint64_t from, std::uint64_t to)
    {
        constexpr std::uint64_t kPiece = std::uint64_t{1} << 20;
        const Bytes zeros(std::min(kPiece, to - from));
        for (auto at = from; at < to; at += zeros.size())
        {
            const auto piece =
                ByteView{zeros}.first(std::min<std::uint64_t>(zeros.size(), to - at));
            if (const auto written = file.write_at(at, piece); !written)
                return failed(written.error());
        }
        const auto synced = file.sync();
        return synced ? Problem{} : failed(synced.error());
    }

    // ---- State and marks

    /// The newest checkpoint becomes the state: its tables linked, as they never change, and the
    /// rest copied.
    Problem make_state()
    {
        if (m_manifest.checkpoints.empty())
            return std::nullopt;
        const auto from =
            checkpoint_directory(checkpoints_path(m_settings.data), m_manifest.checkpoints.back());
        if (auto problem = make_directory("state"))
            return problem;
        const auto names = m_disk.list(from);
        if (!names)
            return failed(names.error());
        for (const auto& name : *names)
        {
            if (name == kCheckpointManifest)
                continue;
            if (auto problem = put_into_state(from, name))
                return problem;
        }
        return leave(below("state"));
    }

    Problem put_into_state(const std::string& from, const std::string& name)
    {
        if (name.ends_with(".sst"))
        {
            const auto linked = m_disk.link(from + "/" + name, below("state/" + name));
            return linked ? Problem{} : failed(linked.error());
        }
        const auto copied =
            copy_file(m_disk, from + "/" + name, m_settings.data, "state/" + name, nullptr);
        return copied ? Problem{} : failed(copied.error());
    }

    /// So that blocks which go missing from here on are missed.
    Problem write_durable()
    {
        const auto directory = log::log_directory(m_settings.data);
        auto writer = log::DurableWriter::open(m_disk, directory, {});
        if (!writer)
            return from_log(writer.error());
        if (const auto written = writer->write(m_manifest.end); !written)
            return from_log(written.error());
        if (const auto synced = writer->sync(); !synced)
            return from_log(synced.error());
        return std::nullopt;
    }

    /// From here on there is a log.
    Problem name_first()
    {
        const auto renamed = m_disk.rename(below(kFirstSegment), below(segment_copy(LogHeight{0})));
        if (!renamed)
            return failed(renamed.error());
        return leave(log::log_directory(m_settings.data));
    }
};
}  // namespace

Result<Manifest, OperatorError> restore(
    Disk& disk, const RestoreSettings& settings, const OnProgress& on_progress)
{
    auto manifest = read_manifest(disk, settings.from);
    if (!manifest)
        return Failure{manifest.error()};
    return Restoring{disk, settings, *std::move(manifest), on_progress}.run();
}
}  // namespace engine::backup
