#include "engine/store/rocksdb_fs.hpp"

#include <cerrno>

namespace engine
{
namespace
{
using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus status_of(const IoError& error)
{
    const auto text = to_string(error);
    switch (error.code)
    {
        case ENOENT:
            return IOStatus::PathNotFound(text);
        case ENOSPC:
            return IOStatus::NoSpace(text);
        default:
            return IOStatus::IOError(text);
    }
}

template <typename T>
IOStatus status_of(const IoResult<T>& result)
{
    return result ? IOStatus::OK() : status_of(result.error());
}

ByteView bytes_of(const Slice& slice)
{
    return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()};
}

IOStatus read(const File& file, std::uint64_t offset, std::size_t size, Slice* out, char* scratch)
{
    const auto got = file.read_at(offset, {reinterpret_cast<std::uint8_t*>(scratch), size});
    *out = Slice{scratch, got ? *got : 0};
    return status_of(got);
}

class SequentialFile final : public rocksdb::FSSequentialFile
{
    std::unique_ptr<File> m_file;
    std::uint64_t m_offset = 0;

public:
    explicit SequentialFile(std::unique_ptr<File> file) : m_file{std::move(file)} {}

    IOStatus Read(
        std::size_t size, const IOOptions&, Slice* out, char* scratch, IODebugContext*) override
    {
        const auto status = read(*m_file, m_offset, size, out, scratch);
        m_offset += out->size();
        return status;
    }
    IOStatus Skip(std::uint64_t size) override
    {
        m_offset += size;
        return IOStatus::OK();
    }
};

class RandomAccessFile final : public rocksdb::FSRandomAccessFile
{
    std::unique_ptr<File> m_file;

public:
    explicit RandomAccessFile(std::unique_ptr<File> file) : m_file{std::move(file)} {}

    IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions&, Slice* out,
        char* scratch, IODebugContext*) const override
    {
        return read(*m_file, offset, size, out, scratch);
    }
};

class WritableFile final : public rocksdb::FSWritableFile
{
    std::unique_ptr<File> m_file;
    std::uint64_t m_size = 0;

public:
    WritableFile(std::unique_ptr<File> file, std::uint64_t size)
      : m_file{std::move(file)}, m_size{size}
    {}

    using FSWritableFile::Append;
    IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override
    {
        const auto written = m_file->write_at(m_size, bytes_of(data));
        if (written)
            m_size += data.size();
        return status_of(written);
    }
    IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override
    {
        m_size = size;
        return status_of(m_file->truncate(size));
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override
    {
        m_file.reset();
        return IOStatus::OK();
    }
    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, IODebugContext*) override { return status_of(m_file->sync()); }
    std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return m_size; }
};

class Directory final : public rocksdb::FSDirectory
{
    Disk& m_disk;
    std::string m_path;

public:
    Directory(Disk& disk, std::string path) : m_disk{disk}, m_path{std::move(path)} {}

    IOStatus Fsync(const IOOptions&, IODebugContext*) override
    {
        return status_of(m_disk.sync_directory(m_path));
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
};

struct HeldLock final : rocksdb::FileLock
{
    std::unique_ptr<DiskLock> lock;
};

/// Names a directory one way only: RocksDB adds a slash now and then.
std::string plain(std::string path)
{
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    return path;
}

class DiskFileSystem final : public rocksdb::FileSystem
{
    Disk& m_disk;
    RocksAccess m_access;

    IOStatus may_write(const std::string& path) const
    {
        if (m_access == RocksAccess::read_write)
            return IOStatus::OK();
        return IOStatus::IOError("opened for reading only", path);
    }

    /// Runs a call that writes, unless nothing may be written.
    template <typename F>
    IOStatus write(const std::string& path, F&& call)
    {
        const auto allowed = may_write(path);
        return allowed.ok() ? status_of(call()) : allowed;
    }

    template <typename Ours, typename Theirs>
    IOStatus open_for_reading(const std::string& path, std::unique_ptr<Theirs>* result)
    {
        auto file = m_disk.open(path, OpenMode::read);
        if (!file)
            return status_of(file);
        *result = std::make_unique<Ours>(*std::move(file));
        return IOStatus::OK();
    }

    IOStatus open_for_writing(
        const std::string& path, OpenMode mode, std::unique_ptr<rocksdb::FSWritableFile>* result)
    {
        const auto allowed = may_write(path);
        if (!allowed.ok())
            return allowed;
        auto file = m_disk.open(path, mode);
        if (!file)
            return status_of(file);
        const auto size = (*file)->size();
        if (!size)
            return status_of(size);
        *result = std::make_unique<WritableFile>(*std::move(file), *size);
        return IOStatus::OK();
    }

public:
    DiskFileSystem(Disk& disk, RocksAccess access) : m_disk{disk}, m_access{access} {}

    const char* Name() const override { return "DiskFileSystem"; }

    IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
        std::unique_ptr<rocksdb::FSSequentialFile>* result, IODebugContext*) override
    {
        return open_for_reading<SequentialFile>(path, result);
    }
    IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
        std::unique_ptr<rocksdb::FSRandomAccessFile>* result, IODebugContext*) override
    {
        return open_for_reading<RandomAccessFile>(path, result);
    }
    IOStatus NewWritableFile(const std::string& path, const FileOptions&,
        std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext*) override
    {
        // Removed, not emptied: a checkpoint may have a link to it.
        if (m_disk.exists(path))
        {
            const auto removed = write(path, [&] { return m_disk.remove(path); });
            if (!removed.ok())
                return removed;
        }
        return open_for_writing(path, OpenMode::create_empty, result);
    }
    IOStatus ReopenWritableFile(const std::string& path, const FileOptions&,
        std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext*) override
    {
        return open_for_writing(path, OpenMode::create, result);
    }
    IOStatus NewDirectory(const std::string& path, const IOOptions&,
        std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) override
    {
        if (!m_disk.exists(plain(path)))
            return IOStatus::PathNotFound(path);
        *result = std::make_unique<Directory>(m_disk, plain(path));
        return IOStatus::OK();
    }

    IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override
    {
        return m_disk.exists(plain(path)) ? IOStatus::OK() : IOStatus::NotFound(path);
    }
    IOStatus IsDirectory(
        const std::string& path, const IOOptions&, bool* answer, IODebugContext*) override
    {
        *answer = m_disk.list(plain(path)).has_value();
        return IOStatus::OK();
    }
    IOStatus GetChildren(const std::string& path, const IOOptions&,
        std::vector<std::string>* result, IODebugContext*) override
    {
        auto names = m_disk.list(plain(path));
        if (names)
            *result = *std::move(names);
        return status_of(names);
    }
    IOStatus GetFileSize(
        const std::string& path, const IOOptions&, std::uint64_t* size, IODebugContext*) override
    {
        const auto file = m_disk.open(path, OpenMode::read);
        if (!file)
            return status_of(file);
        const auto found = (*file)->size();
        *size = found ? *found : 0;
        return status_of(found);
    }
    /// Nobody decides anything by it: what is stored must not depend on a clock.
    IOStatus GetFileModificationTime(
        const std::string&, const IOOptions&, std::uint64_t* time, IODebugContext*) override
    {
        *time = 0;
        return IOStatus::OK();
    }

    IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override
    {
        return write(path, [&] { return m_disk.remove(path); });
    }
    IOStatus DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) override
    {
        return write(path, [&] { return m_disk.remove(plain(path)); });
    }
    IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override
    {
        if (m_disk.exists(plain(path)))
            return IOStatus::IOError("exists", path);
        return write(path, [&] { return m_disk.make_directories(plain(path)); });
    }
    IOStatus CreateDirIfMissing(const std::string& path, const IOOptions&, IODebugContext*) override
    {
        if (m_disk.exists(plain(path)))
            return IOStatus::OK();
        return write(path, [&] { return m_disk.make_directories(plain(path)); });
    }
    IOStatus RenameFile(
        const std::string& from, const std::string& to, const IOOptions&, IODebugContext*) override
    {
        return write(from, [&] { return m_disk.rename(plain(from), plain(to)); });
    }
    IOStatus LinkFile(
        const std::string& from, const std::string& to, const IOOptions&, IODebugContext*) override
    {
        return write(to, [&] { return m_disk.link(from, to); });
    }
    IOStatus Truncate(
        const std::string& path, std::size_t size, const IOOptions&, IODebugContext*) override
    {
        return write(path, [&]() -> IoResult<Done> {
            auto file = m_disk.open(path, OpenMode::write);
            return file ? (*file)->truncate(size) : Failure{file.error()};
        });
    }

    IOStatus LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** lock,
        IODebugContext*) override
    {
        const auto allowed = may_write(path);
        if (!allowed.ok())
            return allowed;
        auto taken = m_disk.lock(path, "rocksdb");
        if (!taken)
            return status_of(taken);
        auto held = std::make_unique<HeldLock>();
        held->lock = *std::move(taken);
        *lock = held.release();
        return IOStatus::OK();
    }
    IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override
    {
        delete lock;
        return IOStatus::OK();
    }

    IOStatus GetTestDirectory(const IOOptions&, std::string*, IODebugContext*) override
    {
        return IOStatus::NotSupported("no directory for tests");
    }
    IOStatus GetAbsolutePath(
        const std::string& path, const IOOptions&, std::string* absolute, IODebugContext*) override
    {
        *absolute = path;
        return IOStatus::OK();
    }
    IOStatus GetFreeSpace(
        const std::string& path, const IOOptions&, std::uint64_t* bytes, IODebugContext*) override
    {
        const auto space = m_disk.free_space(path);
        *bytes = space ? *space : 0;
        return status_of(space);
    }
};
}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_rocksdb_fs(Disk& disk, RocksAccess access)
{
    return std::make_shared<DiskFileSystem>(disk, access);
}
}  // namespace engine
