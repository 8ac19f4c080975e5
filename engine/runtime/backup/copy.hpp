#pragma once

#include "engine/ports/disk.hpp"
#include "engine/runtime/backup/manifest.hpp"

#include <functional>

namespace engine::backup
{
/// Told how many bytes more were copied or read.
using OnBytes = std::function<void(std::uint64_t bytes)>;

/// Writes bytes into a file, from its beginning, and makes them durable. A file that was there is
/// replaced. The entry in its directory is not made durable here.
IoResult<StoredFile> write_copy(Disk& disk, const std::string& root, const std::string& path,
    ByteView content, const OnBytes& on_bytes);

/// Copies a file that nobody writes. Gives the size and hash of what was read.
IoResult<StoredFile> copy_file(Disk& disk, const std::string& from, const std::string& root,
    const std::string& path, const OnBytes& on_bytes);

/// Size and hash of a file as it is.
IoResult<StoredFile> hash_file(
    Disk& disk, const std::string& root, const std::string& path, const OnBytes& on_bytes);

/// "RF-0301": the disk's own words, and what to do if it is full.
OperatorError from_copy(const IoError& error, std::string_view left_behind);
}  // namespace engine::backup
