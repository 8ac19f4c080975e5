#pragma once

#include "engine/ports/disk.hpp"

namespace engine
{
/// The file system of the machine, by POSIX calls. Interrupted and partial reads and writes are
/// continued here; a failed sync is reported and never repeated.
///
/// Files are created with mode 0600 and directories with 0700, less the umask. Descriptors close on
/// exec.
class PosixDisk final : public Disk
{
public:
    IoResult<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
    bool exists(const std::string& path) const override;
    IoResult<std::vector<std::string>> list(const std::string& directory) const override;
    IoResult<Done> make_directories(const std::string& directory) override;
    IoResult<Done> rename(const std::string& from, const std::string& to) override;
    IoResult<Done> link(const std::string& from, const std::string& to) override;
    IoResult<Done> remove(const std::string& path) override;
    IoResult<Done> remove_all(const std::string& directory) override;
    IoResult<Done> sync_directory(const std::string& directory) override;

    /// flock(2): the kernel lets go of it when the process ends, however it ends.
    IoResult<std::unique_ptr<DiskLock>> lock(
        const std::string& path, const std::string& holder) override;
    bool is_locked(const std::string& path) const override;

    IoResult<std::uint64_t> free_space(const std::string& path) const override;
};
}  // namespace engine
