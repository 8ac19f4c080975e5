#include "adapters/system/disk.hpp"

#include "adapters/system/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

namespace engine
{
namespace
{
constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirectoryMode = 0700;

Failure<IoError> failed(const char* operation, const std::string& path)
{
    return Failure{IoError{errno, operation, path}};
}

IoResult<Done> done_if(bool ok, const char* operation, const std::string& path)
{
    if (!ok)
        return failed(operation, path);
    return Done{};
}

int flags_of(OpenMode mode)
{
    switch (mode)
    {
        case OpenMode::read:
            return O_RDONLY;
        case OpenMode::write:
            return O_RDWR;
        case OpenMode::create:
            return O_RDWR | O_CREAT;
        case OpenMode::create_empty:
            return O_RDWR | O_CREAT | O_TRUNC;
    }
    return O_RDONLY;
}

Descriptor open_descriptor(const std::string& path, int flags)
{
    int fd = -1;
    do
        fd = ::open(path.c_str(), flags | O_CLOEXEC, kFileMode);
    while (fd < 0 && errno == EINTR);
    return Descriptor{fd};
}

/// The descriptor holds the lock; the name of the holder is taken back when it is let go.
class FlockLock final : public DiskLock
{
    Descriptor m_fd;

public:
    explicit FlockLock(Descriptor fd) : m_fd{std::move(fd)} {}
    ~FlockLock() override
    {
        if (::ftruncate(m_fd.get(), 0) != 0)
            return;  // A stale name in an unlocked file misleads nobody.
    }
};

/// Whoever asks is_locked holds a shared lock for microseconds: wait that long before giving up.
bool flock_patiently(int fd)
{
    constexpr int kAttempts = 50;
    constexpr auto kPause = std::chrono::milliseconds{5};
    for (int i = 0; i < kAttempts; ++i)
    {
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return false;
        std::this_thread::sleep_for(kPause);
    }
    errno = EWOULDBLOCK;
    return false;
}

struct CloseDirectory
{
    void operator()(DIR* directory) const { ::closedir(directory); }
};
}  // namespace

IoResult<std::unique_ptr<File>> PosixDisk::open(const std::string& path, OpenMode mode)
{
    auto fd = open_descriptor(path, flags_of(mode));
    if (!fd.is_open())
        return failed("open", path);
    return std::unique_ptr<File>{std::make_unique<PosixFile>(std::move(fd), path)};
}

bool PosixDisk::exists(const std::string& path) const
{
    struct stat status
    {};
    return ::stat(path.c_str(), &status) == 0;
}

IoResult<std::vector<std::string>> PosixDisk::list(const std::string& directory) const
{
    const std::unique_ptr<DIR, CloseDirectory> open{::opendir(directory.c_str())};
    if (!open)
        return failed("list", directory);

    std::vector<std::string> names;
    errno = 0;
    while (const dirent* const entry = ::readdir(open.get()))
    {
        const std::string name = entry->d_name;
        if (name != "." && name != "..")
            names.push_back(name);
    }
    if (errno != 0)
        return failed("list", directory);
    std::sort(names.begin(), names.end());
    return names;
}

IoResult<Done> PosixDisk::make_directories(const std::string& directory)
{
    for (std::size_t end = 0; end != std::string::npos;)
    {
        end = directory.find('/', end + 1);
        const auto part = directory.substr(0, end);
        if (::mkdir(part.c_str(), kDirectoryMode) != 0 && errno != EEXIST)
            return failed("make directory", part);
    }
    struct stat status
    {};
    if (::stat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
        return Done{};
    errno = ENOTDIR;
    return failed("make directory", directory);
}

IoResult<Done> PosixDisk::rename(const std::string& from, const std::string& to)
{
    return done_if(::rename(from.c_str(), to.c_str()) == 0, "rename", from);
}

IoResult<Done> PosixDisk::link(const std::string& from, const std::string& to)
{
    return done_if(::link(from.c_str(), to.c_str()) == 0, "link", to);
}

IoResult<Done> PosixDisk::remove(const std::string& path)
{
    return done_if(::unlink(path.c_str()) == 0 || (errno == EISDIR && ::rmdir(path.c_str()) == 0),
        "remove", path);
}

IoResult<Done> PosixDisk::remove_all(const std::string& directory)
{
    std::error_code error;
    std::filesystem::remove_all(directory, error);
    if (error)
        return Failure{IoError{error.value(), "remove", directory}};
    return Done{};
}

IoResult<Done> PosixDisk::sync_directory(const std::string& directory)
{
    const auto fd = open_descriptor(directory, O_RDONLY | O_DIRECTORY);
    if (!fd.is_open())
        return failed("open", directory);
    return done_if(::fsync(fd.get()) == 0, "sync", directory);
}

IoResult<std::unique_ptr<DiskLock>> PosixDisk::lock(
    const std::string& path, const std::string& holder)
{
    auto fd = open_descriptor(path, O_RDWR | O_CREAT);
    if (!fd.is_open())
        return failed("open", path);
    if (!flock_patiently(fd.get()))
        return failed("lock", path);

    const bool named =
        ::ftruncate(fd.get(), 0) == 0 &&
        ::pwrite(fd.get(), holder.data(), holder.size(), 0) == static_cast<ssize_t>(holder.size());
    if (!named && errno != ENOSPC)  // On a full disk the lock holds, without a name in it.
        return failed("write", path);
    return std::unique_ptr<DiskLock>{std::make_unique<FlockLock>(std::move(fd))};
}

bool PosixDisk::is_locked(const std::string& path) const
{
    const auto fd = open_descriptor(path, O_RDONLY);
    if (!fd.is_open())
        return false;
    return ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

IoResult<std::uint64_t> PosixDisk::free_space(const std::string& path) const
{
    struct statvfs status
    {};
    if (::statvfs(path.c_str(), &status) != 0)
        return failed("statvfs", path);
    return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}
}  // namespace engine
