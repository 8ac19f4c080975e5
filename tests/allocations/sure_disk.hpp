#pragma once

#include "engine/ports/disk.hpp"
#include "tests/store/allocations.hpp"

#include <utility>

namespace engine::test
{
/// A disk whose own memory is always there: what fails is whoever uses it.
class SureDisk final : public Disk
{
    Disk& m_disk;

    class SureFile final : public File
    {
        std::unique_ptr<File> m_file;

    public:
        explicit SureFile(std::unique_ptr<File> file) : m_file{std::move(file)} {}

        IoResult<std::size_t> read_at(
            std::uint64_t offset, std::span<std::uint8_t> out) const override
        {
            const NoFailedAllocation sure;
            return m_file->read_at(offset, out);
        }
        IoResult<Done> write_at(std::uint64_t offset, ByteView bytes) override
        {
            const NoFailedAllocation sure;
            return m_file->write_at(offset, bytes);
        }
        IoResult<Done> sync() override
        {
            const NoFailedAllocation sure;
            return m_file->sync();
        }
        IoResult<std::uint64_t> size() const override { return m_file->size(); }
        IoResult<Done> truncate(std::uint64_t size) override
        {
            const NoFailedAllocation sure;
            return m_file->truncate(size);
        }
        std::optional<ByteView> map() const override
        {
            const NoFailedAllocation sure;
            return m_file->map();
        }
    };

public:
    explicit SureDisk(Disk& disk) : m_disk{disk} {}

    IoResult<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override
    {
        const NoFailedAllocation sure;
        auto file = m_disk.open(path, mode);
        if (!file)
            return Failure{file.error()};
        return std::unique_ptr<File>{std::make_unique<SureFile>(*std::move(file))};
    }
    bool exists(const std::string& path) const override
    {
        const NoFailedAllocation sure;
        return m_disk.exists(path);
    }
    IoResult<std::vector<std::string>> list(const std::string& directory) const override
    {
        const NoFailedAllocation sure;
        return m_disk.list(directory);
    }
    IoResult<Done> make_directories(const std::string& directory) override
    {
        const NoFailedAllocation sure;
        return m_disk.make_directories(directory);
    }
    IoResult<Done> rename(const std::string& from, const std::string& to) override
    {
        const NoFailedAllocation sure;
        return m_disk.rename(from, to);
    }
    IoResult<Done> link(const std::string& from, const std::string& to) override
    {
        const NoFailedAllocation sure;
        return m_disk.link(from, to);
    }
    IoResult<Done> remove(const std::string& path) override
    {
        const NoFailedAllocation sure;
        return m_disk.remove(path);
    }
    IoResult<Done> remove_all(const std::string& directory) override
    {
        const NoFailedAllocation sure;
        return m_disk.remove_all(directory);
    }
    IoResult<Done> sync_directory(const std::string& directory) override
    {
        const NoFailedAllocation sure;
        return m_disk.sync_directory(directory);
    }
    IoResult<std::unique_ptr<DiskLock>> lock(
        const std::string& path, const std::string& holder) override
    {
        const NoFailedAllocation sure;
        return m_disk.lock(path, holder);
    }
    bool is_locked(const std::string& path) const override
    {
        const NoFailedAllocation sure;
        return m_disk.is_locked(path);
    }
    IoResult<std::uint64_t> free_space(const std::string& path) const override
    {
        const NoFailedAllocation sure;
        return m_disk.free_space(path);
    }
};
}  // namespace engine::test
