#pragma once

#include "adapters/system/descriptor.hpp"
#include "engine/ports/disk.hpp"

#include <mutex>

namespace engine
{
/// A file behind a descriptor. Reading and writing at offsets may be done from several threads.
class PosixFile final : public File
{
    Descriptor m_fd;
    std::string m_path;
    mutable std::mutex m_map_mutex;
    mutable std::optional<ByteView> m_map;

public:
    PosixFile(Descriptor fd, std::string path);
    ~PosixFile() override;

    IoResult<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override;
    IoResult<Done> write_at(std::uint64_t offset, ByteView bytes) override;
    IoResult<Done> sync() override;
    IoResult<std::uint64_t> size() const override;
    IoResult<Done> truncate(std::uint64_t size) override;

    /// The file as long as it is at the first call. Nothing when a page of it can't be read, so
    /// that the caller's read_at gets an error and not a signal.
    std::optional<ByteView> map() const override;
};
}  // namespace engine
