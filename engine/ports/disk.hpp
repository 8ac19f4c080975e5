#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace engine
{
/// What the disk said no to: errno, the call and the path, for a sentence that an operator can use.
struct IoError
{
    int code = 0;
    std::string operation;
    std::string path;
};

/// "open /data/log/0.seg: No space left on device (28)"
std::string to_string(const IoError& error);

template <typename T>
using IoResult = Result<T, IoError>;

/// An open file. Calls block; a task that uses one runs on a lane that may wait.
class File
{
public:
    virtual ~File() = default;

    /// Reads up to out.size() bytes from the offset; fewer only where the file ends.
    virtual IoResult<std::size_t> read_at(
        std::uint64_t offset, std::span<std::uint8_t> out) const = 0;

    /// Writes all bytes at the offset, growing the file when it is shorter. Not durable before
    /// sync.
    virtual IoResult<Done> write_at(std::uint64_t offset, ByteView bytes) = 0;

    /// Makes every completed write durable (fdatasync). After an error nothing may be retried: what
    /// reached the disk is unknown.
    virtual IoResult<Done> sync() = 0;

    virtual IoResult<std::uint64_t> size() const = 0;
    virtual IoResult<Done> truncate(std::uint64_t size) = 0;

    /// The whole file mapped for reading, where the implementation can; valid while the file is
    /// open.
    virtual std::optional<ByteView> map() const = 0;
};

/// A lock on a path, held while this lives.
class DiskLock
{
public:
    virtual ~DiskLock() = default;
};

enum class OpenMode
{
    read,          ///< Must exist. Writing fails.
    write,         ///< Must exist.
    create,        ///< Created when absent, kept when present.
    create_empty,  ///< Created or emptied.
};

/// Files and directories below one root. Paths are absolute or relative to the process.
class Disk
{
public:
    virtual ~Disk() = default;

    virtual IoResult<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    virtual bool exists(const std::string& path) const = 0;

    /// Names in a directory, in byte order, without "." and "..".
    virtual IoResult<std::vector<std::string>> list(const std::string& directory) const = 0;

    virtual IoResult<Done> make_directories(const std::string& directory) = 0;
    virtual IoResult<Done> rename(const std::string& from, const std::string& to) = 0;
    virtual IoResult<Done> link(const std::string& from, const std::string& to) = 0;
    virtual IoResult<Done> remove(const std::string& path) = 0;
    virtual IoResult<Done> remove_all(const std::string& directory) = 0;

    /// Makes creations, renames and removals in a directory durable.
    virtual IoResult<Done> sync_directory(const std::string& directory) = 0;

    /// Takes the lock, leaving `holder` in the file for whoever is refused. The error's operation
    /// is "lock" and its code EWOULDBLOCK when another process has it; `read_holder` tells who.
    virtual IoResult<std::unique_ptr<DiskLock>> lock(
        const std::string& path, const std::string& holder) = 0;

    /// Whether some process holds the lock now. Takes and writes nothing that outlives the call.
    virtual bool is_locked(const std::string& path) const = 0;

    virtual IoResult<std::uint64_t> free_space(const std::string& path) const = 0;
};

/// A whole file, or the reason why it can't be read.
IoResult<Bytes> read_file(Disk& disk, const std::string& path);

/// Replaces a file in one step: written beside it, synced, renamed over it, directory synced.
IoResult<Done> replace_file(Disk& disk, const std::string& path, ByteView content);

/// What the holder of a lock left for whoever is refused: its process id and command.
std::string read_holder(Disk& disk, const std::string& path);
}  // namespace engine
