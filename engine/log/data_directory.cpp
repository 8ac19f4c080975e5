#include "engine/log/data_directory.hpp"

#include <cerrno>

namespace engine::log
{
namespace
{
std::string parent_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// A directory above ours that we may not open is not one that we made.
bool is_forbidden(const IoError& error)
{
    return error.code == EACCES || error.code == EPERM;
}

/// Makes every missing part of the path, and makes it durable that each is there: one that exists
/// may be left from a process that ended before it could do so.
IoResult<Done> make_durable_directories(Disk& disk, const std::string& path)
{
    for (std::size_t end = 0; end != std::string::npos;)
    {
        end = path.find('/', end + 1);
        const auto part = path.substr(0, end);
        const bool existed = disk.exists(part);
        if (const auto made = disk.make_directories(part); !made)
            return made;
        const auto synced = disk.sync_directory(parent_of(part));
        if (!synced && !(existed && is_forbidden(synced.error())))
            return synced;
    }
    return Done{};
}
}  // namespace

LogResult<DataDirectory> DataDirectory::own(
    Disk& disk, const std::string& path, const std::string& holder)
{
    if (const auto made = make_durable_directories(disk, log_directory(path)); !made)
        return Failure{from_disk(made.error())};
    auto lock = disk.lock(lock_path(path), holder);
    if (lock)
        return DataDirectory{path, std::move(*lock)};
    if (lock.error().operation != "lock" || lock.error().code != EWOULDBLOCK)
        return Failure{from_disk(lock.error())};

    LogError owned;
    owned.code = LogErrorCode::owned;
    owned.what = "the data directory is in use by " + read_holder(disk, lock_path(path));
    owned.file = lock_path(path);
    owned.repair = "Stop that process first, or name another data directory.";
    return Failure{owned};
}

std::string lock_path(const std::string& data_directory)
{
    return data_directory + "/LOCK";
}

std::string log_directory(const std::string& data_directory)
{
    return data_directory + "/log";
}

std::string clean_stop_path(const std::string& data_directory)
{
    return data_directory + "/clean-stop";
}
}  // namespace engine::log
