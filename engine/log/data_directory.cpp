#include "engine/log/data_directory.hpp"

#include <cerrno>

namespace engine::log
{
namespace
{
/// Makes every missing part of the path, and makes it durable that it is there.
IoResult<Done> make_durable_directories(Disk& disk, const std::string& path)
{
    for (std::size_t end = 0; end != std::string::npos;)
    {
        end = path.find('/', end + 1);
        const auto part = path.substr(0, end);
        if (disk.exists(part))
            continue;
        if (const auto made = disk.make_directories(part); !made)
            return made;
        const auto slash = part.rfind('/');
        const auto parent = slash == std::string::npos ? std::string{"."} : part.substr(0, slash);
        if (const auto synced = disk.sync_directory(parent.empty() ? "/" : parent); !synced)
            return synced;
    }
    return Done{};
}
}  // namespace

LogResult<DataDirectory> DataDirectory::own(
    Disk& disk, const std::string& path, const std::string& holder)
{
    for (const auto& directory : {path, log_directory(path)})
    {
        if (const auto made = make_durable_directories(disk, directory); !made)
            return Failure{from_disk(made.error())};
    }
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
