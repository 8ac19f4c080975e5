#include "engine/runtime/backup/manifest.hpp"

#include "engine/base/hex.hpp"
#include "engine/hash/sha256.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <boost/json.hpp>

#include <cerrno>

namespace engine::backup
{
namespace
{
namespace json = boost::json;

constexpr std::uint64_t kFormat = 1;
constexpr std::string_view kPart = ".part";
constexpr std::string_view kSegment = ".seg";
constexpr std::string_view kLog = "log/";

json::string text(std::string_view view)
{
    return json::string{view};
}

std::string checksum(std::string_view line)
{
    return to_hex(sha256({reinterpret_cast<const std::uint8_t*>(line.data()), line.size()}).bytes);
}

template <typename Id>
Id id_at(const json::object& object, std::string_view name)
{
    const auto id = fixed_from_hex<Id>(std::string_view{object.at(name).as_string()});
    if (!id)
        throw std::invalid_argument{"hex"};
    return *id;
}

std::uint64_t number_at(const json::object& object, std::string_view name)
{
    return object.at(name).to_number<std::uint64_t>();
}

LogTime time_at(const json::object& object, std::string_view name)
{
    return LogTime{object.at(name).to_number<std::int64_t>()};
}

/// Below the backup, and nowhere else: a manifest must not be able to name a file of the machine.
bool stays_below(std::string_view path)
{
    if (path.empty() || path.front() == '/')
        return false;
    for (std::size_t at = 0; at <= path.size();)
    {
        const auto end = std::min(path.find('/', at), path.size());
        const auto part = path.substr(at, end - at);
        if (part.empty() || part == "." || part == "..")
            return false;
        at = end + 1;
    }
    return true;
}

json::object end_to_json(const log::Mark& end)
{
    json::object out;
    out["height"] = end.height.value;
    out["hash"] = text(to_hex(end.hash.bytes));
    out["segment"] = end.segment_first.value;
    out["end_bytes"] = end.end_offset;
    return out;
}

log::Mark end_from_json(const json::object& in)
{
    return {0, LogHeight{number_at(in, "height")}, LogHeight{number_at(in, "segment")},
        number_at(in, "end_bytes"), id_at<LogBlockHash>(in, "hash")};
}

json::array files_to_json(const std::vector<StoredFile>& files)
{
    json::array out;
    for (const auto& file : files)
    {
        json::object item;
        item["path"] = text(file.path);
        item["bytes"] = file.bytes;
        item["sha256"] = text(to_hex(file.sha256.bytes));
        out.push_back(std::move(item));
    }
    return out;
}

StoredFile file_from_json(const json::object& in)
{
    StoredFile file{std::string{in.at("path").as_string()}, number_at(in, "bytes"),
        id_at<Hash256>(in, "sha256")};
    if (!stays_below(file.path))
        throw std::invalid_argument{"path"};
    return file;
}

Manifest from_json(const json::object& in)
{
    if (number_at(in, "format") != kFormat)
        throw std::invalid_argument{"format"};
    Manifest out;
    out.genesis = id_at<GenesisId>(in, "genesis");
    out.end = end_from_json(in.at("log").as_object());
    out.log_time = time_at(in, "log_time_ms");
    if (!in.at("sealed_height").is_null())
        out.sealed = LogHeight{number_at(in, "sealed_height")};
    for (const auto& height : in.at("checkpoints").as_array())
        out.checkpoints.push_back(LogHeight{height.to_number<std::uint64_t>()});
    out.made = time_at(in, "made_time_ms");
    out.made_by = std::string{in.at("made_by").as_string()};
    for (const auto& file : in.at("files").as_array())
        out.files.push_back(file_from_json(file.as_object()));
    return out;
}
}  // namespace

const StoredFile* Manifest::find(std::string_view path) const
{
    for (const auto& file : files)
    {
        if (file.path == path)
            return &file;
    }
    return nullptr;
}

std::string manifest_path(const std::string& backup)
{
    return backup + "/manifest";
}
std::string marker_path(const std::string& backup)
{
    return backup + "/refold-backup";
}
std::string segment_copy(LogHeight first)
{
    return std::string{kLog} + log::segment_name(first);
}
std::string segment_part(LogHeight first, LogHeight height)
{
    auto name = segment_copy(first);
    name.resize(name.size() - kSegment.size());
    return name + "." + std::to_string(height.value) + std::string{kPart};
}
std::string seal_copy(LogHeight height)
{
    return "seal/" + std::to_string(height.value);
}
std::string checkpoint_copy(LogHeight height)
{
    return "checkpoints/" + std::to_string(height.value);
}

std::optional<LogHeight> segment_of(std::string_view path)
{
    if (!path.starts_with(kLog))
        return std::nullopt;
    const auto name = path.substr(kLog.size());
    return log::parse_segment_name(std::string{name.substr(0, name.find('.'))}.append(kSegment));
}

std::string encode(const Manifest& manifest)
{
    json::array checkpoints;
    for (const auto height : manifest.checkpoints)
        checkpoints.push_back(height.value);
    json::object out;
    out["format"] = kFormat;
    out["genesis"] = text(to_hex(manifest.genesis.bytes));
    out["log"] = end_to_json(manifest.end);
    out["log_time_ms"] = manifest.log_time.value;
    out["sealed_height"] = manifest.sealed ? json::value(manifest.sealed->value) : nullptr;
    out["checkpoints"] = std::move(checkpoints);
    out["made_time_ms"] = manifest.made.value;
    out["made_by"] = text(manifest.made_by);
    out["files"] = files_to_json(manifest.files);
    const auto line = json::serialize(out) + "\n";
    return line + checksum(line) + "\n";
}

std::optional<Manifest> decode(std::string_view text)
{
    const auto end = text.find('\n');
    if (end == std::string_view::npos)
        return std::nullopt;
    const auto line = text.substr(0, end + 1);
    if (text.substr(end + 1) != checksum(line) + "\n")
        return std::nullopt;
    try
    {
        return from_json(json::parse(text.substr(0, end)).as_object());
    }
    catch (const std::exception&)
    {
        return std::nullopt;
    }
}

Result<Manifest, OperatorError> read_manifest(Disk& disk, const std::string& backup)
{
    const auto path = manifest_path(backup);
    const auto bytes = read_file(disk, path);
    if (!bytes && bytes.error().code == ENOENT)
        return Failure{OperatorError{errors::kNoBackup, path,
            disk.exists(marker_path(backup)) ? "the first backup into this directory has not ended"
                                             : "there is no such file",
            {}}};
    if (!bytes)
        return Failure{OperatorError{errors::kDiskFailed, path, to_string(bytes.error()), {}}};
    auto manifest = decode({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    if (!manifest)
        return Failure{OperatorError{errors::kBackupDamaged, path,
            "it is not what was written, or another version of the program wrote it", {}}};
    return *std::move(manifest);
}
}  // namespace engine::backup
