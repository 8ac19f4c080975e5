#include "engine/store/directories.hpp"

namespace engine
{
std::string parent_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

IoResult<Done> make_durable_directory(Disk& disk, const std::string& directory)
{
    if (disk.exists(directory))
        return Done{};
    const auto parent = parent_of(directory);
    if (auto made = make_durable_directory(disk, parent); !made)
        return made;
    if (auto made = disk.make_directories(directory); !made)
        return made;
    return disk.sync_directory(parent);
}
}  // namespace engine
