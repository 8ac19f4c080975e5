#pragma once

#include "engine/log/log.hpp"
#include "engine/ports/disk.hpp"

#include <memory>
#include <string>

namespace engine::log
{
/// A data directory that this process owns: nobody else writes into it as long as this lives.
class DataDirectory
{
    std::string m_path;
    std::unique_ptr<DiskLock> m_lock;

public:
    /// Makes the directory if it is not there and locks `<path>/LOCK`. `holder` names this process
    /// for whoever is refused later: "process 1234 (engine run)". The error `owned` names the
    /// holder.
    static LogResult<DataDirectory> own(
        Disk& disk, const std::string& path, const std::string& holder);

    const std::string& path() const { return m_path; }

private:
    DataDirectory(std::string path, std::unique_ptr<DiskLock> lock)
      : m_path{std::move(path)}, m_lock{std::move(lock)}
    {}
};

std::string lock_path(const std::string& data_directory);
std::string log_directory(const std::string& data_directory);
std::string clean_stop_path(const std::string& data_directory);
}  // namespace engine::log
