#include "engine/runtime/backup/check.hpp"

#include "engine/base/hex.hpp"
#include "engine/log/seal.hpp"
#include "engine/runtime/backup/copy.hpp"
#include "engine/runtime/backup/segment_bytes.hpp"
#include "engine/store/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace engine::backup
{
namespace
{
class Checking
{
    Disk& m_disk;
    const std::string& m_backup;
    const OnProgress& m_on_progress;
    Checked m_out;
    std::uint64_t m_total = 0;
    std::map<LogHeight, LogBlockHash> m_wanted;  // Who else names a block: the seal, checkpoints.
    std::map<LogHeight, std::string> m_wanted_by;

public:
    Checking(
        Disk& disk, const std::string& backup, Manifest manifest, const OnProgress& on_progress)
      : m_disk{disk}, m_backup{backup}, m_on_progress{on_progress}
    {
        m_out.manifest = std::move(manifest);
        for (const auto& file : m_out.manifest.files)
            m_total += file.bytes;
    }

    Checked run()
    {
        for (const auto& file : m_out.manifest.files)
            check_file(file);
        // What the hashes have told already is not told again in other words.
        if (m_out.differences.empty())
            check_content();
        return std::move(m_out);
    }

private:
    const Manifest& manifest() const { return m_out.manifest; }

    void differs(const std::string& path, std::string what)
    {
        m_out.differences.push_back({path, std::move(what)});
    }

    void check_file(const StoredFile& file)
    {
        const auto read = hash_file(m_disk, m_backup, file.path, [this](std::uint64_t bytes) {
            m_out.bytes += bytes;
            if (m_on_progress)
                m_on_progress(std::min(m_out.bytes, m_total), m_total);
        });
        if (!read)
            return differs(file.path, to_string(read.error()));
        if (read->bytes != file.bytes)
            return differs(
                file.path, fmt::format("it has {} bytes instead of {}", read->bytes, file.bytes));
        if (read->sha256 != file.sha256)
            differs(file.path, fmt::format("its SHA-256 is {} instead of {}",
                                   to_hex(read->sha256.bytes), to_hex(file.sha256.bytes)));
    }

    void check_content()
    {
        note_seal();
        for (const auto height : manifest().checkpoints)
            note_checkpoint(height);
        check_log();
        for (const auto& [height, path] : m_wanted_by)
            differs(path, fmt::format("it is of block {}, and the log has another one or none",
                              height.value));
    }

    void want(LogHeight height, const LogBlockHash& hash, const std::string& path)
    {
        const auto [at, is_new] = m_wanted.emplace(height, hash);
        if (!is_new && at->second != hash)
            return differs(path, fmt::format("it is of another block {}", height.value));
        m_wanted_by.emplace(height, path);
    }

    void note_seal()
    {
        if (!manifest().sealed)
            return;
        const auto path = seal_copy(*manifest().sealed);
        const auto bytes = read_file(m_disk, m_backup + "/" + path);
        const auto seal = bytes ? log::decode_seal(*bytes) : std::nullopt;
        if (!seal || seal->height != *manifest().sealed)
            return differs(path, "it is no seal of this height");
        want(seal->height, seal->block_hash, path);
    }

    void note_checkpoint(LogHeight height)
    {
        const auto path = checkpoint_copy(height);
        const auto opened = open_checkpoint(m_disk, m_backup + "/" + path);
        if (!opened)
            return differs(path, to_string(opened.error()));
        if (const auto rows = check_rows(**opened); !rows)
            return differs(path, to_string(rows.error()));
        want(height, (*opened)->stands_at()->block_hash, path);
    }

    // ---- The log, block by block

    std::vector<StoredFile> segments() const
    {
        std::vector<StoredFile> out;
        for (const auto& file : manifest().files)
        {
            if (segment_of(file.path))
                out.push_back(file);
        }
        std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return segment_of(a.path) < segment_of(b.path); });
        return out;
    }

    void check_log()
    {
        std::optional<log::HashedHeader> last;
        for (const auto& file : segments())
        {
            if (!check_segment(file, last))
                return;
        }
        const auto& end = manifest().end;
        if (!last || last->header.height != end.height || last->hash != end.hash)
            differs("log", fmt::format("it does not end with block {} {}", end.height.value,
                               to_hex(end.hash.bytes)));
    }

    std::optional<log::SegmentHeader> header_of(const StoredFile& file)
    {
        const auto open = m_disk.open(m_backup + "/" + file.path, OpenMode::read);
        std::array<std::uint8_t, log::kSegmentHeaderSize> bytes{};
        log::SegmentHeader header;
        if (!open || !(*open)->read_at(0, bytes) ||
            log::decode_segment_header(bytes, header) != log::HeaderState::good)
            return std::nullopt;
        return header;
    }

    bool check_segment(const StoredFile& file, std::optional<log::HashedHeader>& last)
    {
        const auto header = header_of(file);
        const LogHeight next{last ? last->header.height.value + 1 : 0};
        if (!header || header->first != segment_of(file.path) || header->first != next ||
            (last && header->previous != last->hash))
        {
            differs(file.path, "it is not the segment that comes next");
            return false;
        }
        const auto content =
            SegmentBytes::open(m_disk, m_backup + "/" + file.path, *header, file.bytes);
        if (!content)
        {
            differs(file.path, content.error().why);
            return false;
        }
        check_blocks(*content, *header, file.path);
        if (content->last())
            last = content->last();
        return true;
    }

    /// Genesis, and the blocks that the seal and the checkpoints name.
    void check_blocks(
        const SegmentBytes& content, const log::SegmentHeader& header, const std::string& path)
    {
        auto height = header.first;
        for (std::uint64_t at = log::kSegmentHeaderSize; at < content.end();)
        {
            const auto frame = log::frame_at(content.view(), at, height);
            const auto hash = log::block_hash(frame.block);
            if (height.value == 0 && hash != manifest().genesis)
                differs(path, "its first block is another genesis than the manifest names");
            const auto wanted = m_wanted.find(height);
            if (wanted != m_wanted.end() && wanted->second == hash)
                m_wanted_by.erase(height);
            at = frame.end;
            height = LogHeight{height.value + 1};
        }
    }
};
}  // namespace

Result<Checked, OperatorError> check(
    Disk& disk, const std::string& backup, const OnProgress& on_progress)
{
    auto manifest = read_manifest(disk, backup);
    if (!manifest)
        return Failure{manifest.error()};
    return Checking{disk, backup, *std::move(manifest), on_progress}.run();
}
}  // namespace engine::backup
