#include "engine/runtime/backup/backup.hpp"

#include "engine/base/hex.hpp"
#include "engine/runtime/backup/copy.hpp"
#include "engine/runtime/backup/segment_bytes.hpp"
#include "engine/runtime/backup/source.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/store/directories.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <set>

namespace engine::backup
{
namespace
{
using Problem = std::optional<OperatorError>;

constexpr std::string_view kMarker = "refold backup of log ";
constexpr std::string_view kUnharmed = "the backup that was there is as it was";

std::string text_of(const Bytes& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string marker_of(const GenesisId& genesis)
{
    return std::string{kMarker} + to_hex(genesis.bytes) + "\n";
}

OperatorError failed(const IoError& error)
{
    return from_copy(error, kUnharmed);
}

/// The directory that is written: whose it is, and what it holds.
class Target
{
    Disk& m_disk;
    const std::string& m_path;
    std::unique_ptr<DiskLock> m_lock;

public:
    std::optional<Manifest> before;

    Target(Disk& disk, const std::string& path) : m_disk{disk}, m_path{path} {}

    Problem own(const GenesisId& genesis, const std::string& holder)
    {
        if (auto problem = check_owner(genesis))
            return problem;
        if (const auto made = make_durable_directory(m_disk, m_path); !made)
            return failed(made.error());
        if (auto problem = lock(holder))
            return problem;
        const auto marker = marker_of(genesis);
        if (!m_disk.exists(marker_path(m_path)))
        {
            const auto marked = replace_file(m_disk, marker_path(m_path),
                {reinterpret_cast<const std::uint8_t*>(marker.data()), marker.size()});
            if (!marked)
                return failed(marked.error());
        }
        return read_before(genesis);
    }

private:
    /// Nothing is written before it is sure that the directory is ours to write.
    Problem check_owner(const GenesisId& genesis)
    {
        if (!m_disk.exists(m_path))
            return std::nullopt;
        const auto names = m_disk.list(m_path);
        if (!names)
            return failed(names.error());
        const auto marker = marker_path(m_path);
        if (!m_disk.exists(marker))
        {
            if (std::all_of(names->begin(), names->end(), is_beginning))
                return std::nullopt;
            return OperatorError{errors::kNotEmpty, m_path,
                fmt::format("it holds `{}`, and no backup", names->front()),
                "name an empty directory, or the one of an earlier backup"};
        }
        const auto said = read_file(m_disk, marker);
        if (!said)
            return failed(said.error());
        if (text_of(*said) != marker_of(genesis))
            return another_log(marker, genesis);
        return std::nullopt;
    }

    /// What a first run leaves that ended before it could say whose the directory is.
    static bool is_beginning(const std::string& name)
    {
        return name == "LOCK" || name.starts_with("refold-backup") || name == "lost+found";
    }

    OperatorError another_log(const std::string& where, const GenesisId& genesis) const
    {
        return {errors::kAnotherBackup, where,
            fmt::format("this log is {}, and the file says otherwise", to_hex(genesis.bytes)), {}};
    }

    Problem lock(const std::string& holder)
    {
        const auto path = m_path + "/LOCK";
        auto lock = m_disk.lock(path, holder);
        if (!lock && lock.error().operation == "lock" && lock.error().code == EWOULDBLOCK)
            return OperatorError{errors::kOwned, path,
                "another backup writes into it: " + read_holder(m_disk, path),
                "wait until that one has ended"};
        if (!lock)
            return failed(lock.error());
        m_lock = *std::move(lock);
        return std::nullopt;
    }

    Problem read_before(const GenesisId& genesis)
    {
        auto manifest = read_manifest(m_disk, m_path);
        if (!manifest && manifest.error().kind.code == errors::kNoBackup.code)
            return std::nullopt;
        if (!manifest)
            return manifest.error();
        if (manifest->genesis != genesis)
            return another_log(manifest_path(m_path), genesis);
        before = *std::move(manifest);
        return std::nullopt;
    }
};

/// One run.
class Taking
{
    Disk& m_disk;
    const Settings& m_settings;
    const OnProgress& m_on_progress;
    Target m_target;
    Source m_source;
    Taken m_taken;
    std::uint64_t m_done = 0;
    std::uint64_t m_total = 0;

public:
    Taking(Disk& disk, const Settings& settings, const OnProgress& on_progress)
      : m_disk{disk}, m_settings{settings}, m_on_progress{on_progress}, m_target{disk, settings.to}
    {}

    Result<Taken, OperatorError> run()
    {
        auto source = look_at(m_disk, m_settings.data);
        if (!source)
            return Failure{source.error()};
        m_source = *std::move(source);
        if (auto problem = m_target.own(m_source.genesis, m_settings.holder))
            return Failure{*std::move(problem)};
        if (auto problem = check_history())
            return Failure{*std::move(problem)};
        begin_manifest();
        m_total = bytes_to_copy();
        for (const auto step : {&Taking::copy_log, &Taking::copy_seal, &Taking::copy_checkpoints,
                 &Taking::write_manifest, &Taking::remove_others})
        {
            if (auto problem = (this->*step)())
                return Failure{*std::move(problem)};
        }
        return std::move(m_taken);
    }

private:
    const std::optional<Manifest>& before() const { return m_target.before; }

    /// The backup may be the only copy of its blocks: they must all be in this log.
    Problem check_history()
    {
        if (!before())
            return std::nullopt;
        const auto& had = before()->end;
        const auto refuse = [&](std::string why) {
            return OperatorError{errors::kBackupAhead, m_settings.to, std::move(why), {}};
        };
        if (had.height > m_source.end.height)
            return refuse(fmt::format("it goes to height {}, and this log ends at {}",
                had.height.value, m_source.end.height.value));
        const auto hash = hash_at(m_disk, m_settings.data, had.height);
        if (!hash)
            return hash.error();
        if (*hash != had.hash)
            return refuse(fmt::format("its block {} is {}, and this log's is {}", had.height.value,
                to_hex(had.hash.bytes), to_hex(hash->bytes)));
        return std::nullopt;
    }

    void begin_manifest()
    {
        auto& manifest = m_taken.manifest;
        manifest.genesis = m_source.genesis;
        manifest.end = m_source.end;
        manifest.log_time = m_source.time;
        manifest.made = m_settings.now;
        manifest.made_by = m_settings.made_by;
    }

    // ---- What is there already

    bool is_last(const log::SegmentFile& segment) const
    {
        return segment.header.first == m_source.end.segment_first;
    }

    std::uint64_t bytes_of(const log::SegmentFile& segment) const
    {
        return is_last(segment) ? m_source.end.end_offset : segment.header.size;
    }

    std::string name_of(const log::SegmentFile& segment) const
    {
        return is_last(segment) ? segment_part(segment.header.first, m_source.end.height)
                                : segment_copy(segment.header.first);
    }

    /// The file of the backup before, if it is there in the size that it had.
    const StoredFile* had(const std::string& path) const
    {
        const auto* file = before() ? before()->find(path) : nullptr;
        if (!file)
            return nullptr;
        const auto open = m_disk.open(m_settings.to + "/" + path, OpenMode::read);
        const auto size = open ? (*open)->size() : IoResult<std::uint64_t>{0};
        return size && *size == file->bytes && open ? file : nullptr;
    }

    /// A segment's header names the block before it by its hash, and so all that are before; the
    /// blocks in it are those up to the next header, or up to the end that was compared.
    const StoredFile* had_segment(const log::SegmentFile& segment) const
    {
        const auto path = name_of(segment);
        const auto* file = had(path);
        if (!file || file->bytes != bytes_of(segment))
            return nullptr;
        const auto open = m_disk.open(m_settings.to + "/" + path, OpenMode::read);
        std::array<std::uint8_t, log::kSegmentHeaderSize> bytes{};
        if (!open || !(*open)->read_at(0, bytes))
            return nullptr;
        return bytes == log::encode_segment_header(segment.header) ? file : nullptr;
    }

    std::uint64_t bytes_to_copy() const
    {
        std::uint64_t bytes = 0;
        for (const auto& segment : m_source.segments)
            bytes += had_segment(segment) ? 0 : bytes_of(segment);
        return bytes;
    }

    // ---- Copying

    OnBytes on_bytes()
    {
        return [this](std::uint64_t bytes) {
            m_done += bytes;
            m_total = std::max(m_total, m_done);
            if (m_on_progress)
                m_on_progress(m_done, m_total);
        };
    }

    void keep(const StoredFile& file)
    {
        m_taken.files_kept += 1;
        m_taken.bytes_kept += file.bytes;
        m_taken.manifest.files.push_back(file);
    }

    void copied(const StoredFile& file)
    {
        m_taken.files_copied += 1;
        m_taken.bytes_copied += file.bytes;
        m_taken.manifest.files.push_back(file);
    }

    Problem make_directory(const std::string& below)
    {
        const auto made = make_durable_directory(m_disk, m_settings.to + "/" + below);
        return made ? Problem{} : failed(made.error());
    }

    Problem sync_directory(const std::string& below)
    {
        const auto synced = m_disk.sync_directory(m_settings.to + "/" + below);
        return synced ? Problem{} : failed(synced.error());
    }

    Problem copy_log()
    {
        if (auto problem = make_directory("log"))
            return problem;
        for (std::size_t i = 0; i < m_source.segments.size(); ++i)
        {
            const auto& segment = m_source.segments[i];
            if (const auto* file = had_segment(segment))
                keep(*file);
            else if (auto problem = copy_segment(i))
                return problem;
        }
        return sync_directory("log");
    }

    Problem copy_segment(std::size_t i)
    {
        const auto& segment = m_source.segments[i];
        const auto content =
            SegmentBytes::open(m_disk, segment.path, segment.header, bytes_of(segment));
        if (!content)
            return content.error();
        if (auto problem = check_end(i, *content))
            return problem;
        const auto file =
            write_copy(m_disk, m_settings.to, name_of(segment), content->view(), on_bytes());
        if (!file)
            return failed(file.error());
        copied(*file);
        return std::nullopt;
    }

    /// The last block of a segment is the one that the next segment names, or the end.
    Problem check_end(std::size_t i, const SegmentBytes& content) const
    {
        const auto& segment = m_source.segments[i];
        const auto wanted =
            is_last(segment) ? m_source.end.hash : m_source.segments[i + 1].header.previous;
        if (content.last() && content.last()->hash == wanted)
            return std::nullopt;
        return from_log({.code = log::LogErrorCode::misplaced,
            .what = "its last block is not the one that comes before what follows it",
            .file = segment.path,
            .offset = content.end(),
            .height = segment.header.first,
            .repair = log::how_to_repair()});
    }

    Problem copy_seal()
    {
        if (!m_source.seal)
            return std::nullopt;
        const auto& seal = *m_source.seal;
        const auto path = seal_copy(seal.height);
        m_taken.manifest.sealed = seal.height;
        if (const auto* file = had(path))
        {
            keep(*file);
            return std::nullopt;
        }
        if (auto problem = make_directory("seal"))
            return problem;
        const auto file = write_copy(m_disk, m_settings.to, path, seal.bytes, on_bytes());
        if (!file)
            return failed(file.error());
        copied(*file);
        return sync_directory("seal");
    }

    // ---- Checkpoints

    const CheckpointInfo* in_source(LogHeight height) const
    {
        const auto found = std::find_if(m_source.checkpoints.begin(), m_source.checkpoints.end(),
            [&](const CheckpointInfo& info) { return info.height == height; });
        return found == m_source.checkpoints.end() ? nullptr : &*found;
    }

    /// The files of a checkpoint in the backup before; none when one of them is not as it was.
    std::vector<StoredFile> had_checkpoint(LogHeight height) const
    {
        std::vector<StoredFile> out;
        if (!before())
            return out;
        const auto prefix = checkpoint_copy(height) + "/";
        for (const auto& file : before()->files)
        {
            if (!file.path.starts_with(prefix))
                continue;
            if (!had(file.path))
                return {};
            out.push_back(file);
        }
        return out;
    }

    /// The newest ones, of those that are there already and of those that the node has.
    std::set<LogHeight> wanted_checkpoints() const
    {
        std::set<LogHeight> heights;
        for (const auto& info : m_source.checkpoints)
            heights.insert(info.height);
        if (before())
        {
            for (const auto height : before()->checkpoints)
            {
                if (!had_checkpoint(height).empty())
                    heights.insert(height);
            }
        }
        while (heights.size() > m_settings.checkpoints)
            heights.erase(heights.begin());
        return heights;
    }

    Problem copy_checkpoints()
    {
        for (const auto height : wanted_checkpoints())
        {
            const auto had = had_checkpoint(height);
            for (const auto& file : had)
                keep(file);
            if (!had.empty())
                m_taken.manifest.checkpoints.push_back(height);
            else if (auto problem = copy_checkpoint(*in_source(height)))
                return problem;
        }
        return std::nullopt;
    }

    Problem copy_checkpoint(const CheckpointInfo& info)
    {
        const auto hash = hash_at(m_disk, m_settings.data, info.height);
        if (!hash)
            return hash.error();
        if (*hash != info.mark->block_hash)
            return OperatorError{errors::kStateFailed, info.directory,
                "the checkpoint is of another block than the one that the log has at its height",
                "remove the directory of that checkpoint; run verify-consistency"};
        const auto below = checkpoint_copy(info.height);
        // What a run left that was cut short would stand beside the copy.
        if (const auto cleared = m_disk.remove_all(m_settings.to + "/" + below); !cleared)
            return failed(cleared.error());
        if (auto problem = make_directory(below))
            return problem;
        const auto files = copy_files(info.directory, below);
        // The node lets go of old checkpoints whenever it has taken one: that loses nothing.
        if (!files && files.error().code == ENOENT)
            return std::nullopt;
        if (!files)
            return failed(files.error());
        if (auto problem = sync_directory(below))
            return problem;
        if (const auto opened = open_checkpoint(m_disk, m_settings.to + "/" + below); !opened)
            return m_disk.exists(info.directory) ? from_store(opened.error()) : Problem{};
        for (const auto& file : *files)
            copied(file);
        m_taken.manifest.checkpoints.push_back(info.height);
        return std::nullopt;
    }

    IoResult<std::vector<StoredFile>> copy_files(const std::string& from, const std::string& below)
    {
        const auto names = m_disk.list(from);
        if (!names)
            return Failure{names.error()};
        std::vector<StoredFile> files;
        for (const auto& name : *names)
        {
            const auto source = std::string{from}.append("/").append(name);
            const auto target = std::string{below}.append("/").append(name);
            auto file = copy_file(m_disk, source, m_settings.to, target, on_bytes());
            if (!file)
                return Failure{file.error()};
            files.push_back(*std::move(file));
        }
        return files;
    }

    // ---- From here on it is the backup

    Problem write_manifest()
    {
        const auto text = encode(m_taken.manifest);
        const auto written = replace_file(m_disk, manifest_path(m_settings.to),
            {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        return written ? Problem{} : failed(written.error());
    }

    /// What an earlier manifest named, and what runs that were cut short have left. Failing here
    /// costs room and nothing else: the next run tries again.
    Problem remove_others()
    {
        std::set<std::string> kept;
        for (const auto& file : m_taken.manifest.files)
            kept.insert(file.path);
        for (const std::string_view folder : {"log", "seal"})
            remove_unless(folder, [&](const std::string& path) { return kept.contains(path); });
        remove_unless("checkpoints", [&](const std::string& path) {
            const auto& heights = m_taken.manifest.checkpoints;
            return std::any_of(heights.begin(), heights.end(),
                [&](LogHeight height) { return path == checkpoint_copy(height); });
        });
        return std::nullopt;
    }

    void remove_unless(
        std::string_view folder, const std::function<bool(const std::string&)>& is_kept)
    {
        const auto names = m_disk.list(m_settings.to + "/" + std::string{folder});
        if (!names)
            return;
        for (const auto& name : *names)
        {
            const auto path = std::string{folder} + "/" + name;
            if (!is_kept(path) && m_disk.remove_all(m_settings.to + "/" + path))
                m_taken.files_removed += 1;
        }
    }
};
}  // namespace

Result<Taken, OperatorError> take(
    Disk& disk, const Settings& settings, const OnProgress& on_progress)
{
    return Taking{disk, settings, on_progress}.run();
}
}  // namespace engine::backup
