#include "engine/log/restored.hpp"

#include <algorithm>
#include <cerrno>

namespace engine::log
{
namespace
{
constexpr std::size_t kShown = 200;  // Of the text, in bytes.

ByteView bytes_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Of printable ASCII alone: anybody may have written the file.
std::string first_line(const Bytes& bytes)
{
    const auto end = std::find(bytes.begin(), bytes.end(), '\n');
    std::string line;
    for (auto at = bytes.begin(); at != end && line.size() < kShown; ++at)
        line.push_back(*at >= 0x20 && *at < 0x7f ? static_cast<char>(*at) : '?');
    return line;
}
}  // namespace

std::string restored_path(const std::string& data_directory)
{
    return data_directory + "/restored";
}

std::string restored_ended_path(const std::string& data_directory)
{
    return data_directory + "/restored-ended";
}

LogResult<std::optional<std::string>> read_restored(Disk& disk, const std::string& data_directory)
{
    const auto path = restored_path(data_directory);
    if (!disk.exists(path))
        return std::optional<std::string>{};
    const auto bytes = read_file(disk, path);
    return std::optional{bytes ? first_line(*bytes) : to_string(bytes.error())};
}

LogResult<Done> mark_restored(Disk& disk, const std::string& data_directory, std::string_view text)
{
    const auto marked = replace_file(disk, restored_path(data_directory), bytes_of(text));
    if (!marked)
        return Failure{from_disk(marked.error())};
    return Done{};
}

LogResult<Done> end_restored(
    Disk& disk, const std::string& data_directory, std::string_view declaration)
{
    const auto ended = restored_ended_path(data_directory);
    if (const auto kept = replace_file(disk, ended, bytes_of(declaration)); !kept)
        return Failure{from_disk(kept.error())};
    if (const auto removed = disk.remove(restored_path(data_directory)); !removed)
        return Failure{from_disk(removed.error())};
    if (const auto synced = disk.sync_directory(data_directory); !synced)
        return Failure{from_disk(synced.error())};
    return Done{};
}
}  // namespace engine::log
