#include "adapters/system/file.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <cerrno>

namespace engine
{
namespace
{
#ifndef MADV_POPULATE_READ
constexpr int MADV_POPULATE_READ = 22;  // Linux 5.14.
#endif

bool can_be_read(void* pages, std::size_t size)
{
    return ::madvise(pages, size, MADV_POPULATE_READ) == 0 || errno == EINVAL;
}
}  // namespace

PosixFile::PosixFile(Descriptor fd, std::string path) : m_fd{std::move(fd)}, m_path{std::move(path)}
{}

PosixFile::~PosixFile()
{
    if (m_map && !m_map->empty())
        ::munmap(const_cast<std::uint8_t*>(m_map->data()), m_map->size());
}

IoResult<std::size_t> PosixFile::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const
{
    std::size_t done = 0;
    while (done < out.size())
    {
        const auto got = ::pread(
            m_fd.get(), out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return Failure{IoError{errno, "read", m_path}};
        done += static_cast<std::size_t>(got);
    }
    return done;
}

IoResult<Done> PosixFile::write_at(std::uint64_t offset, ByteView bytes)
{
    while (!bytes.empty())
    {
        const auto put =
            ::pwrite(m_fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return Failure{IoError{put < 0 ? errno : EIO, "write", m_path}};
        bytes = bytes.subspan(static_cast<std::size_t>(put));
        offset += static_cast<std::uint64_t>(put);
    }
    return Done{};
}

IoResult<Done> PosixFile::sync()
{
    // An interrupted sync has told nothing yet; any other error is final.
    while (::fdatasync(m_fd.get()) != 0)
    {
        if (errno != EINTR)
            return Failure{IoError{errno, "sync", m_path}};
    }
    return Done{};
}

IoResult<std::uint64_t> PosixFile::size() const
{
    struct stat status
    {};
    if (::fstat(m_fd.get(), &status) != 0)
        return Failure{IoError{errno, "stat", m_path}};
    return static_cast<std::uint64_t>(status.st_size);
}

IoResult<Done> PosixFile::truncate(std::uint64_t size)
{
    while (::ftruncate(m_fd.get(), static_cast<off_t>(size)) != 0)
    {
        if (errno != EINTR)
            return Failure{IoError{errno, "truncate", m_path}};
    }
    return Done{};
}

std::optional<ByteView> PosixFile::map() const
{
    const std::lock_guard lock{m_map_mutex};
    if (m_map)
        return m_map;
    const auto length = size();
    if (!length)
        return std::nullopt;
    if (*length == 0)
        return m_map = ByteView{};

    void* const pages = ::mmap(nullptr, *length, PROT_READ, MAP_SHARED, m_fd.get(), 0);
    if (pages == MAP_FAILED)
        return std::nullopt;
    if (!can_be_read(pages, *length))
    {
        ::munmap(pages, *length);
        return std::nullopt;
    }
    return m_map = ByteView{static_cast<const std::uint8_t*>(pages), *length};
}
}  // namespace engine
